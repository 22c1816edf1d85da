"""What comes from outside (address, message, typed text): bounded in size, checked, and shown as plain text.

- ``bounds``: the largest sizes, all in one place
- ``numbers``: numbers typed on any keyboard
- ``quoting``: text from outside in a message, as a code span
- ``arrays``: files of NumPy, read without unpickling anything
- ``pictures``: photos and drawings as ink on paper
"""
