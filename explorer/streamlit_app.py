"""The server: Streamlit with our own page around it. `streamlit run explorer` finds ``app`` here."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # so that `import explorer` works from any folder

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from explorer.ui.live import answer  # noqa: E402
from explorer.web import Answers, Served  # noqa: E402

app = st.App(ROOT / "explorer" / "navigation.py", middleware=[Middleware(Served, live=Answers(answer))])
