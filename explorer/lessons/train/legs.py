"""For the page Train: the legs of a training after the first, in a link and in words.

Their code is that of the legs joined by ``_``, each with its epochs, learning rate, loss and bias joined by ``-``:
``10-0.1-ll-b`` is ten epochs at the rate 0.1 with log loss and a bias. Losses and the bias are spelled as in the runs
of *Compare losses*. A code from a link is not trusted: a leg that cannot be read is left out, and a sentence says so.
"""

from __future__ import annotations

from dataclasses import replace

from explorer import texts
from explorer.engine.losses import LOSSES
from explorer.engine.schedule import legs_of
from explorer.engine.settings import LEARNING_RATES, LIMITS, MAX_EPOCHS, Leg, Settings
from explorer.inputs import bounds, numbers
from explorer.inputs.quoting import first_few, quoted
from explorer.lessons.compare_losses.row_set import CODE_OF, CODES
from explorer.lessons.words import counted

_words = texts.of("train")

MOST = LIMITS["legs"].most
NONE = "none"  # the code of no legs, where a link must undo those of the visit
_EPOCHS = 10  # of a leg that is added
_FIELDS = ("learning_rate", "loss", "bias")


def write(legs: tuple[Leg, ...]) -> str:
    """The code of legs."""
    return "_".join(
        "-".join([str(leg.epochs), *(CODE_OF[field][getattr(leg, field)] for field in _FIELDS)]) for leg in legs
    ) or NONE


def read(code: object) -> tuple[tuple[Leg, ...], list[str]]:
    """The legs of a code, and the problems with the code.

    Parameters
    ----------
    code : object
        From a link or a browser: anything.

    Returns
    -------
    legs : tuple of Leg
        At most ``MOST``. Whether they suit a training is for ``links.repaired``.
    problems : list of str
        What was left out, a sentence in Markdown for each of the first few; empty if the code is in order.
    """
    if not isinstance(code, str):
        return (), [_words("legs.not_text")]
    if code in ("", NONE):
        return (), []
    problems: list[str] = []
    if len(code) > bounds.LEGS:
        problems.append(_words("legs.too_long", length=f"{len(code):,}", most=bounds.LEGS))
        code = code[: bounds.LEGS]
    legs: list[Leg] = []
    left_out: list[str] = []
    for part in code.split("_"):
        leg, problem = _read_leg(part)
        if leg and len(legs) == MOST:
            problem = _words("legs.too_many", most=counted(MOST))
        if problem:
            left_out.append(_words("legs.left_out", part=quoted(part), problem=problem))
        elif leg:
            legs.append(leg)
    return tuple(legs), [*problems, *first_few(left_out, _words("legs.more_left_out"))]


def _read_leg(part: str) -> tuple[Leg | None, str]:
    """The leg of a part of a code and "", or None and the problem."""
    epochs, *codes = part.split("-")
    if len(codes) != len(_FIELDS):
        return None, _words("legs.other_count", count=len(_FIELDS) + 1, found=len(codes) + 1)
    plain, limit = numbers.in_ascii(epochs), LIMITS["epochs"]
    if not (plain.isdecimal() and limit.problem(int(plain)) is None):
        return None, _words("legs.not_epochs", code=quoted(epochs), most=f"{limit.high:,}")
    values = {}
    for field, code in zip(_FIELDS, codes, strict=True):
        values[field] = CODES[field].get(numbers.in_ascii(code))
        if values[field] is None:
            return None, _words("legs.not_an_option", field=_words(f"legs.{field}"), code=quoted(code))
    return Leg(int(plain), **values), ""


def room(settings: Settings) -> int:
    """For how many more epochs there is room."""
    return MAX_EPOCHS[settings.dataset] - settings.all_epochs


def can_go_on(settings: Settings) -> bool:
    """Whether another leg can be added."""
    return len(settings.legs) < MOST and room(settings) > 0


def gone_on(settings: Settings) -> tuple[Leg, ...]:
    """The legs with one more, for ``can_go_on``: like the last, at about a tenth of its learning rate."""
    last = legs_of(settings)[-1]
    rate = max([rate for rate in LEARNING_RATES if rate <= 0.1001 * last.learning_rate], default=LEARNING_RATES[0])
    return (*settings.legs, Leg(min(_EPOCHS, room(settings)), rate, last.loss, last.bias))


def changed(legs: tuple[Leg, ...], at: int, **values: object) -> tuple[Leg, ...]:
    """The legs with other choices for one of them. Raises ValueError where a value is not allowed."""
    return (*legs[:at], replace(legs[at], **values), *legs[at + 1 :])  # type: ignore[arg-type]


def epochs_text(epochs: int) -> str:
    """A number of epochs as text."""
    return _words("verdict.epoch") if epochs == 1 else _words("verdict.epochs", count=f"{epochs:,}")


def note(settings: Settings) -> str:
    """How to read the curves of a training with a schedule, in Markdown; empty for a plain one."""
    legs = legs_of(settings)
    said = []
    if len(legs) > 1:
        said.append(_words("legs.note"))
        if len({leg.loss for leg in legs}) > 1:
            said.append(_words("legs.note_losses"))
        biases = [leg.bias for leg in legs]
        if not LOSSES[settings.loss].pixelwise and len(set(biases)) > 1:
            said.append(_words("legs.note_bias"))
    if settings.decay != "constant":
        said.append(_words(f"legs.note_{settings.decay}"))
    return " ".join(said)
