"""The page One image: how does the score of one image come about, and what would turn the answer round?

contributions
    What each row and pixel adds to the score, and what changing one pixel or weight does.
drawing
    A drawing on the pad: its text in a link, and the image made of it.
"""
