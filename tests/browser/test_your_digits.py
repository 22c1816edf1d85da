"""Your own digits in a browser: files by the uploader, drawings one after the other, and what is refused, in words."""

from explorer.inputs import bounds
from tests.support import hostile_files
from tests.support.browser import settled

WEIGHTS = ".st-key-own_weights .main-svg"
STRIP = ".st-key-own_strip_1 .explorer-strip button"


def send(tab, *files: tuple[str, bytes]) -> None:
    tab.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files([
        {"name": name, "mimeType": "image/png", "buffer": content} for name, content in files
    ])


def test_more_pictures_than_there_is_room_for_are_read_as_far_as_there_is_and_the_rest_is_said(app, open_tab):
    tab = open_tab(f"{app}/your_digits?own_source=pictures", wait_for=WEIGHTS)
    settled(tab)
    good = hostile_files.picture()
    send(tab, *((f"{i}.png", good) for i in range(bounds.FILES + 5)))
    tab.get_by_text("5 files were not taken").wait_for()
    settled(tab)
    assert tab.locator(STRIP).count() == bounds.FILES
    assert tab.locator("[data-testid=stFileChip]").count() == 0  # the uploader is empty again
    send(tab, ("late.png", good), ("bad.png", b"no picture"))
    tab.get_by_text("neither a PNG nor a JPEG").wait_for()
    assert tab.locator(STRIP).count() == bounds.FILES + 1


def refusing(status: int):
    """A route that answers every file with this status."""
    return lambda route: route.fulfill(status=status, body="x") if route.request.method == "PUT" else route.continue_()


def test_why_a_file_was_refused_stands_there_in_words(app, open_tab):
    tab = open_tab(f"{app}/your_digits?own_source=pictures", wait_for=WEIGHTS)
    settled(tab)
    for status, words in ((503, "no room"), (429, "Too many"), (408, "too long"), (500, "again")):
        tab.route("**/_stcore/upload_file/**", refusing(status))
        send(tab, ("a.png", hostile_files.picture()))
        tab.locator(".explorer-refused").filter(has_text=words).wait_for()
        tab.get_by_role("button", name="Remove a.png").click()
        tab.locator(".explorer-refused").wait_for(state="detached")
        tab.unroute("**/_stcore/upload_file/**")


def test_one_drawing_after_the_other_is_added(app, open_tab):
    tab = open_tab(f"{app}/your_digits", wait_for=WEIGHTS)
    settled(tab)
    box = tab.locator(".st-key-own_pad canvas").bounding_box()
    for n in (1, 2, 3):
        tab.mouse.move(box["x"] + 60, box["y"] + 60)
        tab.mouse.down()
        for x, y in ((150, 60), (100, 120), (150, 180), (70, 200)):
            tab.mouse.move(box["x"] + x, box["y"] + y, steps=5)
        tab.mouse.up()
        add = tab.get_by_role("button", name="Add as 3")
        add.and_(tab.locator(":enabled")).click()
        tab.locator(STRIP).nth(n - 1).wait_for()
        add.and_(tab.locator(":disabled")).wait_for()
        settled(tab)
    assert tab.locator(STRIP).count() == 3
    tab.locator(STRIP).first.press("Enter")
    tab.get_by_role("button", name="Remove it").click()
    tab.locator(STRIP).nth(2).wait_for(state="detached")
    assert tab.locator(STRIP).count() == 2
