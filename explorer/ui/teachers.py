"""The tables of the page For teachers, with their links."""

from __future__ import annotations

from explorer import texts
from explorer.contents import PAGES
from explorer.lessons import teachers as lesson
from explorer.lessons.know import QUESTIONS

_words, _know = texts.of("teachers"), texts.of("know")
Table = dict[str, list[str]]


def plan(dataset: str) -> Table:
    """The steps of the lesson: minutes, what happens, the link for the class, and what it hides."""
    return _columns({
        "minutes": [_words(f"minutes.{link.key}") for link in lesson.PLAN],
        "doing": [_words(f"plan.{link.key}") for link in lesson.PLAN],
        "link": [_link(link, dataset) for link in lesson.PLAN],
        "hidden": [_words(f"hidden.{link.key}") for link in lesson.PLAN],
    })


def experiments(dataset: str) -> Table:
    """What learners often think, and the experiment that meets it."""
    return _columns({
        "thought": [_words(f"thought.{link.key}") for link in lesson.EXPERIMENTS],
        "experiment": [f"{_words(f'experiment.{link.key}')} {_link(link, dataset)}" for link in lesson.EXPERIMENTS],
    })


def questions(digits: tuple[int, int]) -> Table:
    """The ten questions with short answers."""
    first, second = digits
    return _columns({
        "question": [_know(f"question.{question.key}", first=first, second=second) for question in QUESTIONS],
        "answer": [_words(f"short.{question.key}") for question in QUESTIONS],
    })


def all_words() -> Table:
    """The glossary: every word that the pages explain where it stands."""
    glossary = texts.glossary()
    return _columns({"word": list(glossary), "meaning": list(glossary.values())})


def _columns(columns: Table) -> Table:
    return {_words(f"column.{name}"): cells for name, cells in columns.items()}


def _link(link: lesson.Link, dataset: str) -> str:
    """A link in Markdown, with the title of its page."""
    title = next(page.title for page in PAGES if page.name == link.page)
    return f"[{title}]({lesson.address(link, dataset, PAGES[0].name)})"
