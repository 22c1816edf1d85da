"""The server: Streamlit with our own page around it. `streamlit run explorer` finds ``app`` here."""

import os
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # so that `import explorer` works from any folder

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from threadpoolctl import threadpool_info  # noqa: E402

from explorer import deployment  # noqa: E402

try:
    settings = deployment.read(os.environ)
except deployment.DeploymentError as error:
    sys.exit(str(error))

from explorer import sources  # noqa: E402
from explorer.ui import cached, uploads, warm_up  # noqa: E402
from explorer.ui.live import answer  # noqa: E402
from explorer.web import (  # noqa: E402
    REGISTRY,
    Answers,
    Connections,
    Door,
    Health,
    Hosts,
    Protected,
    Reading,
    Readings,
    Served,
    Uploads,
    content_security_policy,
    lifespan,
    pages_with_scripts,
)

try:
    hosts = Hosts(st.get_option("server.allowedHosts"))
except deployment.DeploymentError as error:
    sys.exit(str(error))

health, answers, errors, files = Health(), Answers(answer), Counter(), Uploads(uploads.Kept())
connections = Connections(settings.connections, settings.connections_per_address)
policy = content_security_policy(pages_with_scripts(), settings.frame_ancestors)

REGISTRY.register(Readings({
    "explorer_visitors": Reading("Visitors connected.", lambda: connections.open),
    "explorer_connections_refused_total": Reading(
        "Connections not let in or not let stay, by reason.", lambda: connections.refused, "reason",
    ),
    "explorer_http_errors_total": Reading("Answers to requests that were errors, by status.", lambda: errors, "status"),
    "explorer_live_answers_total": Reading(
        "Questions about live sliders: answered from the cache, computed, refused.", lambda: answers.counts, "outcome",
    ),
    "explorer_computations_running": Reading("Long computations that run.", lambda: cached.turns.running),
    "explorer_computations_waiting": Reading("Long computations that stand in line.", lambda: cached.turns.waiting),
    "explorer_computation_seconds_total": Reading(
        "The time that long computations have taken, their waiting left out.", lambda: cached.turns.seconds,
    ),
    "explorer_computations_total": Reading("Long computations that have ended.", lambda: cached.turns.ended),
    "explorer_results": Reading("Results that are kept.", lambda: cached.results.entries),
    "explorer_results_bytes": Reading("Bytes of the results that are kept.", lambda: cached.results.bytes),
    "explorer_uploads_refused_total": Reading("Files that were not taken, by reason.", lambda: files.refused, "reason"),
    "explorer_uploads_bytes": Reading("Bytes of files that were sent and not read yet.", lambda: files.bytes),
    "explorer_live_bytes": Reading("Bytes of the answers about live sliders that are kept.", lambda: answers.size),
}))
FACTS = {
    "data sets": lambda: ", ".join(sources.SOURCES),
    "MNIST": sources.where_mnist_comes_from,
    "read beforehand": lambda: settings.preload or "nothing",
    "connections": lambda: f"{connections.most:,}, {connections.most_per_address:,} from one address",
    "hosts": lambda: str(hosts),
    "in frames of": lambda: settings.frame_ancestors,
    "results kept": lambda: f"{cached.results.most_bytes / 1e6:,.0f} MB",
    "cores": lambda: str(os.cpu_count()),
    "long computations at a time": lambda: str(cached.turns.at_once),
    "threads of each": lambda: str(max(library["num_threads"] for library in threadpool_info())),
    "Streamlit": lambda: st.__version__,
}
app = st.App(
    ROOT / "explorer" / "navigation.py",
    lifespan=lifespan(settings, health, warm_up.once, FACTS),
    # In this order, from the outside in.
    middleware=[
        Middleware(Protected, policy=policy, errors=errors),
        Middleware(Door, health=health, hosts=hosts, connections=connections),
        Middleware(Served, live=answers, hosts=hosts, uploads=files),
    ],
)
