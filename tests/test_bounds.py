"""What comes from outside is bounded before any work: counted here in rows, events and characters, never in time."""

import json
import tomllib

import pytest
from streamlit.elements.widgets import data_editor
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from explorer import bounds, compare, drawing, links, prices
from explorer.ui import bias_cached
from tests.pages import open_page
from tests.serving import ROOT

ROW = {"apples": "3", "pears": "2", "cents": "7"}


def test_the_server_refuses_longer_messages_than_the_table_of_bounds_says():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxWidgetStateSize"] * 1e6 == bounds.MESSAGE


def finishes(address: str, characters: int) -> bool:
    """Whether the server answers to a message about so long; False where it closes the connection unread."""
    host = address.split("//")[1]
    with connect(f"ws://{host}/_stcore/stream", subprotocols=["streamlit"], max_size=None, origin=address) as socket:
        asked, message = BackMsg(), ForwardMsg()
        asked.rerun_script.query_string, asked.rerun_script.page_name = "v=" + "x" * characters, "prices"
        socket.send(asked.SerializeToString())
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


def test_what_a_link_may_hold_fits_into_a_message():
    longest = bounds.HIDE + 12 * bounds.NOTE + bounds.RUNS + 3 * bounds.RECEIPTS + bounds.DRAWING
    assert longest < bounds.MESSAGE / 2


@pytest.fixture
def applied(monkeypatch):
    """How many edits Streamlit applied to a table, run by run."""
    counts = []
    real = data_editor._apply_dataframe_edits

    def counted(table, state, schema):
        cells = sum(map(len, state["edited_rows"].values()))
        counts.append(len(state["added_rows"]) + len(state["deleted_rows"]) + cells)
        return real(table, state, schema)

    monkeypatch.setattr(data_editor, "_apply_dataframe_edits", counted)
    return counts


def sends(app, edits: dict, to: str | None = None):
    """The page after a message that says this of its table."""
    states = app._tree.get_widget_states()
    told = states.widgets.add()
    told.id, told.string_value = to or app.dataframe[0].proto.id, json.dumps(edits)
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


def test_an_honest_table_is_read(applied):
    app = open_page("prices", prices_part="One line")
    applied.clear()
    sends(app, {"edited_rows": {"0": {"cents": "8"}, "3": {"apples": "１", "pears": "1,5", "cents": "4 ct"}}})
    assert applied == [4]
    assert not app.warning
    assert app.query_params["receipts"] in ("3,2,8;1,4,9;2,1,10;1,1.5,4", ["3,2,8;1,4,9;2,1,10;1,1.5,4"])


def test_no_message_can_name_a_table_that_has_not_been_drawn(applied):
    """Its name is another in each visit, and after each time that the table was away."""
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
    ("train", {"note": "x" * 30_000}), ("bias", {"pixels": "9" * 20_000, "bias_part": "Pixels"}),
])
def test_what_a_page_says_of_a_long_link_is_short(page, link):
    app = open_page(page, **link)
    said = [*app.warning, *app.error, *app.info]
    assert sum(len(message.value) for message in said) < 1500


def test_every_reader_has_its_bound_from_the_one_table():
    assert links.NOTE_LENGTH == bounds.NOTE
    assert drawing.MAX_LENGTH == bounds.DRAWING
    assert prices.MOST_ROWS == bounds.RECEIPT_ROWS
    assert bias_cached.MOST_PIXELS == bounds.OWN_PIXELS
    longest = [compare.Row(letter, "distance", "squared_error", 0.0001, False, "mean_image") for letter in "ABCDEFGH"]
    assert len(compare.write(longest)) <= bounds.RUNS / 2
    assert len(prices.link_of_rows([("12.123456",) * 3] * 8)) <= bounds.RECEIPTS
