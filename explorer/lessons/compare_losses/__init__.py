"""The page Compare losses: which loss leads to the better model, when all else is the same?

row_set
    Which runs are compared, and the code of the whole set in a link.
results
    The results of the runs, by measures that can be compared, and where the runs disagree.
loss_shapes
    Each loss and its derivative as curves over the score.
"""
