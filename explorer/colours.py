"""The colours of weights: figures draw with them, and so do pictures to take along."""

# Place on the scale and colour. Orange, paper, blue: equally dark at both ends.
DIVERGING = [
    [0.0, "#8f4300"], [0.25, "#e07b1a"], [0.5, "#f7f6f3"], [0.75, "#3778c2"], [1.0, "#123f75"],
]
