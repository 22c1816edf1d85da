"""Figures: arrays in, plotly's JSON out. No Streamlit here, and no results are computed.

Blue stands for the first digit (class 1) and orange for the second, in every figure. People with red-green colour
blindness can distinguish the two, on light pages and on dark.

``bias``, ``compare_losses``, ``learning_rates``, ``one_image``, ``prices``, ``scikit_learn``, ``train``,
``why_multiply``
    The figures of the page of that name.
``images``
    Images, and what each pixel adds to a score, for several pages.
``runs``
    The curves of a run, for several pages.
``tables``
    The numbers of any figure as tables, for visitors who cannot see it.
``base``
    What a figure is, and how it is put together: margins, axes of pictures, handles, notes for ``tables``.
``colours``
    The colours of all figures.
"""
