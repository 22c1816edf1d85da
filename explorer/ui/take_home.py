"""The dialog "Take it home": what is on the screen as a program (script and notebook), and its numbers as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from explorer import export, texts
from explorer.engine.schedule import plain
from explorer.engine.scores import SCORES
from explorer.engine.settings import Settings
from explorer.engine.training import Run
from explorer.export import Program
from explorer.lessons.be_the_optimiser import challenge, measures, painting
from explorer.lessons.compare_losses.row_set import Rows
from explorer.lessons.learning_rates import Sweep
from explorer.lessons.what_comes_next import exclusive_or, ten
from explorer.ui import be_the_optimiser, cached, compare_losses, saved_model, share, what_comes_next, your_digits

# The pages that have this dialog.
PAGES = (
    "train", "compare_losses", "learning_rates", "scikit_learn", "be_the_optimiser", "your_digits", "saved_model",
    "what_comes_next",
)
_words = texts.of("take_home")
_KEY = "take_home"
_NUMPY, _LIBRARY, _NUMBERS = "NumPy", "scikit-learn", _words("numbers")


@dataclass(frozen=True)
class Code:
    """A program to download.

    Parameters
    ----------
    description : str
    program : callable () -> Program
        Called only when the program is shown, as is ``printed``.
    printed : callable () -> str
        What the program prints.
    stem : str
        The name of its files, without the ending.
    """

    description: str
    program: Callable[[], Program]
    printed: Callable[[], str]
    stem: str


@dataclass(frozen=True)
class File:
    """Numbers to download.

    Parameters
    ----------
    label : str
        The label of the button.
    description : str
        What is in the file.
    name : str
        The name of the file.
    content : str or callable () -> str or bytes
        A session keeps it as long as the button is there, so it must not hold a run: a short text, or a function of
        settings.
    mime : str
    """

    label: str
    description: str
    name: str
    content: str | Callable[[], str | bytes]
    mime: str


Offer = tuple[dict[str, Code], list[File]]  # the programs by name, and the files


def button() -> None:
    """The button, drawn by the entry; the page opens the dialog at its end, when its run is there."""
    st.button(
        _words("button"), icon=":material/download:", key=_KEY, type="tertiary", help=_words("button_help"),
    )


def of_run(settings: Settings, goal: float | None = None) -> None:
    """Open the dialog if the button was pressed; for the end of the page Train."""
    if _pressed():
        _dialog(_run, settings, goal)


def of_descent(settings: Settings) -> None:
    """Open the dialog if the button was pressed; for the end of the page Against scikit-learn."""
    if _pressed():
        _dialog(_descent, settings)


def of_comparison(rows: Rows, shared: Settings, goal: float | None) -> None:
    """Open the dialog if the button was pressed; for the end of the page Compare losses."""
    if _pressed():
        _dialog(_comparison, rows, shared, goal)


def of_sweep(sweep: Sweep, goal: float | None) -> None:
    """Open the dialog if the button was pressed; for the end of the page Learning rates."""
    if not _pressed():
        return
    s = sweep.cells[0][0].settings
    stem = f"sweep-{s.dataset}-{s.digits[0]}-vs-{s.digits[1]}-{s.score}-{s.epochs}-epochs-seed-{s.seed}"
    _dialog(_sweep, export.sweep_csv(sweep, goal), f"{stem}.csv")


def of_hidden_layer(settings: Settings, data: str = export.PAIR) -> None:
    """Open the dialog if the button was pressed; for the end of the parts of What comes next with a hidden layer.

    Parameters
    ----------
    settings : Settings
        With hidden units.
    data : str
        What it is trained on, as ``export.of_hidden_layer`` has it.
    """
    if _pressed():
        _dialog(_hidden_layer, settings, data)


def of_ten(settings: Settings) -> None:
    """Open the dialog if the button was pressed; for the end of the part "ten digits" of What comes next."""
    if _pressed():
        _dialog(_ten, settings)


def of_painting(settings: Settings, text: str, bias: float) -> None:
    """Open the dialog if the button was pressed; for the end of the page Be the optimiser."""
    if _pressed():
        _dialog(_painting, settings, text, bias)


def of_own_images(settings: Settings, use: str) -> None:
    """Open the dialog if the button was pressed; for the end of the page Your own digits."""
    if _pressed():
        _dialog(_own_images, settings, use)


def of_saved(settings: Settings) -> None:
    """Open the dialog if the button was pressed; for the end of the page A saved model."""
    if _pressed():
        _dialog(_saved, settings)


def _pressed() -> bool:
    # Streamlit allows one dialog in a run: "Share" comes first.
    return st.session_state.get(_KEY) is True and not share.pressed()


def _run(s: Settings, goal: float | None) -> Offer:
    run = cached.run(s)
    return {
        _NUMPY: Code(
            _words("program.run"), lambda: export.of_run(s, goal), lambda: export.printed(run, goal),
            export.file_stem(s, "run"),
        ),
        _LIBRARY: _scikit_learn(plain(run.last_leg)),
    }, _files_of_run(s, goal)


def _own_images(s: Settings, use: str) -> Offer:
    return {
        _NUMPY: Code(
            _words("program.own_images", file=your_digits.FILE), lambda: export.of_own_images(s, use),
            lambda: export.printed_own(your_digits.result(s, use)), export.file_stem(s, "own digits"),
        ),
    }, [File(
        _words("file.images"), _words("file.images_about"), your_digits.FILE, your_digits.saved,
        "application/octet-stream",
    )]


def _saved(s: Settings) -> Offer:
    return {
        _NUMPY: Code(
            _words("program.saved", file=saved_model.FILE), lambda: export.of_saved(s, saved_model.FILE),
            lambda: export.printed(saved_model.continued(s)), export.file_stem(s, "going on"),
        ),
    }, [
        File(
            _words("file.model"), _words("file.model_before_about"), saved_model.FILE, saved_model.before,
            "application/octet-stream",
        ),
        File(
            _words("file.model_after"), _words("file.model_about"), f"{export.file_stem(s, 'model')}.npz",
            partial(saved_model.after, s), "application/octet-stream",
        ),
        File(
            _words("file.curves"), _words("file.curves_of_run"), f"{export.file_stem(s, 'curves')}.csv",
            partial(_curves_going_on, s), "text/csv",
        ),
    ]


def _curves_going_on(settings: Settings) -> str:
    return export.run_csv(saved_model.continued(settings))


def _descent(s: Settings) -> Offer:
    run = cached.run(s)
    return {
        _LIBRARY: _scikit_learn(s),
        _NUMPY: Code(
            _words("program.descent"), lambda: export.of_run(s), lambda: export.printed(run),
            export.file_stem(s, "descent"),
        ),
    }, _files_of_run(s)


def _hidden_layer(s: Settings, data: str) -> Offer:
    stem = f"{export.file_stem(s, 'hidden-layer')}-{data.replace(' ', '-')}"
    return {_NUMPY: Code(
        _words("program.hidden_layer"), lambda: export.of_hidden_layer(s, data),
        lambda: what_comes_next.printed(s, data), stem,
    )}, [
        File(
            _words("file.curves"), _words("file.curves_of_run"), f"{stem}.csv",
            partial(_curves_of_layers, s, data), "text/csv",
        ),
        File(
            _words("file.array"), _words("file.layers_about"), f"{stem}.npz", partial(_layers, s, data),
            "application/octet-stream",
        ),
    ]


def _ten(s: Settings) -> Offer:
    model = ten.model(s)
    stem = f"ten-digits-{s.dataset}-seed-{s.seed}"
    return {
        _NUMPY: Code(
            _words("program.ten"), lambda: export.of_ten(model),
            lambda: export.printed_ten(what_comes_next.ten_run(s)), stem,
        ),
        _LIBRARY: Code(
            _words("program.ten_scikit_learn"), lambda: export.of_ten_scikit_learn(model),
            lambda: export.printed_ten_scikit_learn(what_comes_next.ten_fit(s)), f"{stem}-scikit-learn",
        ),
    }, [File(
        _words("file.array"), _words("file.ten_about"), f"{stem}.npz", partial(_ten_weights, s),
        "application/octet-stream",
    )]


def _comparison(rows: Rows, shared: Settings, goal: float | None) -> Offer:
    runs = _compared(rows, shared)
    stem = f"comparison-{shared.dataset}-{shared.digits[0]}-vs-{shared.digits[1]}-seed-{shared.seed}"
    return {
        _NUMPY: Code(
            _words("program.comparison"),
            lambda: export.of_comparison([(name, run.settings) for name, run in runs], goal),
            lambda: export.printed_comparison(runs, goal), stem,
        ),
        _LIBRARY: _scikit_learn(replace(runs[0][1].settings, score="multiply", loss="log_loss", bias=True)),
    }, [
        File(
            _words("file.curves"), _words("file.curves_of_runs"), f"{stem}.csv",
            partial(_curves_of_comparison, rows, shared, goal), "text/csv",
        ),
        *(
            file for i, (name, run) in enumerate(runs)
            for file in _files_of_weights(
                run.settings, partial(_nth_compared, rows, shared, i), f"weights-{name[0].lower()}-of-{stem}",
                name,
            )
        ),
    ]


def _painting(s: Settings, text: str, bias: float) -> Offer:
    dataset = cached.images(s)
    cells, shape = painting.decode(text, dataset.image_shape), dataset.image_shape
    height, width = shape
    stem = f"painted-{s.dataset}-{s.digits[0]}-vs-{s.digits[1]}-{s.score}"
    return {
        _NUMPY: Code(
            _words("program.painting"), lambda: export.of_painting(s, cells, bias, shape),
            lambda: _printed_painting(s, text, bias), stem,
        ),
    }, [
        File(
            _words("file.array"), _words("file.array_about", height=height, width=width), f"{stem}.npy",
            partial(_painted_as_array, s, text), "application/octet-stream",
        ),
        File(
            _words("file.picture"), _words("file.picture_about"), f"{stem}.png", partial(_painted_as_picture, s, text),
            "image/png",
        ),
        File(
            _words("file.curves"), _words("file.curves_of_runs"), f"{stem}-descents.csv",
            partial(_curves_of_descents, s, text, bias), "text/csv",
        ),
    ]


def _printed_painting(s: Settings, text: str, bias: float) -> str:
    dataset = cached.images(s)
    cells = painting.decode(text, dataset.image_shape)
    seen = measures.on_training(dataset, s, cells, bias)
    runs, _ = be_the_optimiser.both_descents(s, text, bias)
    return export.printed_painting(challenge.unseen(dataset, s, cells, bias), seen, runs)


def _painted_as_array(s: Settings, text: str) -> bytes:
    shape = cached.images(s).image_shape
    return export.array_npy(painting.weights_of(painting.decode(text, shape), s.score), shape)


def _painted_as_picture(s: Settings, text: str) -> bytes:
    shape = cached.images(s).image_shape
    weights = painting.weights_of(painting.decode(text, shape), s.score)
    return export.weights_png(weights, shape, SCORES[s.score].neutral)


def _curves_of_descents(s: Settings, text: str, bias: float) -> str:
    runs, _ = be_the_optimiser.both_descents(s, text, bias)
    return export.comparison_csv(list(zip(export.STARTS, runs, strict=True)))


def _sweep(csv: str, name: str) -> Offer:
    return {}, [File(
        _words("file.map"), _words("file.map_about"), name, csv, "text/csv",
    )]


def _compared(rows: Rows, shared: Settings) -> list[tuple[str, Run]]:
    return [(outcome.name, outcome.run) for outcome in compare_losses.results(rows, shared)]


def _nth_compared(rows: Rows, shared: Settings, i: int) -> Run:
    return _compared(rows, shared)[i][1]


def _curves_of_comparison(rows: Rows, shared: Settings, goal: float | None) -> str:
    return export.comparison_csv(_compared(rows, shared), goal)


def _curves(settings: Settings, goal: float | None) -> str:
    return export.run_csv(cached.run(settings), goal)


def _curves_of_layers(settings: Settings, data: str) -> str:
    return export.run_csv(what_comes_next.layers_run(settings, data))


def _layers(settings: Settings, data: str) -> bytes:
    images = exclusive_or.points() if data == export.EXCLUSIVE_OR else cached.images(settings)
    return export.layers_npz(what_comes_next.layers_run(settings, data), images.image_shape)


def _ten_weights(settings: Settings) -> bytes:
    return export.ten_npz(what_comes_next.ten_run(settings), cached.images(settings).image_shape)


def _weights_as_array(run: Callable[[], Run], shape: tuple[int, int]) -> bytes:
    return export.weights_npy(run(), shape)


def _whole_model(run: Callable[[], Run], shape: tuple[int, int]) -> bytes:
    trained = run()
    last = trained.last_epoch
    return export.weights_npz(trained.weights[last], float(trained.biases[last]), trained.settings, shape)


def _weights_as_picture(run: Callable[[], Run], shape: tuple[int, int]) -> bytes:
    trained = run()
    return export.weights_png(trained.weights[trained.last_epoch], shape, SCORES[trained.settings.score].neutral)


def _scikit_learn(settings: Settings) -> Code:
    return Code(
        _words("program.scikit_learn"),
        lambda: export.of_scikit_learn(settings),
        lambda: export.printed_scikit_learn(settings, cached.scikit_learn_fit(settings), cached.images(settings)),
        export.file_stem(settings, "scikit-learn"),
    )


def _files_of_run(settings: Settings, goal: float | None = None) -> list[File]:
    return [
        File(
            _words("file.curves"), _words("file.curves_of_run"),
            f"{export.file_stem(settings, 'curves')}.csv", partial(_curves, settings, goal), "text/csv",
        ),
        *_files_of_weights(settings, partial(cached.run, settings), export.file_stem(settings, "weights")),
    ]


def _files_of_weights(settings: Settings, run: Callable[[], Run], stem: str, whose: str = "") -> list[File]:
    shape = height, width = cached.images(settings).image_shape
    return [
        File(
            _words("file.array_of", run=whose) if whose else _words("file.array"),
            _words("file.array_about", height=height, width=width),
            f"{stem}.npy", partial(_weights_as_array, run, shape), "application/octet-stream",
        ),
        File(
            _words("file.model_of", run=whose) if whose else _words("file.model"),
            _words("file.model_about"), f"{stem}.npz", partial(_whole_model, run, shape), "application/octet-stream",
        ),
        File(
            _words("file.picture_of", run=whose) if whose else _words("file.picture"),
            _words("file.picture_about"), f"{stem}.png",
            partial(_weights_as_picture, run, shape), "image/png",
        ),
    ]


@st.dialog(_words("button"), width="large", icon=":material/download:")
def _dialog(offer: Callable[..., Offer], *choices: Any) -> None:
    # A session keeps the arguments of its dialog: they are choices, and the runs are fetched here.
    programs, files = offer(*choices)
    chosen = _NUMBERS
    if programs:
        options = [*programs, _NUMBERS]
        chosen = st.segmented_control(
            _words("what"), options, default=options[0], required=True, key="take_what", label_visibility="collapsed",
        )
    if chosen in programs:
        _show_code(programs[chosen])
    else:
        for i, file in enumerate(files):
            with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
                st.download_button(
                    file.label, file.content, file.name, file.mime, key=f"take_file_{i}", on_click="ignore",
                    icon=":material/download:", width=300,
                )
                st.caption(file.description, width="content")


def _show_code(code: Code) -> None:
    program = code.program()
    st.markdown(_words("prints", description=code.description))
    st.code(code.printed(), language=None, wrap_lines=True)
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            _words("script"), program.script, f"{code.stem}.py", "text/x-python", key="take_script", on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            _words("notebook"), program.notebook, f"{code.stem}.ipynb", "application/x-ipynb+json", key="take_notebook",
            on_click="ignore", icon=":material/download:",
        )
    st.code(program.script, language="python", height=430)
    st.caption(_words("needs"))
