"""Back and Forward in a real Chromium: each leads to the state before or after, and one press adds one entry."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.browser.test_one_image import SEVEN, THREE, draw, ink
from tests.browser.test_prices import says, write
from tests.support.browser import becomes, settled, wait_until

TRAIN, COMPARE = ".st-key-confusion .main-svg", ".st-key-weights_of_all .main-svg"
RATES, PAD, PRICES = ".st-key-rate_lines .main-svg", ".st-key-weighed .explorer-balance", ".st-key-plane .main-svg"


@pytest.fixture
def open_new(app, new_tab):
    """Open an address in a tab with a history of its own: ``open_new(path, wait_for)`` -> the tab."""
    def start(path: str, wait_for: str):
        tab = new_tab()
        tab.goto(app + path)
        tab.wait_for_selector(wait_for)
        settled(tab)
        return tab

    return start


def place(tab) -> tuple[str, dict[str, str]]:
    """The page and the choices in the address."""
    address = urlsplit(tab.url)
    return address.path, dict(parse_qsl(address.query))


def entries(tab) -> int:
    return tab.evaluate("history.length")


def to_page(tab, name: str, wait_for: str) -> None:
    tab.locator("[data-testid=stSidebar]").get_by_role("link", name=name, exact=True).click()
    tab.wait_for_selector(wait_for)
    settled(tab)


def back(tab) -> None:
    tab.go_back()
    settled(tab)
    assert not tab.locator("[data-testid=stException]").count()


def forward(tab) -> None:
    tab.go_forward()
    settled(tab)
    assert not tab.locator("[data-testid=stException]").count()


def rate(tab) -> str:
    return tab.locator(".st-key-learning_rate [role=slider], .st-key-learning_rate input").first.evaluate(
        "slider => slider.getAttribute('aria-valuetext') ?? slider.value"
    )


@pytest.mark.parametrize(("link", "choices"), [
    ("loss=absolute_error", {"loss": "absolute error"}),
    ("loss=absolute_error&start=mean_image&learning_rate=0,5&seed=0", {
        "loss": "absolute error", "start": "mean image", "learning_rate": "0.5",
    }),
    ("loss=nonsense&learning_rate=1.0&epochs=20", {}),
    ("embed=true&embed_options=light_theme&loss=absolute_error", {
        "embed": "true", "embed_options": "light_theme", "loss": "absolute error",
    }),
    ("hide=loss&loss=squared_error&note=Why%3F", {"hide": "loss", "loss": "squared error", "note": "Why?"}),
])
def test_one_step_back_leaves_a_link_however_it_is_spelled(open_new, link, choices):
    tab = open_new("/train?" + link, TRAIN)
    assert place(tab) == ("/train", choices)
    assert entries(tab) == 2  # the empty page that a tab begins with, and this one
    tab.go_back()
    assert tab.url == "about:blank"
    tab.go_forward()
    tab.wait_for_selector(TRAIN)
    settled(tab)
    assert place(tab) == ("/train", choices)
    assert not tab.locator("[data-testid=stException]").count()


def test_back_shows_a_page_as_it_was_left(open_new):
    tab = open_new("/train?seed=3", TRAIN)
    tab.locator(".st-key-learning_rate input").focus()
    for _ in range(3):
        tab.keyboard.press("ArrowLeft")
    settled(tab)
    left = {"seed": "3", "learning_rate": "0.1"}
    assert place(tab) == ("/train", left)
    to_page(tab, "Compare losses", COMPARE)
    to_page(tab, "Learning rates", RATES)
    assert entries(tab) == 4
    back(tab)
    assert place(tab) == ("/compare_losses", {"seed": "3"})
    back(tab)
    assert place(tab) == ("/train", left)
    assert rate(tab) == "0.1"
    forward(tab)
    assert place(tab) == ("/compare_losses", {"seed": "3"})


def test_a_new_start_can_be_taken_back(open_new):
    tab = open_new("/train?loss=hinge", TRAIN)
    for seed in ("1", "2"):
        tab.get_by_role("button", name="New start").click()
        wait_until(tab, f"location.search.includes('seed={seed}')")
        settled(tab)
    back(tab)
    assert place(tab)[1] == {"loss": "hinge", "seed": "1"}
    back(tab)
    assert place(tab)[1] == {"loss": "hinge"}
    forward(tab)
    assert place(tab)[1] == {"loss": "hinge", "seed": "1"}
    assert tab.locator(".st-key-seed input").first.input_value() == "1"


def test_strokes_can_be_taken_back_to_the_empty_pad_and_forward_again(open_new):
    tab = open_new("/one_image?source=your+drawing", PAD)
    drawings = [""]
    for strokes in (THREE, SEVEN):
        draw(tab, strokes)
        assert becomes(tab, lambda: place(tab)[1].get("drawing", "") != drawings[-1], True)
        settled(tab)
        drawings.append(place(tab)[1]["drawing"])
    back(tab)
    assert place(tab)[1].get("drawing") == drawings[1]
    one = ink(tab)
    assert one > 0
    back(tab)
    assert "drawing" not in place(tab)[1]
    assert ink(tab) == 0
    assert tab.locator(".st-key-pad .undo").is_disabled()
    forward(tab)
    assert place(tab)[1].get("drawing") == drawings[1]
    assert ink(tab) == one
    # Another page, and back by its name: the drawing is still there.
    to_page(tab, "Train", TRAIN)
    to_page(tab, "One image", PAD)
    assert place(tab)[1].get("drawing") == drawings[1]


def test_a_changed_set_of_runs_can_be_taken_back(open_new):
    tab = open_new("/compare_losses", COMPARE)
    tab.get_by_role("button", name="Remove run E").click()
    wait_until(tab, "location.search.includes('runs=')")
    settled(tab)
    five = place(tab)[1]["runs"]
    back(tab)
    assert "runs" not in place(tab)[1]
    assert tab.locator(".row").count() == 6
    forward(tab)
    assert place(tab)[1]["runs"] == five
    assert tab.locator(".row").count() == 5


def test_a_cell_of_the_map_can_be_taken_back_and_its_run_opened(open_new):
    tab = open_new("/learning_rates?seed=2&score=distance", RATES)
    for cell in (5, 26):
        tab.get_by_role("gridcell").nth(cell).click()
        settled(tab)
    own = place(tab)[1]
    assert set(own) == {"seed", "score", "cell_loss", "cell_rate"}
    back(tab)
    assert place(tab)[1] == {"seed": "2", "score": "distance", "cell_rate": "0.005"}
    forward(tab)
    assert place(tab)[1] == own
    before = entries(tab)
    tab.get_by_role("link", name="Open this run in Train").click()
    tab.wait_for_selector(TRAIN)
    settled(tab)
    assert place(tab) == ("/train", {
        "seed": "2", "score": "distance", "loss": own["cell_loss"], "learning_rate": own["cell_rate"],
    })
    assert entries(tab) == before + 1
    back(tab)
    assert place(tab) == ("/learning_rates", own)


def test_back_restores_a_choice_that_both_pages_have(open_new):
    tab = open_new("/train?learning_rate=0.1&epochs=5&bias=false", TRAIN)
    left = place(tab)
    to_page(tab, "Against scikit-learn", ".st-key-weights_beside .main-svg")
    tab.locator(".st-key-learning_rate input").focus()
    tab.keyboard.press("Home")
    settled(tab)
    assert place(tab)[1]["learning_rate"] == "0.0001"
    back(tab)
    assert place(tab) == left
    assert rate(tab) == "0.1"
    forward(tab)
    assert rate(tab) == "0.0001"


def test_the_choices_of_a_link_go_along_to_other_pages_before_anything_is_touched(open_new):
    tab = open_new("/train?learning_rate=0.1&epochs=5&bias=false&image=7&look=true&seed=4", TRAIN)
    to_page(tab, "Apples and pears", ".st-key-guesses .main-svg")
    assert place(tab) == ("/prices", {})
    to_page(tab, "Against scikit-learn", ".st-key-weights_beside .main-svg")
    assert place(tab) == ("/scikit_learn", {"learning_rate": "0.1", "epochs": "5", "bias": "false", "seed": "4"})
    assert rate(tab) == "0.1"
    to_page(tab, "One image", PAD)
    assert place(tab)[1]["image"] == "7"
    to_page(tab, "Train", TRAIN)
    assert place(tab) == ("/train", {
        "learning_rate": "0.1", "epochs": "5", "bias": "false", "image": "7", "look": "true", "seed": "4",
    })
    assert tab.get_by_text("Test image 7 shows a").count() == 1


def test_a_changed_receipt_can_be_taken_back(open_new):
    tab = open_new("/prices?prices_part=One+line&receipts=3,2,8;1,4,9", PRICES)
    own = {"prices_part": "One line", "receipts": "3,2,8;1,4,9"}
    assert place(tab)[1] == own
    write(tab, 0, 2, "7", "3,2,7;1,4,9")
    settled(tab)
    back(tab)
    assert place(tab)[1] == own
    assert says(tab, "Every pair of prices on the line comes to 8")
    forward(tab)
    assert place(tab)[1]["receipts"] == "3,2,7;1,4,9"
    assert says(tab, "Every pair of prices on the line comes to 7")
