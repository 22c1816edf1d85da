"""The colours of all figures, and of exported pictures."""

# .streamlit/config.toml names the same six colours, for the text beside a figure.
FIRST, SECOND = "#3778c2", "#e07b1a"
TEST, TRAIN, OTHERS = "#8a63d2", "#8a9099", ("#0f9d8a", "#d1495b")
MARK = OTHERS[1]  # lines at the score 0, frames around a pixel, rings around a point
INK = [[0.0, "#fbfaf7"], [1.0, "#16181c"]]

# (place on the scale, colour): from orange over light to blue, equally dark at both ends.
DIVERGING = [
    [0.0, "#8f4300"], [0.25, "#e07b1a"], [0.5, "#f7f6f3"], [0.75, "#3778c2"], [1.0, "#123f75"],
]
