"""How a model learns to tell two handwritten digits apart, and what each number in it does.

The glossary: words used everywhere, in code and on the screen.

``X``
    Images, one row each: ``(n_samples, n_pixels)``, float32 in [0, 1]; 0 is paper, 1 is ink
    (the reverse with *inverted* images). Row by row of the image, top left pixel first.
``y``
    The truth: ``(n_samples,)``, 1 for the first digit of the pair (3), 0 for the second (7).
``weights``
    One number per pixel: ``(n_pixels,)``. In training, one row per model: ``(n_models, n_pixels)``.
``bias``
    One number added to every score; a float, or one per model.
``score``
    The number that the model computes from an image. The answer is the first digit when it is
    greater than 0, else the second. (scikit-learn: ``decision_function``; elsewhere: logit.)
``probability``
    ``sigmoid(score)``, in [0, 1]: how sure the model is that the image shows the first digit.
``loss``
    How wrong a score is, given the truth: one number per image, averaged over images.
``gradient``
    By how much the average loss grows per unit of each weight. Training goes against it:
    ``weights -= learning_rate * gradient``.
``epoch``
    One visit to every training image, in batches.
"""
