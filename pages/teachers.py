"""For teachers: a plan for 45 minutes, links for a class, the questions with answers, and what learners often think."""

import streamlit as st

from explorer import texts
from explorer.lessons import teachers as lesson
from explorer.ui import controls, show
from explorer.ui import teachers as ui

words = texts.of("teachers")
dataset = controls.dataset_in_links()

st.subheader(words("title"))
st.markdown(words("about"))

show.section(words("plan_title"))
show.table(ui.plan(dataset), alt=words("plan_title"))
st.markdown(words("hides"))
st.markdown(words("class_size", lesson=lesson.LESSON, own=lesson.OWN))

show.section(words("misconceptions_title"))
show.table(ui.experiments(dataset), alt=words("misconceptions_title"))

show.section(words("questions_title"))
st.markdown(words("questions_about"))
show.table(ui.questions(controls.current().digits), alt=words("questions_title"))

show.section(words("words_title"))
show.table(ui.all_words(), alt=words("words_title"))
