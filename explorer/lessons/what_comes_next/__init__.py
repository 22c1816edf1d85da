"""For the page What comes next: one layer more, and ten digits instead of two.

``hidden`` is about the hidden layer, ``exclusive_or`` and ``against_all`` about what a single layer cannot do, ``ten``
about all ten digits at once.
"""
