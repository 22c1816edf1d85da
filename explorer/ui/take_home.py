"""Take it home: the code of what is on the screen, as a script and a notebook, and its numbers as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from explorer import export
from explorer.compare import Rows
from explorer.export import Program
from explorer.scores import SCORES
from explorer.settings import Settings
from explorer.sweep import Sweep
from explorer.training import Run
from explorer.ui import cached, compare_controls, sharing

PAGES = ("train", "compare_losses", "learning_rates", "scikit_learn")  # those that have something to take along
_KEY = "take_home"
_NUMPY, _LIBRARY, _NUMBERS = "NumPy", "scikit-learn", "the numbers"


@dataclass(frozen=True)
class Code:
    """A program to take along: what it is, what it prints, what to call it; made only when it is looked at."""

    words: str
    program: Callable[[], Program]
    printed: Callable[[], str]
    stem: str


@dataclass(frozen=True)
class File:
    """Numbers to take along: the label of the button, what is in the file, its name, its content.

    A session keeps ``content`` as long as the button is there. It holds no run: it is short, or a function of choices.
    """

    label: str
    words: str
    name: str
    content: str | Callable[[], str | bytes]
    mime: str


Offer = tuple[dict[str, Code], list[File]]  # the programs by their names, and the files


def button() -> None:
    """The button, in the row of the entry; the page answers to it once its run is there."""
    st.button(
        "Take it home", icon=":material/download:", key=_KEY,
        help="The code of what is on the screen, as a script and as a notebook, and its numbers as files.",
    )


def of_run(settings: Settings) -> None:
    """For the page Train, at its end."""
    if _asked():
        _dialog(_run, settings)


def of_descent(settings: Settings) -> None:
    """For the page Against scikit-learn, at its end."""
    if _asked():
        _dialog(_descent, settings)


def of_comparison(rows: Rows, shared: Settings) -> None:
    """For the page Compare losses, at its end."""
    if _asked():
        _dialog(_comparison, rows, shared)


def of_sweep(sweep: Sweep) -> None:
    """For the page Learning rates, at its end."""
    if not _asked():
        return
    s = sweep.cells[0][0].settings
    stem = f"sweep-{s.dataset}-{s.digits[0]}-vs-{s.digits[1]}-{s.score}-{s.epochs}-epochs-seed-{s.seed}"
    _dialog(_sweep, export.sweep_csv(sweep), f"{stem}.csv")


def _asked() -> bool:
    return st.session_state.get(_KEY) is True and not sharing.pressed()


def _run(s: Settings) -> Offer:
    run = cached.run(s)
    return {
        _NUMPY: Code(
            "This run in plain NumPy: start, predict, loss, gradient, step, repeat, and no library that trains for "
            "you.", lambda: export.of_run(s), lambda: export.printed(run), export.file_stem(s, "run"),
        ),
        _LIBRARY: _scikit_learn(s),
    }, _files_of_run(s)


def _descent(s: Settings) -> Offer:
    run = cached.run(s)
    return {
        _LIBRARY: _scikit_learn(s),
        _NUMPY: Code(
            "Our descent in plain NumPy.", lambda: export.of_run(s), lambda: export.printed(run),
            export.file_stem(s, "descent"),
        ),
    }, _files_of_run(s)


def _comparison(rows: Rows, shared: Settings) -> Offer:
    runs = _compared(rows, shared)
    stem = f"comparison-{shared.dataset}-{shared.digits[0]}-vs-{shared.digits[1]}-seed-{shared.seed}"
    return {
        _NUMPY: Code(
            "All these runs in plain NumPy, side by side: rows of one matrix of weights, the same batches for all.",
            lambda: export.of_comparison([(name, run.settings) for name, run in runs]),
            lambda: export.printed_comparison(runs), stem,
        ),
        _LIBRARY: _scikit_learn(replace(runs[0][1].settings, score="multiply", loss="log_loss", bias=True)),
    }, [
        File(
            "The curves (CSV)", "One line for each run and epoch: losses, accuracies, bias.", f"{stem}.csv",
            partial(_curves_of_comparison, rows, shared), "text/csv",
        ),
        *(
            file for i, (name, run) in enumerate(runs)
            for file in _files_of_weights(
                run.settings, partial(_nth_compared, rows, shared, i), f"weights-{name[0].lower()}-of-{stem}",
                f" of {name}",
            )
        ),
    ]


def _sweep(csv: str, name: str) -> Offer:
    return {}, [File(
        "The map (CSV)", "One line for each run: loss, bias, learning rate, accuracies, losses, and how it ended.",
        name, csv, "text/csv",
    )]


def _compared(rows: Rows, shared: Settings) -> list[tuple[str, Run]]:
    return [(outcome.row.name, outcome.run) for outcome in compare_controls.results(rows, shared)]


def _nth_compared(rows: Rows, shared: Settings, i: int) -> Run:
    return _compared(rows, shared)[i][1]


def _curves_of_comparison(rows: Rows, shared: Settings) -> str:
    return export.comparison_csv(_compared(rows, shared))


def _curves(settings: Settings) -> str:
    return export.run_csv(cached.run(settings))


def _weights_as_array(run: Callable[[], Run], shape: tuple[int, int]) -> bytes:
    return export.weights_npy(run(), shape)


def _weights_as_picture(run: Callable[[], Run], shape: tuple[int, int]) -> bytes:
    made = run()
    return export.weights_png(made.weights[made.last_epoch], shape, SCORES[made.settings.score].neutral)


def _scikit_learn(settings: Settings) -> Code:
    return Code(
        "The same with scikit-learn, in a few lines. What it cannot do is said at the top of the code.",
        lambda: export.of_scikit_learn(settings),
        lambda: export.printed_scikit_learn(settings, cached.scikit_learn_fit(settings), cached.images(settings)),
        export.file_stem(settings, "scikit-learn"),
    )


def _files_of_run(settings: Settings) -> list[File]:
    return [
        File(
            "The curves (CSV)", "One line for each epoch: losses, accuracies, bias.",
            f"{export.file_stem(settings, 'curves')}.csv", partial(_curves, settings), "text/csv",
        ),
        *_files_of_weights(settings, partial(cached.run, settings), export.file_stem(settings, "weights")),
    ]


def _files_of_weights(settings: Settings, run: Callable[[], Run], stem: str, whose: str = "") -> list[File]:
    shape = cached.images(settings).image_shape
    return [
        File(
            f"The weights{whose} (NumPy)", f"An array of {shape[0]} × {shape[1]}: numpy.load reads it.",
            f"{stem}.npy", partial(_weights_as_array, run, shape), "application/octet-stream",
        ),
        File(
            f"The weights{whose} (PNG)", "Their picture, large.", f"{stem}.png",
            partial(_weights_as_picture, run, shape), "image/png",
        ),
    ]


@st.dialog("Take it home", width="large", icon=":material/download:")
def _dialog(offer: Callable[..., Offer], *choices: Any) -> None:
    # A session keeps what its dialog was called with: choices, from which the runs are fetched here.
    codes, files = offer(*choices)
    chosen = _NUMBERS
    if codes:
        options = [*codes, _NUMBERS]
        chosen = st.segmented_control(
            "What to take", options, default=options[0], required=True, key="take_what", label_visibility="collapsed",
        )
    if chosen in codes:
        _show_code(codes[chosen])
    else:
        for i, file in enumerate(files):
            with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
                st.download_button(
                    file.label, file.content, file.name, file.mime, key=f"take_file_{i}", on_click="ignore",
                    icon=":material/download:", width=300,
                )
                st.caption(file.words, width="content")


def _show_code(code: Code) -> None:
    program = code.program()
    st.markdown(f"{code.words} From the run on the screen, it prints:")
    st.code(code.printed(), language=None, wrap_lines=True)
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Python script", program.script, f"{code.stem}.py", "text/x-python", key="take_script", on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "Notebook", program.notebook, f"{code.stem}.ipynb", "application/x-ipynb+json", key="take_notebook",
            on_click="ignore", icon=":material/download:",
        )
    st.code(program.script, language="python", height=430)
    st.caption(
        "It needs Python with numpy and scikit-learn, and nothing of this site. On another processor the last digits "
        "may differ: long or wild trainings enlarge the rounding of the first steps."
    )
