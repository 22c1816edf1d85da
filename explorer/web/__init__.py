"""What the server sends before Streamlit's script runs: the page as served, its title, its preview, its own script."""

from explorer.web.served import Served

__all__ = ["Served"]
