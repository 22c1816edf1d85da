"""The parts of the page What you know now that need Streamlit: the ten questions, and the proof of each."""

from __future__ import annotations

import streamlit as st

from explorer import texts
from explorer.engine.settings import Settings
from explorer.figures import know as figures
from explorer.figures.base import Figure
from explorer.lessons import know as lesson
from explorer.links import words as as_in_link
from explorer.ui import cached, linked, page_frame

_words = texts.of("know")
_ANSWERED = "_answers_shown"  # in the session: the keys of the questions whose answer the visitor has asked for


def question() -> lesson.Question:
    """The selector of the ten questions; returns the chosen one."""
    numbers = [str(i + 1) for i in range(len(lesson.QUESTIONS))]
    chosen = linked.control(
        st.segmented_control, _words("choose"), numbers, default=numbers[0], required=True, key="question",
        hide_label=_words("choose_hide"), label_visibility="collapsed",
    )
    return lesson.QUESTIONS[numbers.index(chosen) if chosen in numbers else 0]


def way_there(question: lesson.Question, settings: Settings) -> None:
    """The link to where the answer is to be seen."""
    page_frame.link_to_page(
        question.page, _words("go", where=_words(f"where.{question.key}")), lesson.settings_there(question, settings),
        **{name: as_in_link(value) for name, value in lesson.other_choices(question).items()},
    )


def wants_answer(question: lesson.Question) -> bool:
    """Whether the answer is to be shown: the visitor has been there, or asks for it."""
    state = st.session_state
    if question.key in page_frame.questions_seen() | state.get(_ANSWERED, frozenset()):
        return True
    st.button(_words("show"), icon=":material/visibility:", on_click=_show, args=(question.key,))
    return False


def _show(key: str) -> None:
    st.session_state[_ANSWERED] = st.session_state.get(_ANSWERED, frozenset()) | {key}


def proof(question: lesson.Question, settings: Settings) -> tuple[str, Figure]:
    """The answer with its numbers, as Markdown, and the picture that proves it."""
    return _proof(question.key, lesson.model(settings))


@cached.kept()
def _proof(key: str, model: Settings) -> tuple[str, Figure]:
    found = lesson.proof(key, model, lesson.Sources(cached.images, cached.run, cached.scikit_learn_fit))
    first, second = model.digits
    name = f"answer.{key}" + (f"_{found.variant}" if found.variant else "")
    return _words(name, first=first, second=second, **found.values), figures.proof(key, found.numbers)
