"""The largest sizes of what comes from outside; each is checked before any work is done with it.

Besides, Streamlit ignores an address of more than 1,000 parameters. Parameters with a list of options or a range (the
others in the README's table of links) are compared with it: see ``engine.settings``, and ``sources`` for the longest
trainings. The files of MNIST are checked by their SHA-256.
"""

# Bytes of one message from a browser, with all values of its controls and its address. Streamlit refuses a longer one
# unread and closes the connection; .streamlit/config.toml states the limit in megabytes.
# The largest honest message, a stroke on a full pad on the page of a class link with the longest note, has about
# 10,000. Streamlit calls a component's callback for every event in a message, and goes through all of them each time:
# 30,000 bytes of events take a tenth of a second, 300,000 take ten.
MESSAGE = 30_000

# Characters of a query parameter.
NOTE = 280
HIDE = 2000  # 60 names at most
HIDDEN = 60
RUNS = 400  # eight rows take at most 160
LEGS = 120  # three legs take at most 66
RECEIPTS = 400  # eight rows take at most 311
DRAWING = 3000  # about a thousand points
PAINTING = 240  # 28 × 28 pixels in three levels take at most 216
CHALLENGER = 260  # a painting and its bias
TESTED = 40  # the marks of four paintings

PAINTED_PIXELS = 784  # of a painting, once it is unpacked

RECEIPT_ROWS = 8  # of the table, of a link, and of what is pasted into a cell
CELL = 12  # characters of a cell that is not a number, in a link
PASTED = 400  # characters of a cell: enough for eight rows pasted into one
OWN_PIXELS = 20  # more would make a link unreadable

# Files. A phone's photo of a sheet has 2 to 6 MB; Streamlit's uploader says in words what is larger
# (.streamlit/config.toml states the limit in megabytes). What else one is sent in has its headers and boundaries.
FILE = 8 * 1024 * 1024  # bytes
FILE_ENVELOPE = 4096  # bytes
FILES = 24  # that one visit may send before the page has read them: twenty pictures, and some to spare
FILES_BYTES = 64 * 1024 * 1024  # of these: twenty photos of 3 MB
ALL_FILES, ALL_FILES_BYTES = 400, 96 * 1024 * 1024  # of all visits of a server together
# Pixels of a picture. Phones make 12 million, some 24; such a JPEG is read at an eighth of its size, row by row. What
# must be held as a whole while it is read (a PNG, a JPEG in several passes) may have fewer.
PICTURE, WHOLE_PICTURE = 26_000_000, 16_000_000
ARRAYS = 400_000  # bytes of a file with arrays of NumPy: a hundred images have 85,000
OWN_IMAGES = 100  # of a visit: 85,000 bytes
OWN_NAME = 12  # characters of the name of a sign
FILE_NAME = 40  # characters of the name of a file in a message

NUMBER = 40  # characters of a number: no number that is accepted anywhere has more
QUOTED = 24  # characters of text from outside in a message
NAMED = 3  # problems that a message names one by one; the rest is counted
