"""What the server does before Streamlit's script runs: who is let in, and the page with its title, preview and script.

- ``start_and_stop``: the start and the end of the server
- ``headers``: the middleware that adds the headers which protect a page
- ``door``: the middleware that refuses; ``hosts``: the names that are ours; ``health``: whether the server is ready
- ``metrics``: what Prometheus reads
- ``served``: the middleware that adds title, preview and script
- ``streamlit_fixes.js``: the script
- ``glossary.js``: explains words of the field where they stand in the texts
- ``files``: the files that it serves
- ``uploads``: which files browsers may send
- ``live``: what pages show while a slider is dragged
- ``network``: this computer's address in its network
"""

from explorer.web.door import Connections, Door
from explorer.web.headers import Protected, content_security_policy
from explorer.web.health import Health
from explorer.web.hosts import Hosts
from explorer.web.start_and_stop import lifespan
from explorer.web.live import Answers
from explorer.web.metrics import REGISTRY, Reading, Readings
from explorer.web.served import Served, pages_with_scripts
from explorer.web.uploads import Uploads
