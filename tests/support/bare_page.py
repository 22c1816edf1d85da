"""The yardstick of the benchmark: a slider and four charts, nothing else. ``streamlit run`` it.

Plain lines (``?charts=2``: two of them), or with ``?same=true`` the figures of the Train page, made in advance.
"""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from explorer.engine.datasets import load
from explorer.engine.settings import LEARNING_RATES, Settings
from explorer.engine.training import train_many
from explorer.figures.train import run_figures
from explorer.lessons.runs import model_answers


@st.cache_resource
def charts_of_train() -> dict[float, list[go.Figure]]:
    data = load()
    figures = {}
    for run in train_many(data, [Settings(learning_rate=rate) for rate in LEARNING_RATES]):
        answers = model_answers(run, data)
        figures[run.settings.learning_rate] = [
            go.Figure(**figure) for figure in run_figures(run, data, answers, []).values()
        ]
    return figures


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
