"""For the page Your own digits: signs that a visitor draws or photographs, and what a model makes of them.

``signs``
    The images of a visit, and the file in which they are saved.
``results``
    Who learns from whose images, who is tested on whose, and how that ends.
"""
