"""The only modules that use Streamlit: controls, cached results, and how figures are put on a page."""
