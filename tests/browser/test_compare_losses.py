"""What only a browser shows of "Compare losses": rows that are edited by hand, links, the legend."""

from urllib.parse import parse_qs, urlsplit

import pytest

from explorer.figures.compare_losses import COLOURS
from explorer.lessons.compare_losses.row_set import FIRST_SET, LETTERS, names, read, write
from tests.support.browser import PHONE, PLOT, WIDE, becomes, numbers, scrolls_down_only, settled

READY = ".st-key-weights_of_all .main-svg"
EIGHT = "_".join(f"{letter}-m-{loss}-0.5-b-r" for letter, loss in zip(
    LETTERS, ("ll", "ae", "se", "h", "zo", "pd", "ll", "h"), strict=True,
))


def in_link(tab) -> str:
    return parse_qs(urlsplit(tab.url).query).get("runs", [write(FIRST_SET)])[0]


def in_rows(tab) -> list[str]:
    """The runs as the rows on the page have them."""
    return tab.evaluate("""
        Array.from(document.querySelector('.st-key-run_rows').querySelectorAll('*'))
          .map(e => e.shadowRoot).filter(Boolean).concat([document])
          .flatMap(root => Array.from(root.querySelectorAll('.row')))
          .map(row => [
            row.querySelector('.letter').getAttribute('aria-pressed') === 'true'
              ? row.querySelector('.letter').textContent : row.querySelector('.letter').textContent.toLowerCase(),
            ...Array.from(row.querySelectorAll('select, input')).map(
              c => c.type === 'checkbox' ? (c.checked ? 'b' : 'n') : c.value
            ),
          ].join('-'))
    """)


def table(tab) -> str:
    return tab.locator("[data-testid=stTable]").first.inner_text()


def run(tab, letter: str):
    return tab.get_by_role("group", name=f"Run {letter}", exact=True)


def shows(tab, code: str) -> None:
    """Wait until the link, the rows and the table agree on a set."""
    named = names(read(code)[0])
    assert becomes(tab, lambda: in_link(tab), code)
    first = tab.locator("[data-testid=stTable] tbody tr > :first-child")
    assert becomes(tab, lambda: [name.strip() for name in first.all_inner_texts()], named)

    def without_bias(rows: list[str]) -> list[list[str]]:
        return [row[:4] + row[5:] for row in (row.split("-") for row in rows)]

    assert becomes(tab, lambda: without_bias(in_rows(tab)), without_bias(code.split("_")))
    settled(tab)


def test_rows_are_edited_added_copied_and_removed_and_letters_stay(app, open_tab):
    tab = open_tab(app + "/compare_losses", wait_for=READY)
    assert in_rows(tab) == [row.code for row in FIRST_SET]
    codes = [row.code for row in FIRST_SET]

    run(tab, "B").get_by_label("Loss of run B").select_option("h")
    codes[1] = "B-m-h-1-b-r"
    shows(tab, "_".join(codes))
    run(tab, "B").get_by_label("Bias of run B").uncheck()
    run(tab, "C").get_by_label("Rate of run C").select_option("0.5")  # at once: neither change is lost
    codes[1], codes[2] = "B-m-h-1-n-r", "C-m-ll-0.5-b-r"
    shows(tab, "_".join(codes))

    run(tab, "C").get_by_role("button", name="Remove run C").click()
    del codes[2]
    shows(tab, "_".join(codes))
    lines = f"({PLOT.format(key='accuracies')}?.data ?? []).map(t => [t.name, t.line.color])"
    assert becomes(tab, lambda: dict(tab.evaluate(lines)), {letter: COLOURS[letter] for letter in "ABDEF"})
    run(tab, "D").get_by_role("button", name="Copy run D").click()
    codes.insert(3, "C" + codes[2][1:])
    shows(tab, "_".join(codes))
    tab.get_by_role("button", name="Add a run").click()
    assert becomes(tab, lambda: len(in_rows(tab)), 7)
    assert in_rows(tab)[-1].startswith("G-")
    tab.get_by_role("button", name="First runs").click()
    shows(tab, write(FIRST_SET))
    assert "runs=" not in tab.url
    assert tab.locator("[data-testid=stException]").count() == 0


def test_rows_are_edited_from_the_keyboard(app, open_tab):
    tab = open_tab(app + "/compare_losses?runs=A-m-ll-1-b-z_B-m-h-1-b-z_C-m-h-1-b-z", wait_for=READY)
    run(tab, "A").get_by_label("Loss of run A").focus()
    tab.keyboard.press("ArrowDown")
    shows(tab, "A-m-ae-1-b-z_B-m-h-1-b-z_C-m-h-1-b-z")
    tab.keyboard.press("Tab")  # to the learning rate: the focus is where it was
    tab.keyboard.press("ArrowUp")
    shows(tab, "A-m-ae-0.5-b-z_B-m-h-1-b-z_C-m-h-1-b-z")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    shows(tab, "A-m-ae-0.5-n-z_B-m-h-1-b-z_C-m-h-1-b-z")
    for _ in range(3):  # start, copy, remove
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    shows(tab, "B-m-h-1-b-z_C-m-h-1-b-z")
    assert run(tab, "B").get_by_role("button", name="Remove run B").is_disabled()


