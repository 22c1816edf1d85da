"""Train goes on from where a run ends, in a real browser: with the keyboard alone, on a phone, and back again."""

from urllib.parse import parse_qs, urlsplit

from tests.support.browser import PHONE, becomes, scrolls_down_only, sentence, settled

READY = ".st-key-confusion .main-svg"


def chosen(tab, name):
    return parse_qs(urlsplit(tab.url).query).get(name, [""])[0]


def test_legs_are_added_changed_and_removed_by_keyboard_and_back_undoes_it(app, open_tab):
    tab = open_tab(app + "/train?dataset=digits")
    tab.wait_for_selector(READY)
    settled(tab)
    before = sentence(tab)
    tab.get_by_role("button", name="Go on from here").focus()
    tab.keyboard.press("Enter")
    assert becomes(tab, lambda: chosen(tab, "legs"), "10-0.1-ll-b")
    assert becomes(tab, lambda: "in two legs" in sentence(tab), True)
    settled(tab)
    tab.get_by_role("switch", name="Bias, leg 2").focus()
    tab.keyboard.press("Space")
    assert becomes(tab, lambda: chosen(tab, "legs"), "10-0.1-ll-n")
    rate = tab.get_by_role("combobox", name="Rate, leg 2")
    rate.focus()
    rate.press_sequentially("0.01")
    tab.keyboard.press("Enter")
    assert becomes(tab, lambda: chosen(tab, "legs").split("-")[1], "0.01")
    settled(tab)
    tab.go_back()
    assert becomes(tab, lambda: chosen(tab, "legs"), "10-0.1-ll-n")
    settled(tab)
    tab.get_by_role("button", name="Remove leg 2").focus()
    tab.keyboard.press("Enter")
    assert becomes(tab, lambda: chosen(tab, "legs"), "")
    assert becomes(tab, lambda: sentence(tab), before)


def test_the_training_stops_at_the_goal_and_the_slider_still_works(app, open_tab):
    tab = open_tab(app + "/train?dataset=digits&learning_rate=0.2&goal=95")
    tab.wait_for_selector(READY)
    settled(tab)
    tab.get_by_role("button", name="Stop there, after 11 epochs").click()
    assert becomes(tab, lambda: chosen(tab, "epochs"), "11")
    settled(tab)
    slider = tab.locator(".st-key-epochs input[type=range]")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    assert becomes(tab, lambda: chosen(tab, "epochs"), "15")
    assert becomes(tab, lambda: "15 epochs" in sentence(tab), True)


def test_four_legs_and_a_goal_scroll_down_only_on_a_phone(app, open_tab):
    tab = open_tab(app + "/train?dataset=digits&goal=99&legs=500-0.0001-se-n_100-50-ae-b_300-0.05-h-n")
    tab.set_viewport_size(PHONE)
    tab.wait_for_selector(READY)
    settled(tab)
    assert becomes(tab, lambda: scrolls_down_only(tab), True)
