"""The tests and what measures the app: everywhere an address without a data set shows the built-in digits.

Also where this machine has MNIST. A test of what a server shows by itself gives it ``EXPLORER_DATASET=""``.
"""

import os

os.environ.setdefault("EXPLORER_DATASET", "digits")
