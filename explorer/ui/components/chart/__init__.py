"""A plotly figure that is redrawn in place: its element stays when the figure changes, so nothing blinks.

Streamlit's own ``st.plotly_chart`` takes the whole figure for a chart's identity and builds it anew at every change.
"""

from __future__ import annotations

import json

from explorer.figures.base import Figure
from explorer.ui.components import register

_component = register("chart", isolate_styles=False)


def chart(figure: Figure, key: str, title: str, alt: str, file_name: str) -> None:
    """Show a figure; another one with the same ``key`` is drawn into the same element.

    Parameters
    ----------
    figure : Figure
        Its layout has a height.
    key : str
    title : str
        Above the figure when it is saved as a picture.
    alt : str
        What the figure shows, read out by screen readers.
    file_name : str
        Of the saved picture, without ".png".
    """
    words = json.dumps({
        "title": title, "alt": alt, "fileName": file_name, "height": figure["layout"]["height"],
    })
    # As bytes: Streamlit would turn arrays into tables of Arrow, and quote JSON once more.
    _component(key=key, data=words.encode()[:-1] + b', "figure": ' + figure.json + b"}")
