"""The colours of all figures, and of exported pictures: one meaning for each, on every page."""

# The five stay apart for people who do not see red and green alike, and from white and from the dark page
# (tests/figures/test_colours.py). .streamlit/config.toml has the same, and for words the lighter or darker ones.
FIRST, SECOND = "#3778c2", "#d96c0a"  # the two digits, and what speaks for them: blue, orange
MULTIPLY, DISTANCE = "#217a4a", "#8442e6"  # the two scores: green, violet
NEUTRAL = "#868e99"  # the boundary at the score 0 (dashed), frames around a pixel, rings around a point, a threshold
GRAPHITE = "#6b7484"  # test digits, and with a bias: solid lines; without: dotted; the model on the screen among others
TRAIN = "#8a9099"  # training digits, and what stands beside: thin lines
# The runs of a comparison, and the losses on Learning rates: neither the blue nor the orange of the digits. The first
# four, and the last four, whose lines are dashed, are told apart by the colour-blind; each run has a letter as well,
# each loss a sign.
RUNS = ("#d33222", "#789f70", "#c171f6", "#745988", "#bc267f", "#8362ed", "#78642b", "#ff5a66")
INK = [[0.0, "#fbfaf7"], [1.0, "#16181c"]]

# (place on the scale, colour): from orange over light to blue, equally dark at both ends.
DIVERGING = [
    [0.0, "#8f4300"], [0.25, "#d96c0a"], [0.5, "#f7f6f3"], [0.75, "#3778c2"], [1.0, "#123f75"],
]