def test_eight_runs_in_a_link_open_alike_in_a_new_window(app, open_tab):
    tab = open_tab(app + f"/compare_losses?runs={EIGHT}&seed=3&epochs=5", wait_for=READY)
    run(tab, "D").get_by_label("Start of run D").select_option("mi")
    code = EIGHT.replace("D-m-h-0.5-b-r", "D-m-h-0.5-b-mi")
    shows(tab, code)
    settled(tab)
    assert len(tab.url) < 1500
    again = open_tab(tab.url, wait_for=READY)
    shows(again, code)
    assert in_rows(again) == in_rows(tab)
    assert becomes(again, lambda: table(again), table(tab))
    for key in ("accuracies", "losses", "weights_of_all"):
        drawn = numbers(tab, key)
        assert drawn
        assert becomes(again, lambda key=key: numbers(again, key), drawn)
    again.reload()
    again.wait_for_selector(READY)
    shows(again, code)


def test_a_letter_hides_its_line_and_stays_hidden(app, open_tab):
    tab = open_tab(app + "/compare_losses", wait_for=READY)

    def visible() -> list:
        return tab.evaluate(
            f"({PLOT.format(key='accuracies')}?._fullData ?? []).filter(t => t.visible === true)"
            ".map(t => t.name + t.yaxis)"
        )

    assert becomes(tab, visible, [letter + axis for letter in "ABCDEF" for axis in ("y", "y2")])
    letter = tab.get_by_role("button", name="Line of run B")
    letter.click()
    rest = [letter + axis for letter in "ACDEF" for axis in ("y", "y2")]
    assert becomes(tab, visible, rest)
    assert letter.get_attribute("aria-pressed") == "false"
    run(tab, "A").get_by_label("Rate of run A").select_option("0.1")
    code = write(FIRST_SET).replace("A-m-ll-1", "A-m-ll-0.1").replace("B-", "b-")
    shows(tab, code)
    assert becomes(tab, visible, rest)
    again = open_tab(tab.url, wait_for=READY)
    assert visible() == rest
    again.get_by_role("button", name="Line of run B").press("Enter")
    shows(again, code.replace("b-m", "B-m"))


@pytest.mark.parametrize("link", ["", f"?runs={EIGHT}&shapes=true", "?runs=A-m-ll-100-b-r_B-m-h-100-b-r&l2=1"],
                         ids=["first", "eight", "diverged"])
def test_wide_all_that_matters_is_on_one_screen_and_a_phone_never_scrolls_sideways(app, open_tab, link):
    tab = open_tab(app + "/compare_losses" + link, WIDE, wait_for=READY)
    boxes = {
        key: tab.locator(f".st-key-{key}").first.bounding_box()
        for key in ("epochs", "accuracies", "run_rows", "losses", "weights_of_all")
    }
    for key in ("epochs", "accuracies", "run_rows") + (("losses", "weights_of_all") if not link else ()):
        assert boxes[key]["y"] + boxes[key]["height"] <= 905, key
    assert boxes["run_rows"]["x"] > boxes["accuracies"]["x"] + boxes["accuracies"]["width"]
    tab.set_viewport_size(PHONE)
    settled(tab)
    assert becomes(tab, lambda: scrolls_down_only(tab), True)
    assert tab.locator(".st-key-accuracies").bounding_box()["y"] + 200 <= 844
    rows = tab.locator(".st-key-run_rows").bounding_box()
    assert rows["x"] >= 0
    assert rows["x"] + rows["width"] <= 390
    assert tab.locator("[data-testid=stException]").count() == 0


def test_on_a_phone_a_row_is_edited_by_touch(app, open_tab):
    tab = open_tab(app + "/compare_losses", PHONE, wait_for=READY, has_touch=True)
    run(tab, "A").get_by_label("Bias of run A").tap()
    assert becomes(tab, lambda: in_link(tab).split("_")[0], "A-m-ll-1-n-r")
    run(tab, "E").get_by_role("button", name="Remove run E").tap()
    assert becomes(tab, lambda: in_link(tab).count("_"), 4)


@pytest.mark.parametrize("width", [1440, 1366, 1280, 1024, 390, 320])
def test_no_choice_of_a_run_is_cut_off(app, open_tab, width):
    """A list is at least as wide as its longest label; its arrow takes 20 pixels."""
    tab = open_tab(app + "/compare_losses", {"width": width, "height": 844}, wait_for=READY)
    cut = tab.evaluate("""() => {
        const hosts = Array.from(document.querySelector('.st-key-run_rows').querySelectorAll('*'))
        const roots = hosts.map(e => e.shadowRoot).filter(Boolean).concat([document])
        const lists = roots.flatMap(root => Array.from(root.querySelectorAll('.row select')))
        const context = document.createElement('canvas').getContext('2d')
        return lists.filter(list => {
          context.font = getComputedStyle(list).font
          const widest = Math.max(...Array.from(list.options, option => context.measureText(option.text).width))
          return widest + 20 > list.clientWidth
        }).map(list => `${list.ariaLabel}: ${list.clientWidth}`)
    }""")
    assert not cut
    assert scrolls_down_only(tab)
    # The last column of the numbers, and the title before the slider.
    last = tab.locator("[data-testid=stTable] thead tr > :last-child").first.bounding_box()
    assert last["x"] + last["width"] <= width
    title, slider = (tab.locator(where).first.bounding_box() for where in ("h3", ".st-key-epochs"))
    assert title["y"] < slider["y"] + slider["height"] / 2


def test_a_link_of_version_1_shows_the_runs_of_its_time_and_share_names_them(app, open_tab):
    tab = open_tab(app + "/compare_losses?v=1", wait_for=READY)
    assert becomes(tab, lambda: len(in_rows(tab)), 5)
    assert in_rows(tab)[1] == "B-m-ae-10-b-r"
    assert in_link(tab).startswith("A-m-ll-1-b-r_B-m-ae-10-b-r_")
    tab.get_by_role("button", name="First runs").click()
    shows(tab, write(FIRST_SET))
