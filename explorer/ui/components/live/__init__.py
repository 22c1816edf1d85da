"""Makes sliders of the page live: while one is dragged, pictures and sentences show each of its positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explorer.ui.components import register

_component = register("live", isolate_styles=False)


def live(questions: Mapping[str, str], said: Sequence[str], key: str) -> None:
    """Make sliders live; draws nothing.

    Parameters
    ----------
    questions : mapping of str to str
        By the key of the slider: what the browser asks the server about it.
    said : sequence of str
        The keys of containers whose text is read out when it has changed.
    key : str
    """
    _component(key=key, height=1, data={"questions": dict(questions), "said": list(said)})
