"""Everything from outside is bounded before any work. The tests count rows, events and characters, never time."""

import json
import re
import tomllib

import pytest
from streamlit.elements.widgets import data_editor
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from explorer import links
from explorer.inputs import bounds
from explorer.lessons import prices
from explorer.lessons.compare_losses import row_set
from explorer.lessons.one_image import drawing
from explorer.ui import bias as ui
from tests.support.pages import open_page
from tests.support.serving import ROOT
from tests.support.visitor import visiting

ROW = {"apples": "3", "pears": "2", "cents": "7"}


def test_the_limit_of_the_server_is_the_bound_for_messages():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxWidgetStateSize"] * 1e6 == bounds.MESSAGE


def test_the_limit_of_the_server_is_the_bound_for_files():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] * 1024**2 == bounds.FILE
    largest = bounds.FILE + bounds.FILE_ENVELOPE
    haproxy = (ROOT / "deploy" / "haproxy.cfg").read_text(encoding="utf-8")
    ingress = (ROOT / "deploy" / "kubernetes" / "ingress.yaml").read_text(encoding="utf-8")
    assert int(re.search(r"Content-Length\) gt (\d+)", haproxy)[1]) >= largest
    assert int(re.search(r"proxy-body-size: (\d+)m", ingress)[1]) * 1024**2 >= largest


def finishes(address: str, characters: int) -> bool:
    """Whether the server answers a message of about this length; False where it closes the connection instead."""
    host = address.split("//")[1]
    with connect(f"ws://{host}/_stcore/stream", subprotocols=["streamlit"], max_size=None, origin=address) as socket:
        request, message = BackMsg(), ForwardMsg()
        request.rerun_script.query_string, request.rerun_script.page_name = "v=" + "x" * characters, "prices"
        socket.send(request.SerializeToString())
        try:
            while message.WhichOneof("type") != "script_finished":
                message.ParseFromString(socket.recv(timeout=60))
        except ConnectionClosedError as closed:
            if closed.rcvd.code == 1009:  # too big
                return False
            raise
        return True


def test_a_message_is_read_up_to_the_bound_and_not_beyond(app):
    assert finishes(app, bounds.MESSAGE - 200)
    assert not finishes(app, bounds.MESSAGE)


