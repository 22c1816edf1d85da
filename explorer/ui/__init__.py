"""The only modules that use Streamlit, apart from the entry: controls, cached results, and what is put on a page.

Shared by the pages
- ``controls``: the widgets of ``Settings``, and the settings that they hold
- ``linked``: any widget with its value in the URL; class links, which hide controls and bring a note
- ``address``: choices without a widget in the URL; what the URL keeps from page to page, Back and Forward
- ``cached``: images, runs and scikit-learn's fits, computed once for all visitors
- ``page_frame``: the question at the top of a page, its parts, "What you saw", links to other pages
- ``show``: figures, tables, headings and parts that open
- ``share``: the dialog "Share"
- ``take_home``: the dialog "Take it home"
- ``warm_up``: what a server does before its first visitor
- ``components``: our own widgets, each with its JavaScript

Named for a page: its own controls and cached results
- ``bias``, ``compare_losses``, ``learning_rates``, ``prices``, ``scikit_learn``, ``train``, ``why_multiply``
"""
