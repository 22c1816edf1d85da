"""What the server sends before Streamlit's script runs: the page with its title, preview and script.

- ``served``: the middleware that adds them
- ``streamlit_fixes.js``: the script
- ``files``: the files that it serves
- ``live``: what pages show while a slider is dragged
- ``network``: this computer's address in its network
"""

from explorer.web.live import Answers
from explorer.web.served import Served

__all__ = ["Answers", "Served"]
