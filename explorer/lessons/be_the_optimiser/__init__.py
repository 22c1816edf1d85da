"""The page Be the optimiser: the weights painted by hand, and descent against them.

painting
    A painting as text in a link, as weights, and painted by a simple rule.
measures
    How good a painting is, and the sentence while it is painted.
duel
    Descent from the painted weights and from zeros, and what it changed.
scores
    Painting for products beside painting for distances.
challenge
    A mark to beat, sent in a link.
"""
