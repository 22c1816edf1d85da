"""What the server sends before Streamlit's script runs: the page with its title, preview and script.

- ``served``: the middleware that adds them
- ``page.js``: the script
- ``network``: this computer's address in its network
"""

from explorer.web.served import Served

__all__ = ["Served"]
