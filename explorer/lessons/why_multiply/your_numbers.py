"""For the page Why multiply: what value × weight and abs(value − weight) mean, on the two examples of the question."""

from __future__ import annotations

from dataclasses import dataclass

from explorer import texts
from explorer.lessons.words import a_digit, number

STRONG = 0.5  # a weight of at least this size argues strongly
NEAR = 0.2  # a distance of at most this is called near
_SAME = 1e-9  # a smaller difference is rounding

_words = texts.of("why_multiply")


def exact(value: float) -> str:
    """A value, a weight, their product or a sum as text, with all its places: the sliders have steps of 0.05."""
    return number(round(value, 4), "g")


@dataclass(frozen=True)
class Pixel:
    """A pixel of the question: its value in [0, 1] and its weight in [-1, 1]."""

    value: float
    weight: float

    @property
    def product(self) -> float:
        """value × weight."""
        return self.value * self.weight

    @property
    def distance(self) -> float:
        """abs(value − weight)."""
        return abs(self.value - self.weight)

    def sums(self) -> dict[str, str]:
        """Both calculations as text, by the keys of ``SCORES``: "0.9 × 0.1 = 0.09" and "abs(0.9 − 0.1) = 0.8"."""
        weight = exact(self.weight)
        shown = dict(value=exact(self.value), weight=f"({weight})" if self.weight < 0 else weight)
        return {
            "multiply": _words("numbers.product", **shown, result=exact(self.product)),
            "distance": _words("numbers.distance", **shown, result=exact(self.distance)),
        }


EXAMPLES = (Pixel(0.9, 0.1), Pixel(0.5, 0.6))  # of the question


def products_say(pixels: tuple[Pixel, Pixel], digits: tuple[int, int]) -> str:
    """What the product of each pixel says about the digit, as a list in Markdown."""
    return _as_list([
        _words(
            f"numbers.product_says.{_product_says(pixel)}", product=f"**{pixel.sums()['multiply']}**",
            value=exact(pixel.value), a_digit=a_digit(digits[0 if pixel.weight > 0 else 1]),
        ) for pixel in pixels
    ])


def distances_say(pixels: tuple[Pixel, Pixel]) -> str:
    """What the distance of each pixel says about its weight, as a list in Markdown."""
    return _as_list([
        _words(f"numbers.distance_says.{_distance_says(pixel)}", distance=f"**{pixel.sums()['distance']}**")
        for pixel in pixels
    ])


def totals(pixels: tuple[Pixel, Pixel]) -> dict[str, float]:
    """The sum over the pixels, by the keys of ``SCORES``."""
    return {
        "multiply": sum(pixel.product for pixel in pixels), "distance": sum(pixel.distance for pixel in pixels),
    }


def sentence(pixels: tuple[Pixel, Pixel], digits: tuple[int, int]) -> str:
    """What the two sums mean."""
    total = totals(pixels)
    name = "neither" if abs(total["multiply"]) < _SAME else "first" if total["multiply"] > 0 else "second"
    return _words(
        f"numbers.saw.{name}", product=exact(total["multiply"]), distance=exact(total["distance"]),
        a_first=a_digit(digits[0]), a_second=a_digit(digits[1]),
    )


def _product_says(pixel: Pixel) -> str:
    if pixel.value < _SAME:
        return "blank"
    if abs(pixel.weight) < _SAME:
        return "silent"
    return "strong" if abs(pixel.weight) > STRONG - _SAME else "weak"


def _distance_says(pixel: Pixel) -> str:
    if pixel.distance < _SAME:
        return "same"
    if pixel.distance < NEAR + _SAME:
        return "near"
    if pixel.weight < 0:
        return "below"
    return "darker" if pixel.value > pixel.weight else "lighter"


def _as_list(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
