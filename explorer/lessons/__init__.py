"""What each page's experiment computes, and the sentences that report it.

One module or package for each page, named like the page:

start, why_multiply, one_image, bias, prices, train, compare_losses, learning_rates, scikit_learn,
be_the_optimiser

Shared by several pages:

runs
    What a trained model answers, and notes on the pictures of a run.
sums
    The score of one image as a sum that adds up exactly as shown.
pixels
    Data sets made from others: fewer pixels, one number per image, one pixel more.
words
    Numbers and lists in sentences.
"""
