"""What learns: data sets, settings, scores, losses, training, and the baselines to beat. No Streamlit, no plotly.

    from explorer.engine import Settings, load, train

    run = train(load("digits"), Settings(epochs=20))
    print(run.test_accuracy[-1])
"""

from explorer.engine.datasets import Dataset, load
from explorer.engine.settings import Settings
from explorer.engine.training import Run, train, train_from, train_many
from explorer.sources.download import DatasetError

__all__ = ["Dataset", "DatasetError", "Run", "Settings", "load", "train", "train_from", "train_many"]
