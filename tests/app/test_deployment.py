"""What a deployment sets by environment: each variable, its default, its wrong values, and the README's table."""

import subprocess
import sys
from dataclasses import fields

import pytest

from explorer.deployment import VARIABLES, Deployment, DeploymentError, read
from explorer.web.hosts import Hosts
from tests.support.serving import ROOT


def test_without_variables_or_with_empty_ones_the_defaults_hold():
    assert read({}) == read({variable.name: " " for variable in VARIABLES}) == Deployment()


def test_every_setting_has_a_variable_whose_default_is_its_own():
    given = {variable.field: variable for variable in VARIABLES if variable.field}
    assert set(given) == {field.name for field in fields(Deployment)}
    for field in fields(Deployment):
        assert given[field.name].default == str(field.default)


@pytest.mark.parametrize(("name", "text", "field", "value"), [
    ("EXPLORER_PRELOAD", "mnist", "preload", "mnist"),
    ("EXPLORER_CONNECTIONS", " 20 ", "connections", 20),
    ("EXPLORER_CONNECTIONS_PER_ADDRESS", "1", "connections_per_address", 1),
    ("EXPLORER_COMPUTATIONS", "1", "computations", 1),
    ("EXPLORER_RESULTS_MB", "64", "results_mb", 64),
    ("EXPLORER_METRICS_PORT", "9100", "metrics_port", 9100),
    ("EXPLORER_METRICS_ADDRESS", "::1", "metrics_address", "::1"),
    ("EXPLORER_FRAME_ANCESTORS", "'none'", "frame_ancestors", "'none'"),
    ("EXPLORER_FRAME_ANCESTORS", "'self'  https://lms.example.org *.example.com:8443 https:", "frame_ancestors",
     "'self' https://lms.example.org *.example.com:8443 https:"),
])
def test_a_variable_sets_its_setting(name, text, field, value):
    assert read({name: text}) == Deployment(**{field: value})


@pytest.mark.parametrize(("name", "text", "allowed"), [
    ("EXPLORER_PRELOAD", "cifar", "digits, mnist"),
    ("EXPLORER_CONNECTIONS", "0", "a whole number from 1 to 100,000"),
    ("EXPLORER_CONNECTIONS", "1e3", "a whole number from 1 to 100,000"),
    ("EXPLORER_CONNECTIONS_PER_ADDRESS", "-1", "a whole number from 1 to 100,000"),
    ("EXPLORER_CONNECTIONS_PER_ADDRESS", "٣", "a whole number from 1 to 100,000"),
    ("EXPLORER_COMPUTATIONS", "1001", "a whole number from 0 to 1,000"),
    ("EXPLORER_RESULTS_MB", "0", "a whole number from 1 to 100,000"),
    ("EXPLORER_METRICS_PORT", "65536", "a whole number from 0 to 65,535"),
    ("EXPLORER_METRICS_PORT", "9" * 5000, "a whole number from 0 to 65,535"),
    ("EXPLORER_METRICS_ADDRESS", "localhost", "an IP address"),
    ("EXPLORER_FRAME_ANCESTORS", "lms.example.org; script-src *", "https://lms.example.org"),
    ("EXPLORER_FRAME_ANCESTORS", "https://a.example.org,https://b.example.org", "separated by spaces"),
    ("EXPLORER_FRAME_ANCESTORS", "'none' https://a.example.org", "'none', or a list"),
    ("EXPLORER_FRAME_ANCESTORS", "https://a.example.org/path", "https://lms.example.org"),
])
def test_a_wrong_value_is_named_with_what_is_allowed(name, text, allowed):
    with pytest.raises(DeploymentError) as refused:
        read({name: text})
    sentence = str(refused.value)
    assert sentence.startswith(f"{name} is {text[:50]!r}"[:-1])
    assert allowed in sentence
    assert len(sentence) < 250


@pytest.mark.parametrize("name", ["a.example.org,b.example.org", "https://example.org", "example.org:8501", "a.*.org"])
def test_a_name_of_a_host_that_cannot_be_one_is_refused(name):
    with pytest.raises(DeploymentError, match="STREAMLIT_SERVER_ALLOWED_HOSTS has "):
        Hosts([name])


@pytest.mark.parametrize(("name", "text"), [("EXPLORER_METRICS_PORT", "x"), ("STREAMLIT_SERVER_ALLOWED_HOSTS", "a,b")])
def test_a_wrong_value_stops_the_start_with_one_sentence(name, text, monkeypatch):
    monkeypatch.setenv(name, text)
    options = ("--server.headless=true", "--server.address=127.0.0.1", "--server.port=0")
    command = [sys.executable, "-m", "streamlit", "run", "explorer", *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert ended.stderr.startswith(f"{name} ")
    assert len(ended.stderr.splitlines()) == 1


def test_the_readme_has_the_table():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.split("### What a deployment can set\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| `")]
    assert rows == [
        [f"`{variable.name}`", variable.default and f"`{variable.default}`", variable.meaning] for variable in VARIABLES
    ]
