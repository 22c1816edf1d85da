"""The page Why multiply: why is a pixel multiplied by its weight, rather than compared with it by abs(value − weight)?

your_numbers
    What the two examples of the question mean.
one_pixel
    What one pixel does to each of the two scores.
two_pixels
    How each score separates the images that it sees through two pixels.
all_pixels
    The learner's idea on all pixels, from word for word to the lesson's model.
disguise
    On black-and-white images a distance is a multiplication.
"""
