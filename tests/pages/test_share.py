"""Class links on every page (hidden controls, a note, a version), and the dialogs "Share" and "Take it home"."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from explorer import contents, export, links
from explorer.engine.settings import Settings
from explorer.engine.training import train
from explorer.sources.mnist import MNIST_DIR_VARIABLE
from explorer.ui import linked
from explorer.ui.components import page_address
from explorer.web import network
from tests.support.pages import open_page
from tests.support.serving import ROOT
from tests.verdicts import bold_verdict

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
# A link in which every setting but the data set differs from its default, and its settings.
VALUES = dict(
    loss="hinge", learning_rate="0.1", epochs="10", bias="false", start="zeros", seed="7", batch_size="all", l2="0.001",
    train_images="100", score="distance", first="1", second="0", black_and_white="true", inverted="true",
)
SETTINGS = Settings(
    loss="hinge", learning_rate=0.1, epochs=10, bias=False, start="zeros", seed=7, batch_size=None, l2=0.001,
    train_images=100, score="distance", digits=(1, 0), black_and_white=True, inverted=True,
)
FIELDS = (
    "dataset,digits,black_and_white,inverted,seed,score,bias,loss,learning_rate,epochs,batch_size,train_images,l2,start"
)


def shown_verdict(app: AppTest) -> str:
    """The first text in bold at the beginning of a paragraph."""
    return next(m.value.split("**")[1] for m in app.main.markdown if m.value.startswith("**"))


def keys(app: AppTest) -> set[str]:
    """The keys of all widgets on the page."""
    kinds = (
        "slider", "select_slider", "selectbox", "toggle", "button", "segmented_control", "pills", "multiselect",
        "expander",
    )
    return {element.proto.id.rsplit("-", 1)[-1] for kind in kinds for element in app.get(kind) if hasattr(
        element.proto, "id"
    )}


def offered(app: AppTest) -> dict[str, str]:
    return app.session_state["_controls_of_page"]


VIEWS = [(page, {}) for page in PAGES]
VIEWS += [*(("bias", {"bias_part": part}) for part in ("Ink", "Pixels", "A weight on 1"))]
VIEWS += [("be_the_optimiser", {"theirs": "multiply.8x8p" + "A" * 18 + ".0"})]
VIEWS += [("prices", {"prices_part": "One line"}), ("why_multiply", {"why_part": "one pixel"})]
VIEWS += [("what_comes_next", {"next_part": "exclusive or"})]
VIEWS += [("your_digits", {"own_source": "pictures"})]
WITHOUT_CONTROLS = "teachers"


@pytest.fixture(scope="module")
def drawn() -> list[tuple[dict[str, str], set[str]]]:
    """For each of ``VIEWS``: what may be hidden, name to label, and all widgets."""
    return [(offered(app), keys(app)) for app in (open_page(page, **more) for page, more in VIEWS)]


def test_every_hideable_control_is_offered_on_some_page(drawn):
    assert set().union(*(names for names, _ in drawn)) == linked.HIDEABLE
    assert all(label for names, _ in drawn for label in names.values())


@pytest.mark.parametrize("place", range(len(VIEWS)), ids=lambda place: "-".join([VIEWS[place][0], *VIEWS[place][1]]))
def test_every_offered_control_can_be_hidden(drawn, place):
    page, more = VIEWS[place]
    names, widgets = drawn[place]
    assert widgets & set(names) or page == WITHOUT_CONTROLS
    app = open_page(page, hide=",".join(names), v="1", **more)
    assert not app.warning
    assert not keys(app) & (set(names) | {"first", "second"})
    assert set(offered(app)) == set(names)


def test_controls_that_clicks_set_cannot_be_hidden():
    app = open_page("train", hide="row,update,unheard_of", row="5", update="true")
    assert "update" not in keys(app)
    app = open_page("one_image", hide="row,image", row="5", image="3")
    app.get_by_key("row").set_value(6).run()
    assert not app.exception
    assert {"row", "image"} <= keys(app)


def test_hidden_choices_have_the_values_of_the_link():
    app = open_page("train", hide=FIELDS, **VALUES)
    assert not keys(app) & (set(FIELDS.split(",")) | {"first", "second"})
    assert shown_verdict(app) == bold_verdict(SETTINGS)
    # No button is left that could change them.
    assert not {"Defaults", "New start", "Go on from here"} & {button.label for button in app.button}


def test_a_hidden_choice_is_not_changed_by_a_button_or_a_forged_value():
    app = open_page("train", hide="loss,learning_rate", loss="hinge", learning_rate="0.1", epochs="10")
    next(button for button in app.button if button.label == "Defaults").click().run()
    assert shown_verdict(app) == bold_verdict(Settings(loss="hinge", learning_rate=0.1))
    app.session_state["loss"] = "zero_one"
    app.session_state["learning_rate"] = 1e9
    app.run()
    assert shown_verdict(app) == bold_verdict(Settings(loss="hinge", learning_rate=0.1))


@pytest.mark.parametrize("value", ["1e400", "<script>", "", "nan"])
def test_a_hidden_choice_that_cannot_be_read_is_the_default(value):
    app = open_page("train", hide=FIELDS, **{name: value for name in VALUES if name not in ("first", "second")})
    assert shown_verdict(app) == bold_verdict(Settings())
    for page, name in (("start", "bias_moved"), ("scikit_learn", "penalty"), ("learning_rates", "losses")):
        app = open_page(page, hide=name, **{name: value})
        assert not app.exception


def test_hidden_controls_of_pages_have_the_values_of_the_link():
    app = open_page("start", hide="bias_moved", bias_moved="15")
    assert app.session_state["_controls_of_page"]["bias_moved"] == "Move the bias"
    assert any("calls all 109 unseen images a 3" in m.value for m in app.markdown)
    app = open_page("scikit_learn", hide="penalty,learning_rate", penalty="0.1")
    assert any("**λ = 0.1**" in m.value for m in app.markdown)
    assert "Take it to the minimum" not in {button.label for button in app.button}
    app = open_page("why_multiply", hide="why_part", why_part="two pixels")
    assert {"pixel_a", "pixel_b"} <= keys(app)
    app = open_page("compare_losses", hide="runs", runs="A-m-h-1-b-z_B-m-ll-1-b-z")
    assert len(app.query_params["runs"].split("_")) == 2


def test_a_sweep_with_hidden_losses_sweeps_those_of_the_link():
    app = AppTest.from_file(str(ROOT / "explorer" / "navigation.py"), default_timeout=60)
    app.query_params["hide"], app.query_params["losses"] = "losses,sweep_bias", ["hinge", "zero one"]
    app.run()
    app.switch_page(str(ROOT / "pages" / "learning_rates.py")).run()
    assert not app.exception
    assert app.get_by_key("cell_loss").options == ["hinge", "zero one"]


def test_what_a_link_hides_stays_hidden_on_the_other_pages():
    app = open_page("train", hide="loss,seed", loss="hinge", message="Look!")
    for page in ("one_image", "compare_losses", "train"):
        app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
        assert not app.exception
        assert not keys(app) & {"loss", "seed"}
        assert [text.value for text in app.text] == ["Look!"]
    assert shown_verdict(app) == bold_verdict(Settings(loss="hinge"))


def test_a_hidden_data_set_that_is_unavailable_can_be_replaced_by_the_built_in_digits(monkeypatch, tmp_path):
    monkeypatch.setenv(MNIST_DIR_VARIABLE, str(tmp_path / "nowhere"))
    app = open_page("train", hide="dataset,seed", dataset="mnist", seed="3")
    assert app.error
    next(button for button in app.button if button.label == "Use the built-in digits").click().run()
    assert shown_verdict(app) == bold_verdict(Settings(seed=3))
    assert not keys(app) & {"dataset", "seed"}
    assert app.query_params["dataset"] == "digits"


@pytest.mark.parametrize("note", [
    "<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "[a link](https://example.org)", "**bold** $x$",
    "![](https://example.org/x.png)", ":material/home:",
])
def test_a_note_is_shown_as_text(note):
    app = open_page("train", message=note)
    assert [text.value for text in app.text] == [note]
    assert not [m.value for m in app.markdown if note in m.value]
    assert not [html for html in app.get("html") if note in html.proto.body]


def test_a_note_is_cut_and_loses_marks_that_turn_its_direction():
    assert [text.value for text in open_page("start", message="\u202eabc\u200f").text] == ["abc"]
    app = open_page("start", message="x" * 10_000)
    assert [text.value for text in app.text] == ["x" * 280]
    assert any("cut" in caption.value for caption in app.caption)
    assert not open_page("start", message="\u202e").text


def test_a_link_of_another_version_gets_a_warning_and_is_used():
    app = open_page("train", v="3", loss="hinge", unheard_of="1")
    assert "another version" in app.warning[0].value
    assert shown_verdict(app) == bold_verdict(Settings(loss="hinge"))
    for version in ("1", "2"):
        assert not open_page("train", v=version, unheard_of="1").warning


def press(app: AppTest, key: str) -> AppTest:
    app.get_by_key(key).click().run()
    assert not app.exception
    return app


def set_browser_address(monkeypatch, address) -> None:
    """Set the answer of the browser, which this harness does not have."""
    monkeypatch.setattr(page_address, "address_in_browser", lambda path: address)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shares_its_own_state(page, monkeypatch):
    own = f"https://example.org/school/{page}"
    set_browser_address(monkeypatch, own)
    app = open_page(page, seed="7", first="1", unheard_of="1")
    link = press(app, "share").code[0].value
    chosen = {"seed": ["7"], "first": ["1"]} if contents.of(page).has_images else {}
    assert link == links.address(own, {"dataset": ["digits"]} | chosen | {"unheard_of": ["1"]})
    assert app.get("imgs") or app.get("image")
    labels = [re.split("[:,]", label)[0] for label in offered(app).values()]
    assert app.get_by_key("share_hide").options == labels


def test_sharing_a_class_link_keeps_what_it_hides_and_its_note(monkeypatch):
    set_browser_address(monkeypatch, "https://example.org/train")
    app = press(open_page("train", v="7", loss="hinge", hide="seed,unheard_of", seed="3", note="Why?\u202e"), "share")
    assert parse_qs(urlsplit(app.code[0].value).query) == {
        "v": ["2"], "dataset": ["digits"], "loss": ["hinge"], "seed": ["3"], "hide": ["seed"], "message": ["Why?"],
    }
    assert app.get_by_key("share_hide").value == ["seed"]


def test_a_link_too_long_for_a_qr_code_says_what_to_do(monkeypatch):
    set_browser_address(monkeypatch, "https://example.org/train")
    app = press(open_page("train", message="👩" * 280), "share")
    assert "A shorter note" in app.info[0].value
    assert len(app.code[0].value) > links.LONGEST_FOR_A_QR_CODE


@pytest.mark.parametrize("answer", [None, 5, "", "javascript:alert(1)/train", "https://example.org/start"])
def test_without_an_address_the_dialog_says_where_the_link_is(answer, monkeypatch):
    if answer is not None:  # None is the answer of this harness
        set_browser_address(monkeypatch, answer)
    app = press(open_page("train"), "share")
    assert "address bar" in app.info[0].value
    assert not app.code


@pytest.mark.parametrize(("listens_at", "own", "must_restart"), [
    (None, "192.168.1.5", False), ("0.0.0.0", "192.168.1.5", False), ("127.0.0.1", "192.168.1.5", True),
    ("localhost", None, True), (None, None, False),
])
def test_on_localhost_the_dialog_explains_how_a_phone_can_open_the_page(listens_at, own, must_restart, monkeypatch):
    set_browser_address(monkeypatch, "http://localhost:8501/train")
    monkeypatch.setattr(network, "own_address", lambda: own)
    option = streamlit.get_option
    monkeypatch.setattr(streamlit, "get_option", lambda name: listens_at if name == "server.address" else option(name))
    app = press(open_page("train", seed="7"), "share")
    assert app.code[0].value == "http://localhost:8501/train?v=2&dataset=digits&seed=7"
    assert any("works on this computer only" in text.value for text in app.markdown)
    assert not app.get("imgs")
    message = app.info[0].value
    assert "No QR code" in message
    assert "press *Share* there" in message
    assert ("--server.address=0.0.0.0" in message) == must_restart
    assert (own or "its network settings") in message
    shown = [button.proto.url for button in app.get("link_button")]
    assert shown == ([f"http://{own}:8501/train?v=2&dataset=digits&seed=7"] if own and not must_restart else [])


def test_the_note_of_an_old_link_is_shown_and_shared_under_its_new_name(monkeypatch):
    set_browser_address(monkeypatch, "https://example.org/train")
    app = open_page("train", note="Why?", hide="seed", seed="3")
    assert [text.value for text in app.text] == ["Why?"]
    link = press(app, "share").code[0].value
    assert parse_qs(urlsplit(link).query) == {
        "v": ["2"], "dataset": ["digits"], "seed": ["3"], "hide": ["seed"], "message": ["Why?"],
    }
    app.switch_page(str(ROOT / "pages" / "one_image.py")).run()
    assert [text.value for text in app.text] == ["Why?"]


@pytest.mark.parametrize("page", ["train", "compare_losses", "learning_rates", "scikit_learn"])
def test_of_two_dialogs_in_one_message_share_opens(page, monkeypatch):
    set_browser_address(monkeypatch, f"https://example.org/{page}")
    app = open_page(page)
    app.get_by_key("take_home").click()
    app = press(app, "share")
    assert len(app.get("dialog")) == 1
    assert app.code[0].value == f"https://example.org/{page}?v=2&dataset=digits"


@pytest.mark.parametrize("forged", [
    {"int_array_value": {"data": [1, 2]}}, {"double_array_value": {"data": [1.5]}}, {"bytes_value": b"abc"},
    {"string_array_value": {"data": ["abc"]}}, {"string_value": "x" * 10_000},
], ids=lambda forged: next(iter(forged)))
def test_a_forged_note_is_dropped_or_cut(forged, monkeypatch):
    set_browser_address(monkeypatch, "https://example.org/train")
    app = press(open_page("train"), "share")
    note = app.get_by_key("share_note")
    monkeypatch.setattr(type(note), "_widget_state", property(lambda self: WidgetState(id=self.id, **forged)))
    link = press(app, "share").code[0].value
    assert parse_qs(urlsplit(link).query).get("message", [""])[0] == ("x" * 280 if "string_value" in forged else "")


def test_take_it_home_shows_the_program_of_the_screen_and_what_it_prints(digits):
    settings = Settings(loss="hinge", seed=7)
    app = press(open_page("train", loss="hinge", seed="7"), "take_home")
    printed, script = (code.value for code in app.code)
    assert printed == export.printed(train(digits, settings))
    assert script == export.of_run(settings).script.rstrip()


@pytest.mark.parametrize("page", ["compare_losses", "scikit_learn"])
def test_every_page_with_a_run_has_its_programs(page):
    app = press(open_page(page), "take_home")
    assert len(app.code) == 2
    assert "import numpy" in app.code[1].value


def test_the_sweep_can_be_taken_home_as_numbers():
    app = press(open_page("learning_rates"), "take_home")
    assert not app.code
    assert [button.proto.label for button in app.get("download_button")] == ["The map (CSV)"]
