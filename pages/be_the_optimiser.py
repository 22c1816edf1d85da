"""Be the optimiser: all weights painted by hand, tested on unseen digits, and descent from there and from zeros."""

import streamlit as st

from explorer import texts
from explorer.lessons.be_the_optimiser import duel as lesson
from explorer.lessons.be_the_optimiser import measures, scores
from explorer.lessons.words import percent
from explorer.ui import be_the_optimiser as ui
from explorer.ui import cached, controls, live, page_frame, show, take_home

words = texts.of("be_the_optimiser")

chosen = controls.current()
dataset = cached.dataset(chosen)
first, second = dataset.digits
st.subheader(words("title"), help=words("help", first=first, second=second))
challenge = ui.challenge(measures.opponent(chosen))

left, right = st.columns([5, 6], gap="medium")
with left:
    with st.container(key="above_canvas", horizontal=True, vertical_alignment="bottom", gap="small"):
        controls.score_buttons()
        with st.container(width="content", gap=None):
            number = st.container(key="painted_right")
            st.caption(words("painting.of"))
    settings = measures.opponent(controls.current())
    cells = ui.canvas(settings)
with right:
    sentence = st.container(key="painted_seen")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        bias = ui.bias_slider(settings)
        ui.bias_button(settings, cells)
    figures, sentences = ui.painted(settings, cells, bias)
    number.markdown(sentences["painted_right"])
    sentence.markdown(sentences["painted_seen"])
    show.figure(
        words("pulled.title", first=first, second=second), figures["pulled"], key="pulled",
        alt=words("pulled.alt", first=first, second=second),
    )
    expected = page_frame.expectation("be_the_optimiser", words("expect.question"), measures.CHOICES)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        is_tested = ui.test_button(settings, cells, bias)
        unseen = st.container(key="tested_right", width="content")
ui.see_theirs(settings, challenge)

is_done = False
text = ui.as_text(settings, cells)
show.section(words("test.title"))
result_place = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    controls.descent(with_start=False)  # also before the test: a control that is not drawn would lose its value
asked = measures.opponent(controls.current())
settings = lesson.affordable(asked, dataset)
if not is_tested:
    result_place.markdown(words("test.not_yet"))
else:
    result, said = ui.tested(settings, cells, bias, challenge)
    is_done = result.accuracy >= measures.TASK
    unseen.markdown(f"**{percent(result.accuracy)}** :small[{words('test.unseen')}]")
    with result_place:
        st.markdown(said)
        ui.challenge_button(settings, cells, bias, result)
    if settings.epochs < asked.epochs:
        page_frame.shortened(lesson.both(asked), settings.epochs)
    figures, sentences = ui.duel(settings, text, bias, result, expected)
    page_frame.when_asked(sentences["duel_seen"], expected, key="duel_seen")
    with st.container(key="beside_duel"):
        left, right = st.columns([1, 1], gap="medium")
    with left:
        show.figure(words("duel.title"), figures["duel"], key="duel", alt=words("duel.alt"))
        st.caption(words("duel.legend"))
    with right:
        is_product = settings.score == "multiply"
        show.figure(
            words("changed.title" if is_product else "changed.title_distance", first=first, second=second),
            figures["changed"], key="changed", alt=words("changed.alt"),
        )
        st.container(key="duel_changed").markdown(sentences["duel_changed"])
    st.container(key="duel_why").markdown(sentences["duel_why"])
    ui.smaller_steps(settings, text, bias)

    show.section(words("scores.title"))
    both = ui.both_paintings(settings, bias)
    show.table(scores.table(both), alt=words("scores.table"))
    st.markdown(scores.sentence(both, ui.rules(cached.data_of(settings)), dataset.digits))
    ui.other_score(settings)

page_frame.task("be_the_optimiser", is_done, least=f"{measures.TASK:.0%}")
take_home.of_painting(settings, text, bias)
live.offer(
    "be_the_optimiser", settings, said=["painted_seen", "duel_seen"], painting=text, expected=expected,
    **{ui.BIASES[settings.score]: bias},
)
