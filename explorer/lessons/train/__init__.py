"""The page Train: what did this run learn, why, and what should be tried next?

verdict
    What happened in a run, why, and what to try next.
outcomes
    How runs end and which of them ends better, at every learning rate: what a verdict compares with.
update
    One update of the weights, recomputed with every number in it, and its table.
reasons
    Why training works as it does, in short answers.
formulas
    The formulas of a run with its numbers in them.
"""
