"""Class links and the browser's Back and Forward: what is hidden, its values and the address agree."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.browser import becomes, go_back_to, settled

COMPARED = ".st-key-weights_of_all .main-svg"


def query(tab) -> dict:
    return parse_qs(urlsplit(tab.url).query)


def shown(tab) -> set[str]:
    return {name for name in ("loss", "seed", "learning_rate") if tab.locator(f".st-key-{name}").count()}


def is_at(tab, page: str, link: dict, controls: set[str]) -> None:
    """Wait until the page, these parameters and these controls are there; they must stay when all has settled."""
    def state():
        return urlsplit(tab.url).path, {name: query(tab).get(name) for name in link}, shown(tab)

    wanted = f"/{page}", link, controls
    assert becomes(tab, state, wanted), state()
    settled(tab)  # what Streamlit takes out of the address, it takes out when the run ends
    assert state() == wanted
    assert tab.locator("[data-testid=stException]").count() == 0


def step_to(tab, step, page: str) -> None:
    """Go back or forward to another page, over at most two entries that Streamlit added for restored parameters."""
    for _ in range(3):
        step()
        settled(tab)
        if urlsplit(tab.url).path == f"/{page}":
            return
    pytest.fail(f"{page} is more than three steps away")


def test_on_another_page_and_back_the_address_keeps_what_the_link_hides(app, open_tab):
    tab = open_tab(f"{app}/train?hide=loss,seed&loss=hinge&seed=7&message=Look")
    kept = {"hide": ["loss,seed"], "loss": ["hinge"], "seed": ["7"], "message": ["Look"]}
    is_at(tab, "train", kept, {"learning_rate"})
    tab.get_by_role("link", name="Compare losses").first.click()
    tab.wait_for_selector(COMPARED)
    is_at(tab, "compare_losses", kept, set())
    tab.get_by_role("link", name="Train").first.click()
    is_at(tab, "train", kept, {"learning_rate"})
    step_to(tab, tab.go_back, "compare_losses")
    is_at(tab, "compare_losses", kept, set())
    step_to(tab, tab.go_back, "train")
    is_at(tab, "train", kept, {"learning_rate"})
    step_to(tab, tab.go_forward, "compare_losses")
    is_at(tab, "compare_losses", kept, set())


def test_another_class_link_by_history_replaces_the_first(app, open_tab):
    # Each hides what the one before shows, so that Streamlit has bound it.
    links = [
        ("train", {"hide": ["loss"], "loss": ["hinge"], "seed": None}, {"seed", "learning_rate"}),
        ("train", {"hide": ["seed"], "seed": ["3"], "message": ["Two"], "loss": None}, {"loss", "learning_rate"}),
        ("train", {"hide": ["seed"], "seed": ["5"], "message": None}, {"loss", "learning_rate"}),
        ("train", {"hide": ["seed"], "seed": None}, {"loss", "learning_rate"}),
        ("compare_losses", {"hide": ["seed"], "seed": ["9"]}, set()),
        ("train", {"hide": ["learning_rate,loss"], "learning_rate": ["0.1"], "loss": None}, {"seed"}),
    ]
    tab = open_tab(f"{app}/train?hide=loss&loss=hinge")
    is_at(tab, *links[0])
    for page, link, controls in links[1:]:
        go_back_to(tab, f"/{page}?" + "&".join(f"{name}={values[0]}" for name, values in link.items() if values))
        is_at(tab, page, link, controls)
    for state in reversed(links[:-1]):
        tab.go_back()
        is_at(tab, *state)
    for state in links[1:]:
        tab.go_forward()
        is_at(tab, *state)


def test_a_class_link_by_history_can_be_changed_and_reloaded(app, open_tab):
    tab = open_tab(f"{app}/train?seed=4&loss=hinge")
    go_back_to(tab, "/train?hide=seed,loss&seed=3&loss=squared+error&note=Old")
    kept = {"hide": ["seed,loss"], "seed": ["3"], "loss": ["squared error"]}
    is_at(tab, "train", kept, {"learning_rate"})
    assert tab.locator(".st-key-class_note").get_by_text("Old").count() == 1
    tab.locator(".st-key-score button", has_text="distance").click()
    is_at(tab, "train", kept | {"score": ["distance"]}, {"learning_rate"})
    tab.reload()
    tab.wait_for_selector(".st-key-confusion .main-svg")
    is_at(tab, "train", kept | {"score": ["distance"]}, {"learning_rate"})


@pytest.mark.parametrize("address", ["/train?loss=log+loss&seed=5", "/train", "/train?learning_rate=0.1"])
def test_an_address_without_hide_leaves_hidden_what_the_visit_hides(app, open_tab, address):
    tab = open_tab(f"{app}/train?hide=loss,seed&loss=hinge&message=Look")
    go_back_to(tab, address)
    kept = {"hide": ["loss,seed"], "loss": ["hinge"], "message": ["Look"], "seed": None}
    is_at(tab, "train", kept, {"learning_rate"})
    tab.go_back()
    is_at(tab, "train", kept, {"learning_rate"})
    tab.go_forward()
    is_at(tab, "train", kept, {"learning_rate"})
