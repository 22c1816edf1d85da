"""How much of what comes from outside is looked at: every size is checked before any work is done with it.

Beside these, Streamlit ignores an address of more than 1,000 parameters. What has a list of options or a range (the
rest of the README's table of links) is compared with it whole. The files of MNIST are checked by their SHA-256.
"""

# Bytes of one message from a browser, all values of its controls and its address among them. Streamlit refuses a
# longer one unread and closes the connection. Stated in .streamlit/config.toml, in megabytes.
# The largest honest one, a stroke on a full pad on the page of a class link with the longest note, has about 10,000. A
# component's callback is called for every event that a message names, and Streamlit goes through all of them each time:
# 30,000 bytes of events cost a tenth of a second, 300,000 cost ten.
MESSAGE = 30_000

# Characters of a query parameter.
NOTE = 280
HIDE = 2000  # 60 names at most
HIDDEN = 60
RUNS = 400  # eight rows take at most 160
RECEIPTS = 400  # eight rows take at most 311
DRAWING = 3000  # about a thousand points

RECEIPT_ROWS = 8  # of the table, of a link, and of what is pasted into a cell
CELL = 12  # characters of a cell that is not a number, as a link keeps it
PASTED = 400  # characters of a cell: eight rows pasted into one
OWN_PIXELS = 20  # as many as stay readable in a link

NUMBER = 40  # characters of a number: no number that fits anywhere here takes more
QUOTED = 24  # characters of somebody else's words in a message
NAMED = 3  # of the things that were left out, each in a sentence of its own; the rest is counted
