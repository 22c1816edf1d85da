"""What comes next? A hidden layer, what only it can do, and all ten digits at once."""

import streamlit as st

from explorer import export, texts
from explorer.figures import what_comes_next as figures
from explorer.lessons.what_comes_next import against_all, exclusive_or, hidden, ten
from explorer.lessons.words import a_digit
from explorer.ui import cached, controls, live, page_frame, show, take_home
from explorer.ui import what_comes_next as ui

words = texts.of("what_comes_next")

st.subheader(words("title"), help=words("help"))
expected = page_frame.expectation("what_comes_next", words("question"), hidden.CHOICES)
part = page_frame.parts("next_part", ui.PARTS)
asked = controls.current()
dataset = cached.dataset(asked)
first, second = dataset.digits
names = dict(first=first, second=second, a_first=a_digit(first))
choices = dict(part=ui.PARTS[part])  # what the pictures of the live sliders depend on
is_done = False

if part == 0:  # the same two digits, with units between the pixels and the score
    left, right = st.columns(2, gap="medium")
    with right:
        st.markdown(words("hidden.lead"))
        units = ui.layer_controls()
        settings = ui.affordable(asked, units)
        ui.layer_notes(settings, asked)
        sentence = st.container()
    with left:
        picture = st.container()
        is_learned = controls.weights_shown(hidden.model(settings, units))
        pictures, said = ui.hidden_layer(settings, units, is_learned, expected)
        ui.hidden_player(settings, units)
        with st.container(key="epoch_note"):
            st.caption(said["epoch_note"])
    with picture:
        show.figure(
            words("hidden.title_learned" if is_learned else "hidden.title_weights", **names), pictures["units_shown"],
            key="units_shown", alt=words("hidden.alt", **names),
        )
    with sentence:
        page_frame.when_asked(said["saw_next"], expected, key="saw_next")
        show.figure(
            words("hidden.curves"), pictures["layer_curves"], key="layer_curves", alt=words("hidden.curves_alt"),
        )
    st.markdown(words("hidden.how", **names))
    ui.all_units(settings, units, is_learned)
    choices |= dict(units=units, is_learned=is_learned, expected=expected)
    take_home.of_hidden_layer(hidden.model(settings, units))

elif part == 1:  # what no line can separate
    st.markdown(words("xor.lead"))
    left, right = st.columns(2, vertical_alignment="bottom")
    with right:
        units = ui.few_units_slider()
    pictures, said = ui.exclusive_or_shown(units, asked.seed)
    for column, key, name in (
        (left, "xor_single", words("hidden.single")), (right, "xor_hidden", hidden.layer_name(units)),
    ):
        with column:
            show.figure(name, pictures[key], key=key, alt=words("xor.alt", layer=name))
    page_frame.when_asked(said["saw_next"], key="saw_next")
    st.markdown(words("xor.how"))
    is_done = exclusive_or.is_solved_with_two(ui.tries(units, asked.seed))
    take_home.of_hidden_layer(ui.tries(units, asked.seed).best.settings, export.EXCLUSIVE_OR)

elif part == 2:  # one digit against nine
    left, right = st.columns(2, gap="medium")
    with right:
        units = ui.layer_controls()
        settings = ui.affordable_against_all(asked, units)
        ui.layer_notes(settings, asked)
    with left:
        st.markdown(words("against.lead", **names))
        layered, single = ui.answers_against_all(settings, units)
        show.figure(
            words("against.title", **names), figures.right_by_digit(layered, single, hidden.layer_name(units)),
            key="by_digit", alt=words("against.alt", **names),
        )
    with right:
        show.table(against_all.table(layered, single), alt=words("against.table_alt"))
        page_frame.what_you_saw(against_all.sentence(layered, single), key="saw_next")
    st.markdown(words("against.how", **names))
    take_home.of_hidden_layer(hidden.model(settings, units), export.AGAINST_ALL)

else:  # all ten digits, each with weights of its own
    st.markdown(words("ten.lead"))
    run, theirs, images = ui.ten_run(asked), ui.ten_fit(asked), ui.ten_images(asked)
    pictures, said = ui.ten_shown(asked)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        show.figure(words("ten.title"), pictures["ten_weights"], key="ten_weights", alt=words("ten.alt"))
        ui.ten_player(asked)
        with st.container(key="epoch_note"):
            st.caption(said["epoch_note"])
    with right:
        show.figure(
            words("ten.confusion.title"), pictures["ten_confusion"], key="ten_confusion",
            alt=words("ten.confusion.alt"),
        )
        page_frame.what_you_saw(ten.sentence(run, theirs, images), key="saw_next")
    st.markdown(words("ten.how", train=f"{len(images.X_train):,}", penalty=ten.PENALTY))
    ui.ten_mistakes(asked)
    take_home.of_ten(asked)

if part + 1 < len(ui.PARTS):
    page_frame.next_part("next_part", ui.PARTS[part + 1], words("next_part", part=ui.PARTS[part + 1]))
page_frame.task("what_comes_next", is_done)
live.offer("what_comes_next", asked, said=["saw_next"], **choices)
