"""The yardstick of the benchmark: a slider and four charts, nothing else. ``streamlit run`` it.

Plain lines (``?charts=2``: as many as that), or with ``?same=true`` the figures of the Train page, made before
anybody asks.
"""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from explorer import figures
from explorer.datasets import load
from explorer.explanations import answers
from explorer.settings import LEARNING_RATES, Settings
from explorer.training import train_many


@st.cache_resource
def charts_of_train() -> dict[float, list[go.Figure]]:
    data = load()
    made = {}
    for run in train_many(data, [Settings(learning_rate=rate) for rate in LEARNING_RATES]):
        told = answers(run, data)
        made[run.settings.learning_rate] = [
            figures.learning_curves(run), figures.weight_image(run, data.image_shape, 0.0),
            figures.score_histograms(told.scores, data.y_test, data.digits),
            figures.confusion_matrix(told.counts, data.digits),
        ]
    return made


st.set_page_config(layout="wide")
rate = st.select_slider("Learning rate", LEARNING_RATES, value=1.0, key="learning_rate")
if st.query_params.get("same"):
    charts = charts_of_train()[rate]
else:
    count = int(st.query_params.get("charts", 4))
    charts = [go.Figure(go.Scatter(y=rate * (i + 1) * np.arange(21))) for i in range(count)]
columns = st.columns(2)
for i, chart in enumerate(charts):
    with columns[i % 2]:
        st.plotly_chart(chart, key=f"chart{i}", height=chart.layout.height or 300)
