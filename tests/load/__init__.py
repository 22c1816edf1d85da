"""The load test: many visitors without a browser at one server. ``python -m tests.load --help``; CONTRIBUTING.md.

- ``options``: the command line, and what it refuses
- ``ways``: what the visitors do, page by page
- ``network``, ``reading``, ``client``: a visitor, as cheap as it can be
- ``crowd``: many of them at once; ``visits``: one after another; ``hostile``: those who mean harm
- ``measures``, ``server``, ``report``: what is measured, and how it is shown
"""
