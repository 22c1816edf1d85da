"""The name of the app and the list of its pages, for the navigation, the browser's tab and the preview of a link."""

from __future__ import annotations

from dataclasses import dataclass

NAME = "Pixels and weights"
SUMMARY = (
    "Why does a model multiply each pixel by a weight, why not abs(value − weight), and what is the bias for? "
    "Move the sliders and see: a model learns to read handwritten 3s and 7s, trained for real."
)


@dataclass(frozen=True)
class Page:
    """One page.

    Parameters
    ----------
    name : str
        Of its file in pages/; also its path in the address, except for the first page, which has none.
    title : str
        In the navigation and in the browser's tab.
    icon : str
        The name of a Material Symbol.
    summary : str
        One sentence: the tooltip in the navigation, and the description in the preview of a link.
    section : str
        Its heading in the navigation: one of ``SECTIONS``.
    has_images : bool
        Whether it shows a data set of images.
    """

    name: str
    title: str
    icon: str
    summary: str
    section: str
    has_images: bool = True

    @property
    def tab(self) -> str:
        """The title of the browser's tab."""
        return f"{self.title} · {NAME}"


LESSON, LAB, BEYOND, TEACHING = "The lesson", "Lab", "Beyond the lesson", "For teachers"
SECTIONS = (LESSON, LAB, BEYOND, TEACHING)

# In the order in which *Next* leads through them.
PAGES = (
    Page("start", "Start", "home", "A 3, a 7, and what a model makes of them.", LESSON),
    Page("why_multiply", "Why multiply?", "close", "Value × weight beside abs(value − weight).", LESSON),
    Page("one_image", "One image", "image", "What every pixel of an image adds to its score. Draw your own.", LESSON),
    Page("bias", "What is the bias for?", "exposure_plus_1", "With and without it, from one pixel to all.", LESSON),
    Page("prices", "Apples and pears", "shopping_basket", "The puzzle behind training: guess, check, correct.", LESSON,
         has_images=False),
    Page("train", "Train", "model_training", "Train a model and see what each choice does to it.", LESSON),
    Page("know", "What you know now", "school", "Ten questions, each with the picture that answers it.", LESSON),
    Page("compare_losses", "Compare losses", "stacked_line_chart",
          "Losses side by side: same digits, same start.", LAB),
    Page("learning_rates", "Learning rates", "speed", "Every learning rate for every loss, in one map.", LAB),
    Page("scikit_learn", "Against scikit-learn", "balance",
          "Our descent beside a library's fit of the same model.", LAB),
    Page("be_the_optimiser", "Be the optimiser", "brush",
         "Paint the weights by hand, and see how soon training does better.", BEYOND),
    Page("your_digits", "Your own digits", "edit", "Draw or photograph digits: can a model read your hand?", BEYOND),
    Page("saved_model", "A saved model", "upload_file", "Bring a model back: look at it, compare it, go on training.",
         BEYOND),
    Page("what_comes_next", "What comes next", "layers", "One layer more, and all ten digits at once.", BEYOND),
    Page("teachers", "A lesson plan", "co_present", "45 minutes with a class: links, questions and answers.", TEACHING,
         has_images=False),
)

# The steps of the lesson, each a page. The last page of its section looks back on them.
BEATS = tuple(page.name for page in PAGES if page.section == LESSON)[:-1]


def of(name: str) -> Page:
    """The page with this name."""
    return next(page for page in PAGES if page.name == name)


def after(name: str) -> Page:
    """Where *Next* leads: through the lesson, what you know now, the Lab and beyond, back to what you know now."""
    order = [page for page in PAGES if page.section in (LESSON, LAB, BEYOND)]
    names = [page.name for page in order]
    if name not in names:
        return order[0]
    return order[names.index(name) + 1] if name != names[-1] else order[len(BEATS)]
