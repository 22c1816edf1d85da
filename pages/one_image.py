"""One image: a test image or a drawing on the balance, and what becomes of it when one pixel is another."""

from functools import partial

import streamlit as st

from explorer import texts
from explorer.engine.scores import SCORES
from explorer.lessons.one_image import contributions as lesson
from explorer.lessons.one_image import drawing
from explorer.lessons.runs import weights_note
from explorer.ui import cached, controls, linked, live, page_frame, show
from explorer.ui import one_image as ui
from explorer.ui.components.balance import balance
from explorer.ui.components.drawing_pad import drawing_pad

TEST, DRAWN = "test image", "your drawing"
words = texts.of("one_image")

controls.keep_legs()
chosen = controls.current(with_schedule=True)
dataset = cached.dataset(chosen)
first, second = dataset.digits
height, width = dataset.image_shape
zero, one = [words(f"image.{name}") for name in (("ink", "paper") if chosen.inverted else ("paper", "ink"))]
st.subheader(words("title"), help=words("title_help", first=first, second=second, zero=zero, one=one))
st.markdown(words("intro", one=one))

left, right = st.columns([1, 3], gap="medium")
with left:
    source = linked.control(
        st.segmented_control, "Image", (TEST, DRAWN), default=TEST, required=True, key="source",
        hide_label=words("image.source"), label_visibility="collapsed",
    )
    images = st.container()
    with st.popover(words("model.label"), icon=":material/tune:", width="stretch"):
        controls.training(within_popover=True)
        chosen = controls.current(with_schedule=True)
        settings = lesson.model_of(chosen)
        st.caption(words("model.lesson" if settings != chosen else "model.legs" if chosen.legs else "model.chosen"))
        is_learned = controls.weights_shown(settings)
run = cached.run(settings)
asked = {}  # what the sentences depend on: the drawing or the test image

with images:
    if source == DRAWN:
        strokes = drawing_pad(
            words("image.pad", first=first, second=second), words("image.hint", first=first, second=second), key="pad",
        )
        image = lesson.from_drawing(dataset, strokes, settings)
        asked["drawing"] = drawing.encode(strokes)
    else:
        with show.out_of_sight("image"):  # the strip sets it
            place = controls.whole_number("Test image", 0, len(dataset.X_test) - 1, key="image")
        ui.strip(settings, place)
        image = lesson.from_test_set(dataset, place)
        asked["image"] = place
account = ui.account_of(run, dataset, image)

with right:
    on_balance = st.container()
    what_if_part, sure_part = st.columns([3, 2], gap="medium")
with what_if_part:
    st.markdown(f"**{words('change.title')}**")
    middle = lesson.middle(dataset.image_shape)
    what_if = st.segmented_control(
        words("change.pixel"), lesson.CHANGES, default=lesson.CHANGES[0], required=True, key="what_if",
        bind="query-params", label_visibility="collapsed",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with show.out_of_sight("pixel"):  # a click in the picture, or a key, sets them
            row = controls.whole_number(words("change.row"), 0, height - 1, key="row", default=middle[0])
            column = controls.whole_number(words("change.column"), 0, width - 1, key="column", default=middle[1])
        weight_to = st.slider(
            words("change.weight"), ui.WEIGHTS[0], ui.WEIGHTS[-1], 0.0, 0.05, key="weight_to", bind="query-params",
            width=230, disabled=what_if != "set weight",
        )
        st.button(
            words("change.strongest"), icon=":material/ink_pen:", help=words("change.strongest_help"),
            on_click=controls.set_pixel, args=(lesson.strongest_pixel(run, image.x), width),
            kwargs={"what_if": "blot with ink"},
        )
    pixel = row * width + column
    change = lesson.change_pixel(run, dataset, image.x, account, pixel, what_if, weight_to)
    st.container(key="pixel_change").markdown(change.sentence)
with sure_part:
    picture, sentence = ui.how_sure(settings, change)
    show.figure(words("sure.title"), picture, key="how_sure", alt=words("sure.alt", first=first))
    st.container(key="sure").markdown(sentence)
with on_balance:
    balance(
        ui.weighed(settings, image, change, account, is_learned), key="weighed", name=image.name, picked=pixel,
        then=partial(controls.set_pixel, width=width),
    )
    if settings.start != "zeros":
        st.caption(weights_note(run, dataset, is_learned))

expected = page_frame.expectation("one_image", lesson.QUESTION, lesson.EXPECTATIONS)
is_changed = what_if in lesson.CHANGES[1:]
seen, happened = ui.seen(settings, image, account, is_changed)
page_frame.what_you_saw(seen, expected, happened, key="image_seen")
page_frame.task("one_image", image.truth is not None and change.answer != image.truth)

with show.drawer(words("rows.drawer"), key="by_rows") as drawer:
    if drawer.open:
        show.figure(
            words("rows.title", first=first, second=second), ui.rows(settings, account), key="rows",
            alt=words("rows.alt"),
        )
is_product = SCORES[settings.score].sign is None
name = "other.drawer_distance" if is_product else "other.drawer_multiply"
with show.drawer(words(name), key="other_score") as drawer:
    if drawer.open:
        other, sentence = ui.in_the_other_model(settings, image)
        balance(other, key="other", name=image.name, run_up=False)
        st.markdown(sentence)
live.offer(
    "one_image", settings, said=["image_seen", "pixel_change"],
    row=row, column=column, what_if=what_if, weight_to=weight_to, **asked,
)
