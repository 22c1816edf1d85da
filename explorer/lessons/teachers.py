"""For the page For teachers: the links of a lesson, what each shows and hides, and the experiments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer import links

# How many people one process bears: README, "How large a class?".
LESSON, OWN = 100, 60

_IMAGES = ("digits", "black_and_white", "inverted", "seed")
_TRAINING = ("score", "loss", "bias", "start", "batch_size", "train_images", "l2", "look", "update", "formulas")


@dataclass(frozen=True)
class Link:
    """A page in a state, as a class should see it.

    Parameters
    ----------
    key : str
        Its texts in explorer/texts/teachers.toml.
    page : str
        The name of the page's file.
    choices : mapping of str to str
        Query parameters.
    hide : tuple of str
        The controls that the class does not see.
    """

    key: str
    page: str
    choices: Mapping[str, str] = field(default_factory=dict)
    hide: tuple[str, ...] = ()


PLAN = (
    Link("question", "start", hide=(*_IMAGES, "bias_moved")),
    Link("balance", "start", hide=_IMAGES),
    Link("abs", "why_multiply", hide=_IMAGES),
    Link("one_image", "one_image", hide=_IMAGES),
    Link("blank", "bias", hide=_IMAGES),
    Link("prices", "prices"),
    Link("train", "train", {"start": "zeros"}, (*_IMAGES, *_TRAINING)),
    Link("know", "know", hide=_IMAGES),
)
EXPERIMENTS = (
    Link("guess", "train", {"start": "zeros"}),
    Link("wrongness", "why_multiply", {"why_part": "all pixels"}),
    Link("no_bias", "bias", {"bias_part": "Pixels"}),
    Link("faster", "learning_rates"),
    Link("accuracy", "train", {"loss": "zero one"}),
    Link("strokes", "one_image", {"source": "your drawing"}),
    Link("receipt", "prices", {"prices_part": "One line"}),
)


def address(link: Link, dataset: str, first: str) -> str:
    """The address of a link, relative to that of the app.

    Parameters
    ----------
    link : Link
    dataset : str
        The images that it names.
    first : str
        The name of the first page, which is at the bare address.
    """
    images = {} if link.page == "prices" else {"dataset": [dataset]}
    hide = {"hide": [",".join(link.hide)]} if link.hide else {}
    parameters = images | {name: [value] for name, value in link.choices.items()} | hide
    return links.address("." if link.page == first else link.page, parameters)
