"""The colours of all figures, and of exported pictures: one meaning for each, on every page."""

# .streamlit/config.toml names the same colours, for the text beside a figure.
FIRST, SECOND = "#3778c2", "#e07b1a"  # the two digits, and what speaks for them: blue, orange
MULTIPLY, DISTANCE = "#0f9d8a", "#8a63d2"  # the two scores: green, violet
GRAPHITE = "#6b7484"  # with a bias: a solid line; without: a dotted one
NEUTRAL = "#7d8694"  # the boundary at the score 0 (dashed), frames around a pixel, rings around a point, a threshold
TEST, TRAIN, OTHERS = "#8a63d2", "#8a9099", ("#0f9d8a", "#d1495b")
MARK = OTHERS[1]  # lines at the score 0, frames around a pixel, rings around a point
INK = [[0.0, "#fbfaf7"], [1.0, "#16181c"]]

# (place on the scale, colour): from orange over light to blue, equally dark at both ends.
DIVERGING = [
    [0.0, "#8f4300"], [0.25, "#e07b1a"], [0.5, "#f7f6f3"], [0.75, "#3778c2"], [1.0, "#123f75"],
]
