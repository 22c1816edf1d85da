"""Streamlit components: each a folder with its Python and its JavaScript side by side."""
