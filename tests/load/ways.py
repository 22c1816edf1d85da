"""What the clients of the load test do: which pages they open, and which controls they move there, and how far."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from random import Random

from explorer.contents import PAGES
from explorer.lessons.compare_losses.row_set import CODES, FIRST_SET, write


@dataclass(frozen=True)
class Place:
    """A page, or a part of one, and the controls that visitors move most there.

    Parameters
    ----------
    page : str
        The name of its file.
    controls : tuple of str
        Their keys.
    part_control, part : str
        The control that chooses the part, and its option; "" for a page without parts.
    query : str
        What the link to it names beside the part.
    """

    page: str
    controls: tuple[str, ...]
    part_control: str = ""
    part: str = ""
    query: str = ""

    @property
    def share_of_part(self) -> float:
        """Where its part stands among those of the page, from 0 to 1."""
        parts = [place.part for place in PLACES if place.part_control == self.part_control]
        return parts.index(self.part) / (len(parts) - 1)


PLACES = (
    Place("start", ("bias_moved", "seed")),
    Place("why_multiply", ("value_a", "weight_b"), "why_part", "your numbers"),
    Place("why_multiply", ("pixel_value", "pixel_weight"), "why_part", "one pixel"),
    Place("why_multiply", ("pixel_a", "pixel_b", "seed"), "why_part", "two pixels"),
    Place("why_multiply", ("seed", "black_and_white"), "why_part", "all pixels"),
    Place("why_multiply", ("pixel_weight", "seed"), "why_part", "the disguise"),
    Place("one_image", ("image", "row", "column", "what_if", "learning_rate", "score")),
    Place("bias", ("ink_weight", "ink_bias", "bias"), "bias_part", "Ink"),
    Place("bias", ("blank_draw", "blank_bias", "score"), "bias_part", "Blank image"),
    Place("bias", ("seed", "inverted"), "bias_part", "Pixels"),
    Place("bias", ("sees", "seed"), "bias_part", "A weight on 1"),
    Place("prices", ("apple", "pear", "price_rate"), "prices_part", "Guess"),
    Place("prices", ("receipts_used", "apple", "pear"), "prices_part", "One line"),
    Place("prices", ("bag",), "prices_part", "The bag"),
    Place("prices", ("receipts_used", "price_rate"), "prices_part", "Steps"),
    Place("train", ("learning_rate", "loss", "epochs", "bias", "score", "start", "seed")),
    # "image" is in a fragment: only that is run again.
    Place("train", ("image", "learning_rate", "seed"), query="look=true"),
    Place("compare_losses", ("run_rows", "epochs", "seed")),
    # The number of epochs is named, as an earlier choice of 1,000 would count here, for all runs of the sweep.
    Place("learning_rates", ("cell_rate", "cell_loss", "sweep_bias", "seed"), query="epochs=20"),
    Place("scikit_learn", ("penalty", "learning_rate", "beside", "seed"), query="epochs=20"),
    Place("be_the_optimiser", ("own_bias", "outline", "seed")),
    Place("your_digits", ("own_use", "learning_rate", "seed")),
    Place("saved_model", ("learning_rate", "epochs", "seed"), query="epochs=20"),
    Place("know", ("question", "seed")),
    Place("what_comes_next", ("units", "learning_rate", "seed"), "next_part", "hidden layer", query="epochs=20"),
    Place("what_comes_next", ("xor_units", "seed"), "next_part", "exclusive or"),
    Place("what_comes_next", ("units", "seed"), "next_part", "one against all", query="epochs=20"),
    Place("what_comes_next", ("seed",), "next_part", "ten digits"),
)


@dataclass(frozen=True)
class Go:
    """Go to a place."""

    place: Place


@dataclass(frozen=True)
class Change:
    """Move a control to a share of its way: 0 is its first position, 1 its last."""

    key: str
    share: float


Step = Go | Change


def _runs(share: float) -> str:
    """The runs of "Compare losses", the first of them with another learning rate."""
    rates = list(CODES["learning_rate"].values())
    rate = rates[round(share * (len(rates) - 1))]
    return json.dumps(write((replace(FIRST_SET[0], learning_rate=float(rate)), *FIRST_SET[1:])))


# The components of our own that hold a control: their event, and its value at a share of the way, as JSON.
EVENTS: dict[str, tuple[str, Callable[[float], str]]] = {"run_rows": ("rows", _runs)}


def lesson(random: Random, client: int, steps: int, pages: Collection[str]) -> Iterator[Step]:
    """All pages in turn, for one to six changes each, so that the number of steps is enough for all; without an end.

    ``random`` is in the same state for all clients, so all do the same.
    """
    changes = min(max(1, steps // len(pages) - 1), 6)
    while True:
        for page in pages:
            yield from _stay(random, [place for place in PLACES if place.page == page], changes)


def own(random: Random, client: int, steps: int, pages: Collection[str]) -> Iterator[Step]:
    """A random walk, without an end: five changes on average, then another page.

    The first pages of the clients are all pages in turn.
    """
    page = list(pages)[client % len(pages)]
    while True:
        yield from _stay(random, [place for place in PLACES if place.page == page], random.randint(2, 8))
        page = random.choice([other for other in pages if other != page])


def _stay(random: Random, places: list[Place], changes: int) -> Iterator[Step]:
    """Go to one of the places and make changes there; the last one, of several, is often to another part."""
    place = random.choice(places)
    yield Go(place)
    for i in range(changes):
        # Both ends are where a control breaks, and what people try first.
        share = random.choice((0.0, 1.0, *(random.random() for _ in range(4))))
        is_last = 0 < i == changes - 1
        key = place.part_control if place.part and is_last and random.random() < 0.5 else random.choice(place.controls)
        yield Change(key, share)


WAYS = {"lesson": lesson, "own": own}
# The pages that have something to change: the plan for teachers has nothing.
ALL_PAGES = tuple(page.name for page in PAGES if any(place.page == page.name for place in PLACES))


def walk(way: str, seed: int, client: int, steps: int, pages: Collection[str] = ALL_PAGES) -> Iterator[Step]:
    """The steps of a client, the first of which goes to a place.

    Parameters
    ----------
    way : str
        A key of ``WAYS``.
    seed, client : int
    steps : int
        How many it will take, about.
    pages : collection of str
        The pages that it may go to.
    """
    random = Random(seed if way == "lesson" else f"{seed} {client}")
    return WAYS[way](random, client, steps, pages)


def first_seed(way: str, seed: int, client: int) -> int:
    """The seed that the link of a client names, from 0 to 999: with "own", another one for each of up to 400."""
    return seed if way == "lesson" else (7 * seed + 2 * client + 1) % 1000
