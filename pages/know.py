"""What you know now: ten questions over the whole lesson, each with the picture that proves its answer."""

import streamlit as st

from explorer import texts
from explorer.lessons.know import QUESTIONS
from explorer.ui import cached, controls, live, page_frame, show
from explorer.ui import know as ui

words = texts.of("know")
seen = page_frame.questions_seen()

st.subheader(words("title"))
st.markdown(words("about"))
question = ui.question()
settings = controls.current()
dataset = cached.dataset(settings)
first, second = dataset.digits

with st.container(border=True, key="question_card"):
    st.markdown(f"#### {words(f'question.{question.key}', first=first, second=second)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        ui.way_there(question, settings)
        wants_answer = ui.wants_answer(question)
    answer, picture = ui.proof(question, settings) if wants_answer else (words("think"), None)
    left, right = st.columns([2, 3], gap="medium", vertical_alignment="center")
    left.container(key="answer").markdown(answer)
    if question.key in seen:
        left.caption(f":material/check: {words('seen')}")
    if picture:
        with right:
            title = words(f"figure.{question.key}", first=first, second=second)
            show.figure(title, picture, key=f"proof_{question.key}", alt=title)
st.caption(words("count", seen=len(seen), count=len(QUESTIONS)))

show.section(words("next_title"))
st.markdown(words("next"))
page_frame.task("know", len(seen) == len(QUESTIONS))
live.offer("know", settings, said=["answer"])
