"""What both crawls share: a state with no choice at its default, and which of the choices each press may change."""

# Every choice, by its name in the address; but not the data set, which a test chooses, nor the part of a page.
STATE = dict(
    first="1", second="5", black_and_white="true", inverted="true", seed="7", tables="true",
    score="distance", bias="false", loss="hinge", learning_rate="0.1", epochs="10", batch_size="32", start="mean image",
    l2="0.001", train_images="100", look="true", update="true", formulas="true", reasons="true", image="5",
    at_epoch="2", at_batch="2", row="2", column="3", nth_first="2", nth_second="3", on_balance="second", bias_moved="4",
    value_a="0.4", weight_a="-0.3", value_b="0.7", weight_b="0.2", pixel_value="0.3", pixel_weight="-0.4",
    pixel_a="2.3", pixel_b="4.5", source="your drawing",
    drawing="QBkvhkc2u", what_if="set weight", weight_to="1.5", by_rows="true", other_score="true", strip="doubtful",
    ink_weight="-12", ink_bias="3", pixels=["1.2", "3.4"], sees="all pixels",
    ink_digits="as on other pages", few_pixels="at random",
    blank_weights="learned", blank_draw="4", blank_bias="2", apple="3", pear="4.5", price_rate="0.01",
    receipts="2,2,9;1,4,9", receipts_used="two", bag="5", shapes="true",
    runs="A-m-h-0.5-n-z_B-d-ll-0.1-b-r_c-m-se-5-b-mi",
    losses=["log loss", "hinge"], sweep_bias="both", cell_loss="hinge", cell_rate="0.5", cell_bias="false",
    ranges="true", penalty="0.1", beside="other batches", solvers="true", three_lines="true",
    weights_shown="the weights", decay="cosine", legs="2-0.01-ll-b_3-0.001-h-n", goal="80", units="3", xor_units="2",
    all_units="true", painting="8x8pdVUTxgg6ABHqAABsCA", picture="8x8p5XmgKHpYeXfleXPKKg", own_bias="-2",
    picture_bias="12.5", outline="true", tested="ba09010c", theirs="multiply.8x8pdVUTxgg6ABHqAABsCA.2", beat="90",
    see_theirs="true", own_source="pictures", own_sign="second", own_use="only yours",
)
# Choices that belong to no widget of Streamlit, with the page of each.
NO_WIDGETS = {
    "drawing": "one_image", "receipts": "prices", "runs": "compare_losses", "nth_first": "start", "nth_second": "start",
    "on_balance": "start", "legs": "train",
    **dict.fromkeys(("painting", "picture", "tested", "theirs", "beat"), "be_the_optimiser"),
}
# What a press may change beside its own control: by the name of the control in the address, by the key of a component,
# or by how the label of a button begins. All other choices must stay.
_TRAINING = (
    "score", "bias", "loss", "learning_rate", "epochs", "batch_size", "start", "seed", "l2", "train_images", "decay",
)
_PARTS = ("bias_part", "next_part", "prices_part", "why_part")
MAY_CHANGE = {
    "Back to grey pixels on all pages": ("black_and_white",),
    "Ink the strongest pixel": ("row", "column", "what_if"),
    "Correct once": ("apple", "pear"),
    "Correct until it fits": ("apple", "pear"),
    "Defaults": (*_TRAINING, "legs"),
    "Make pixels black or white on all pages": ("black_and_white",),
    "New start": ("seed",),
    **dict.fromkeys(("Go on", "Epochs, leg", "Rate, leg", "Loss, leg", "Bias, leg", "Remove leg"), ("legs",)),
    "Stop there": ("epochs", "legs", "at_epoch"),
    "Undo": ("first", "second", "dataset", "black_and_white"),
    "Next here: ": _PARTS,
    "Next part: ": _PARTS,
    "Next: ": _PARTS,
    "Open this run in Train": ("loss", "learning_rate", "bias"),
    "Keep the run of these settings": (),
    "Scale both prices": ("apple", "pear"),
    "Start again": ("apple", "pear"),
    "Show MNIST on all pages": ("dataset",),
    "Right: ": ("cell_rate",),
    "Too big: ": ("cell_rate",),
    "Too small: ": ("cell_rate",),
    "Done: test it on unseen digits": ("tested",),
    "Find the bias": ("own_bias", "picture_bias"),
    "Paint a picture": ("score",),
    "Paint weights": ("score",),
    "Start from the mean": ("painting", "picture"),
    "Take smaller steps": ("learning_rate",),
    "Take it to the minimum": ("learning_rate", "start", "batch_size", "epochs"),
    "Use the trained ones": ("ink_weight", "ink_bias"),
    # A place that is no longer there is replaced by the first one.
    "batch_size": ("at_batch",),
    "epochs": ("at_epoch",),
    "train_images": ("at_batch",),
    "losses": ("cell_loss", "cell_bias"),
    # Our own components.
    "canvas_distance": ("picture",),
    "canvas_multiply": ("painting",),
    "own_picker": ("pixels",),
    "pad": ("drawing",),
    "pair_picker": ("pixel_a", "pixel_b"),
    "weighed": ("row", "column"),
    "image_strip": ("image",),
    "run_rows": ("runs",),
    "strip": ("image",),  # the worst, or the most doubtful one
    "start_strip": ("on_balance", "nth_first", "nth_second"),
    "sweep_grid": ("cell_loss", "cell_rate", "cell_bias"),
    "goal_grid": ("cell_loss", "cell_rate", "cell_bias"),
}


def may_change(label: str, name: str = "") -> set[str]:
    """The choices that a press may change: that of its own control, and those in the table."""
    begins = max((known for known in MAY_CHANGE if label.startswith(known)), key=len, default="")
    return {name, *MAY_CHANGE.get(name or begins, ())} - {""}
