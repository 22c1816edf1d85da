"""What a page shows for each position of a slider, so that its pictures and its sentence move while it is dragged.

One module for each page, named as the page. Its ``SERIES`` has a function for each slider that is live: from an ``Ask``
to the ``Position`` of each value. The browser asks when a slider gets the focus, a pointer or a finger
(``components/live``); nothing of this is computed when a page runs. What is committed is drawn by the page as ever.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from explorer.contents import PAGES
from explorer.engine.datasets import Dataset
from explorer.engine.settings import DEFAULTS, Settings
from explorer.figures.base import Figure
from explorer.jobs import at_work
from explorer.lessons.goal import GOALS
from explorer.lessons.train import legs
from explorer.sources import is_loaded
from explorer.ui import cached
from explorer.ui.components.live import live
from explorer.web.live import NoAnswer



@dataclass(frozen=True)
class Position:
    """What a page shows at one position of a slider.

    Parameters
    ----------
    value : float
        What the slider holds in the browser: the number, or the index in a list of options.
    figures : dict of str to Figure
        By the key of the chart.
    texts : dict of str to str
        Markdown, by the key of the container that holds the text.
    """

    value: float
    figures: dict[str, Figure] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """A question of a browser: a slider, and all else that the page depends on.

    Parameters
    ----------
    settings : Settings
        Without the value of the slider.
    choices : mapping
        What else the page passed to ``offer``: plain values, unchecked.
    """

    settings: Settings
    choices: Mapping[str, Any]

    @property
    def dataset(self) -> Dataset:
        """The images. Raises NoAnswer where they are not loaded: that is for the page to do."""
        if self.settings.dataset != DEFAULTS.dataset and not is_loaded(self.settings.dataset):
            raise NoAnswer("These images are not loaded.")
        return cached.images(self.settings)

    @property
    def goal(self) -> float | None:
        """The share of right answers that is the goal, or None; raises ValueError where it is none of those offered."""
        return self.one_of("goal", (None, *(percent / 100 for percent in GOALS)))

    def number(self, name: str, low: float, high: float) -> float:
        """A number among the choices. Raises ValueError where it is none, or out of range."""
        value = self.choices.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise ValueError(f"{name}: must be a number from {low:g} to {high:g}")
        return value

    def whole(self, name: str, low: int, high: int) -> int:
        """A whole number among the choices. Raises ValueError where it is none, or out of range."""
        value = self.number(name, low, high)
        if not isinstance(value, int):
            raise ValueError(f"{name}: must be a whole number")
        return value

    def one_of(self, name: str, options: Sequence[Any]) -> Any:
        """One of these options among the choices. Raises ValueError where it is none of them."""
        value = self.choices.get(name)
        if value not in options:
            raise ValueError(f"{name}: must be one of " + ", ".join(map(str, options)))
        return value


Series = Callable[[Ask], Iterable[Position]]


def offer(page: str, settings: Settings, said: Sequence[str] = (), **choices: Any) -> None:
    """Make the sliders of a page live; to be called once, in any place of its script.

    Parameters
    ----------
    page : str
        The name of its file.
    settings : Settings
    said : sequence of str
        The keys of the containers whose text is read out when it has changed.
    **choices
        What else the pictures depend on: plain values. One with the key of a slider is not part of the question about
        that slider, so that the question stays the same when the slider has been moved.
    """
    live(
        {control: question(page, control, settings, choices) for control in series_of(page)}, said, key=f"live_{page}",
    )


def question(page: str, control: str, settings: Settings, choices: Mapping[str, Any]) -> str:
    """The question about a slider, as the browser sends it: without its value, and without settings as by default."""
    changed = {
        field.name: getattr(settings, field.name) for field in fields(Settings)
        if getattr(settings, field.name) != getattr(DEFAULTS, field.name) and field.name != control
    }
    if settings.legs:
        changed["legs"] = legs.write(settings.legs)
    others = {name: value for name, value in choices.items() if name != control}
    return json.dumps([page, control, changed, others], separators=(",", ":"))


def answer(text: str) -> bytes:
    """The answer to a question as JSON: ``values``, and for each of them ``figures`` and ``texts``.

    Raises
    ------
    ValueError
        When the question cannot be read, or asks for what does not exist.
    NoAnswer
    """
    series, ask = _read(text)
    with at_work():
        positions = list(series(ask))
    keys = dict.fromkeys(key for position in positions for key in position.figures)
    figures = ",".join(
        f"{json.dumps(key)}:[" + ",".join(
            position.figures[key].json.decode() if key in position.figures else "null" for position in positions
        ) + "]" for key in keys
    )
    texts = {
        key: [position.texts.get(key) for position in positions]
        for key in dict.fromkeys(key for position in positions for key in position.texts)
    }
    values = json.dumps([position.value for position in positions])
    return f'{{"values":{values},"figures":{{{figures}}},"texts":{json.dumps(texts)}}}'.encode()


def _read(text: str) -> tuple[Series, Ask]:
    """The function that answers a question, and what it is given. Raises ValueError where there is none."""
    try:
        page, control, changed, choices = json.loads(text)
        series = series_of(page)[control]
        if "digits" in changed:
            changed["digits"] = tuple(changed["digits"])
        if "legs" in changed:
            changed["legs"], problems = legs.read(changed["legs"])
            if problems:
                raise ValueError(problems[0])
        settings = Settings(**changed)
        if settings.hidden_units:  # pages that have them ask by a choice
            raise ValueError("no slider is about settings with hidden units")
        if not isinstance(choices, dict):
            raise TypeError("choices are named")
    except (TypeError, KeyError, ValueError, RecursionError) as error:
        raise ValueError("the question cannot be read") from error
    return series, Ask(settings, choices)


def series_of(page: str) -> dict[str, Series]:
    """The live sliders of a page: by the key of the control. Empty for a page without any."""
    if page not in {entry.name for entry in PAGES}:
        raise ValueError("there is no such page")
    module = f"explorer.ui.live.{page}"
    return importlib.import_module(module).SERIES if importlib.util.find_spec(module) else {}