def test_the_server_s_own_messages_are_far_below_the_limit_for_messages(app, mnist):
    """Of all pages, Compare losses with its tables sends the largest one."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    with visiting(app) as visitor:
        visitor.open("one_image", "dataset=mnist&tables=true&by_rows=true&other_score=true")
        visitor.open("compare_losses", "dataset=mnist&tables=true&shapes=true")
        assert 60_000 < visitor.largest < settings["server"]["maxMessageSize"] * 1e6 / 4


def test_the_longest_link_fits_into_a_message():
    longest = bounds.HIDE + 12 * bounds.NOTE + bounds.RUNS + 3 * bounds.RECEIPTS + bounds.DRAWING
    longest += 2 * bounds.PAINTING + bounds.CHALLENGER + bounds.TESTED
    assert longest < bounds.MESSAGE / 2


@pytest.fixture
def applied(monkeypatch):
    """The numbers of edits that Streamlit applied to a table, one for each run."""
    counts = []
    real = data_editor._apply_dataframe_edits

    def counted(table, state, schema):
        cells = sum(map(len, state["edited_rows"].values()))
        counts.append(len(state["added_rows"]) + len(state["deleted_rows"]) + cells)
        return real(table, state, schema)

    monkeypatch.setattr(data_editor, "_apply_dataframe_edits", counted)
    return counts


def sends(app, edits: dict, to: str | None = None):
    """The page after a message with these edits of its table."""
    states = app._tree.get_widget_states()
    state = states.widgets.add()
    state.id, state.string_value = to or app.dataframe[0].proto.id, json.dumps(edits)
    return app._run(states)


@pytest.mark.parametrize("edits", [
    {"added_rows": [ROW] * 500}, {"added_rows": [{}]}, {"deleted_rows": [0] * 1000}, {"deleted_rows": [99]},
    {"edited_rows": {str(row): ROW for row in range(300)}}, {"edited_rows": {"8": ROW}},
    {"edited_rows": {"0": {f"c{i}": "1" for i in range(1000)}}}, {"edited_rows": {"0": {"apples": "1" * 401}}},
    {"edited_rows": {"0": {"apples": [1]}}}, {"edited_rows": {"0": 7}},
], ids=lambda edits: str(edits)[:40])
def test_a_forged_table_is_dropped_before_streamlit_applies_it(edits, applied):
    app = open_page("prices", prices_part="One line", receipts="3,2,7;5,5,15")
    applied.clear()
    sends(app, edits)
    assert applied == [0]
    assert not app.exception
    assert not app.warning
    assert app.dataframe[0].value["cents"].tolist() == ["7", "15", *[""] * 6]
    assert app.query_params["receipts"] in ("3,2,7;5,5,15", ["3,2,7;5,5,15"])


def test_legitimate_edits_of_a_table_are_applied(applied):
    app = open_page("prices", prices_part="One line")
    applied.clear()
    sends(app, {"edited_rows": {"0": {"cents": "8"}, "3": {"apples": "１", "pears": "1,5", "cents": "4 ct"}}})
    assert applied == [4]
    assert not app.warning
    assert app.query_params["receipts"] in ("3,2,8;1,4,9;2,1,10;1,1.5,4", ["3,2,8;1,4,9;2,1,10;1,1.5,4"])


def test_no_message_can_name_a_table_that_has_not_been_drawn(applied):
    """A table has another name in each visit, and after each time that it was not shown."""
    app = open_page("prices", prices_part="One line")
    names = {app.dataframe[0].proto.id, open_page("prices", prices_part="One line").dataframe[0].proto.id}
    old = app.dataframe[0].proto.id
    app.get_by_key("prices_part").set_value("Guess").run()
    app.get_by_key("prices_part").set_value("One line")
    applied.clear()
    sends(app, {"added_rows": [ROW] * 500}, to=old)
    names.add(app.dataframe[0].proto.id)
    assert applied == [0]
    assert len(names) == 3


@pytest.mark.parametrize(("page", "link"), [
    ("prices", {"receipts": "x,y,z;" * 66, "prices_part": "One line"}), ("prices", {"receipts": "x,y,z;" * 10_000}),
    ("compare_losses", {"runs": "_" * 400}), ("compare_losses", {"runs": "`_" * 10_000}),
    ("one_image", {"drawing": "." * 30_000, "source": "your drawing"}), ("train", {"v": "x" * 30_000}),
    ("train", {"hide": ",".join(["seed", "loss"] * 3000), "seed": "9" * 10_000, "loss": "x" * 10_000}),
    ("be_the_optimiser", dict.fromkeys(("painting", "picture", "theirs", "tested", "beat"), "9" * 30_000)),
    ("train", {"note": "x" * 30_000}), ("bias", {"pixels": "9" * 20_000, "bias_part": "Pixels"}),
])
def test_messages_about_a_long_link_are_short(page, link):
    app = open_page(page, **link)
    messages = [*app.warning, *app.error, *app.info]
    assert sum(len(message.value) for message in messages) < 1500


def test_every_module_takes_its_bound_from_bounds():
    assert links.NOTE_LENGTH == bounds.NOTE
    assert drawing.MAX_LENGTH == bounds.DRAWING
    assert prices.MOST_ROWS == bounds.RECEIPT_ROWS
    assert ui.MOST_PIXELS == bounds.OWN_PIXELS
    longest = [row_set.Row(letter, "distance", "squared_error", 0.0001, False, "mean_image") for letter in "ABCDEFGH"]
    assert len(row_set.write(longest)) <= bounds.RUNS / 2
    assert len(prices.link_of_rows([("12.123456",) * 3] * 8)) <= bounds.RECEIPTS
