"""Start: a real digit on the balance: what each pixel pushes, and a bias that is dragged along the beam."""

import streamlit as st

from explorer import texts
from explorer.lessons import start as lesson
from explorer.ui import cached, controls, live, page_frame
from explorer.ui import start as ui
from explorer.ui.components.balance import balance, on_the_beam

words = texts.of("start")
settings = controls.current()
dataset = cached.dataset(settings)
model = lesson.start_model(settings)
first, second = dataset.digits

st.subheader(words("title"), help=words("title_help"))
zero, one = [words(f"image.{name}") for name in (("ink", "paper") if settings.inverted else ("paper", "ink"))]
st.markdown(words("intro", first=first, second=second, zero=zero, one=one))

# In the address the bias is what is added to the learned one, as ever; the balance shows the bias itself.
moved = on_the_beam(words("bias.label"), -lesson.MOST, lesson.MOST, 0.0, lesson.STEP, key="bias_moved")
label, nth = ui.image_on_balance(dataset)
balance(
    ui.weighed(model, label, nth, moved), key="balance", name=words("image.real", digit=dataset.digits[1 - label]),
    slider=ui.slider(model, moved),
)
ui.strip(dataset, label, nth)

expected = page_frame.expectation("start", words("expect.question"), lesson.answer_choices(dataset.digits))
sentence, happened = ui.all_answers(model, moved)
page_frame.what_you_saw(sentence, expected, happened, key="start_seen")
st.markdown(words(
    "weight_is", one=one, n_weights=dataset.X_test.shape[1], n_train=f"{len(dataset.X_train):,}",
))
page_frame.task("start", ui.is_turned(model, label, nth, moved))
live.offer("start", model, said=["start_seen"], expected=expected, bias_moved=moved)
