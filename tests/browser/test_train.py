"""What only a browser shows of "Train": the layout, the sentence, and the way from MNIST."""

from urllib.parse import parse_qs, urlsplit

from explorer.engine.settings import Settings
from tests.support.browser import PHONE, WIDE, becomes, go_back_to, numbers, scrolls_down_only, sentence, settled
from tests.verdicts import verdict_of


def expected(settings: Settings) -> str:
    return verdict_of(settings).sentence.split("**")[1]


STATES = {
    "": Settings(),
    "?l2=1&learning_rate=100": Settings(l2=1.0, learning_rate=100.0),
    "?loss=zero+one": Settings(loss="zero_one"),
    "?loss=pixel+distance&score=distance": Settings(loss="pixel_distance", score="distance"),
    "?score=distance&bias=false&learning_rate=0.01": Settings(score="distance", bias=False, learning_rate=0.01),
    "?score=distance": Settings(score="distance"),
    "?learning_rate=0.001&start=zeros": Settings(learning_rate=0.001, start="zeros"),
    "?loss=absolute+error&start=mean+image": Settings(loss="absolute_error", start="mean_image"),
    # The longest sentence of the grid.
    "?loss=pixel+distance&score=distance&bias=false&learning_rate=0.01": Settings(
        loss="pixel_distance", score="distance", bias=False, learning_rate=0.01
    ),
}


def boxes(tab) -> dict:
    return tab.evaluate("""keys => Object.fromEntries(keys.map(key => {
        const r = document.querySelector('.st-key-' + key).getBoundingClientRect();
        return [key, [r.left, r.top, r.right, r.bottom].map(Math.round)];
    }))""", ["learning_rate", "epochs", "curves", "weights"])


def test_the_charts_stay_in_place_on_one_screen_and_a_phone_scrolls_down_only(app, open_tab):
    tab, places = open_tab(app + "/train"), []
    for state, settings in STATES.items():
        # The widest table and formulas are those of the run whose loss became infinite.
        drawers = "&look=true&update=true&formulas=true" if "l2=1" in state else ""
        go_back_to(tab, "/train" + state + drawers)
        assert becomes(tab, lambda: sentence(tab), expected(settings))
        tab.wait_for_selector(f".st-key-{'pixel_change' if drawers else 'confusion'} .main-svg")
        settled(tab)
        places.append(boxes(tab))
        tab.set_viewport_size(PHONE)
        settled(tab)
        assert becomes(tab, lambda: scrolls_down_only(tab), True)
        # The upper panel, right answers, has 182 of the 370 pixels of the chart.
        assert boxes(tab)["curves"][1] + 182 <= 844, state
        tab.set_viewport_size(WIDE)
        settled(tab)
    for place in places:
        assert place["curves"][3] <= 900
        assert place["weights"][3] <= 900
        assert place["epochs"][2] <= 1440
        for key in ("learning_rate", "curves", "weights"):
            assert place[key] == places[0][key]


WATCH = """() => {
    window.tops = new Set();
    const look = () => {
        tops.add(Math.round(document.querySelector('.st-key-curves')?.getBoundingClientRect().top));
        requestAnimationFrame(look);
    };
    look();
}"""


def test_on_mnist_the_sentence_is_completed_after_the_pictures_and_moves_nothing(app, open_tab, mnist):
    tab = open_tab(app + "/train?dataset=mnist&seed=11")
    assert becomes(tab, lambda: sentence(tab), expected(Settings(dataset="mnist", seed=11)))
    tab.evaluate(WATCH)
    tab.locator(".st-key-bias label").first.click()
    whole = tab.locator("[data-testid=stMain] [data-testid=stMarkdownContainer] p:has(strong)").first
    wanted = verdict_of(Settings(dataset="mnist", seed=11, bias=False)).sentence
    assert becomes(tab, lambda: whole.inner_text(), wanted.replace("*", ""))
    assert len(tab.evaluate("[...tops]")) == 1
    # The comparison does not depend on the rate: at another one nothing is computed, and the verdict comes at once.
    tab.locator(".st-key-learning_rate input").focus()
    tab.keyboard.press("Home")
    low = verdict_of(Settings(dataset="mnist", seed=11, bias=False, learning_rate=0.0001))
    assert low.kind == "too_small"
    assert becomes(tab, lambda: sentence(tab), low.sentence.split("**")[1])
    assert len(tab.evaluate("[...tops]")) == 1


def test_a_most_wrong_image_opens_by_its_link(app, open_tab):
    tab = open_tab(app + "/train?loss=hinge&learning_rate=0.01&epochs=1")
    link = tab.locator("[data-testid=stImageCaption] a").nth(2)
    image = parse_qs(urlsplit(link.get_attribute("href")).query)["image"][0]
    with tab.context.expect_page() as opened:
        link.click()
    other = opened.value
    other.wait_for_selector(".st-key-one_image .main-svg")
    assert other.get_by_text(f"Test image {image} shows a").count() == 1
    assert sentence(other) == sentence(tab)



def test_without_mnist_the_page_offers_the_built_in_digits(server, open_tab, tmp_path):
    address = server(EXPLORER_MNIST_DIR=str(tmp_path / "nowhere"))
    tab = open_tab(address + "/train?dataset=mnist&seed=4", wait_for="[data-testid=stAlert]")
    assert "names no folder of this server" in tab.locator("[data-testid=stAlert]").inner_text()
    tab.get_by_role("button", name="Use the built-in digits").click()
    tab.wait_for_selector(".st-key-curves .main-svg")
    assert becomes(tab, lambda: sentence(tab), expected(Settings(seed=4)))
    assert "seed=4" in tab.url


def test_on_a_tablet_the_pictures_stand_below_each_other_and_the_player_is_whole(app, open_tab):
    tab = open_tab(app + "/train?dataset=digits&update=true")
    tab.set_viewport_size({"width": 820, "height": 1180})
    settled(tab)
    found = boxes(tab)
    assert found["curves"][3] < found["weights"][1]
    for key in ("curves", "weights", "pixel_change"):
        box = tab.locator(f".st-key-{key}").first.bounding_box()
        assert box["width"] > 300
        assert box["x"] + box["width"] <= 820
    forward = tab.locator(".st-key-player .forward").bounding_box()
    assert forward["x"] + forward["width"] <= 820


def test_the_player_goes_through_the_first_epoch_batch_by_batch(app, open_tab):
    tab = open_tab(app + "/train?dataset=digits&start=zeros")
    last = numbers(tab, "weights")
    tab.locator(".st-key-player input").focus()
    tab.keyboard.press("Home")
    output = tab.locator(".st-key-player output")
    assert becomes(tab, lambda: output.inner_text(), "at the start")
    assert becomes(tab, lambda: numbers(tab, "weights") != last, True)  # the answer has come
    seen = []
    for name in ("after 1 batch", "after 2 batches", "after 1 epoch", "after 2 epochs"):
        tab.locator(".st-key-player .forward").click()
        assert becomes(tab, lambda: output.inner_text(), name)
        settled(tab)
        seen.append(max(map(abs, numbers(tab, "weights")[0])))
    # From zeros the weights grow with every one of these steps.
    assert seen == sorted(set(seen))
    assert seen[0] > 0
