"""What deploy/ says to Docker Compose and to Kubernetes: they can read it, and all files mean the same app."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import pytest
import streamlit as st
import yaml

from tests.support.container import command, environment, step
from tests.support.processes import CONFIGURATION
from tests.support.serving import ROOT

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
NAME = "pixels-and-weights"
HAPROXY = CONFIGURATION.read_text(encoding="utf-8")
README = (DEPLOY / "README.md").read_text(encoding="utf-8")
KUSTOMIZATION = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text(encoding="utf-8"))
OBJECTS = [
    found for file in KUSTOMIZATION["resources"]
    for found in yaml.safe_load_all((KUBERNETES / file).read_text(encoding="utf-8"))
]
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
APP, PROXY = SERVICES["app"], SERVICES["haproxy"]


def only(kind: str) -> dict:
    """The one object of a kind."""
    (found,) = [item for item in OBJECTS if item["kind"] == kind]
    return found


POD = only("Deployment")["spec"]["template"]
(CONTAINER,) = POD["spec"]["containers"]
PORTS = {port["name"]: port["containerPort"] for port in CONTAINER["ports"]}
VARIABLES = {variable["name"]: variable for variable in CONTAINER["env"]}
LABELS = POD["metadata"]["labels"]


@pytest.mark.parametrize("manifest", OBJECTS, ids=lambda item: f"{item['kind']} {item['metadata']['name']}")
def test_kubernetes_accepts_every_object(manifest):
    # An older one that clusters still run, and the newest that the package knows.
    for version in ("1.34", kubernetes_validate.latest_version()):
        kubernetes_validate.validate(manifest, version, strict=True)


def test_the_check_of_the_objects_finds_a_name_that_does_not_exist():
    wrong = only("Deployment") | {"spec": only("Deployment")["spec"] | {"stategy": {}}}
    with pytest.raises(kubernetes_validate.ValidationError, match="stategy"):
        kubernetes_validate.validate(wrong, "1.34", strict=True)


def test_every_file_is_in_the_kustomization_which_kubectl_can_build():
    assert {*KUSTOMIZATION["resources"], "kustomization.yaml"} == {path.name for path in KUBERNETES.iterdir()}
    assert {image["name"] for image in KUSTOMIZATION["images"]} == {CONTAINER["image"]}
    if not shutil.which("kubectl"):
        pytest.skip("no kubectl, which builds it")
    built = subprocess.run(["kubectl", "kustomize", KUBERNETES], capture_output=True, text=True, check=True)
    objects = list(yaml.safe_load_all(built.stdout))
    assert len(objects) == len(OBJECTS)
    assert f"image: {NAME}:{KUSTOMIZATION['images'][0]['newTag']}\n" in built.stdout


def test_compose_accepts_its_file():
    program = Path(sys.executable).parent / "check-jsonschema"
    subprocess.run([program, "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml"], check=True)


def test_the_image_has_one_name():
    assert CONTAINER["image"] == APP["image"] == NAME
    for text in ((DEPLOY / "Dockerfile").read_text(encoding="utf-8"), README):
        assert f"docker build -t {NAME} -f deploy/Dockerfile ." in text
    assert (DEPLOY / APP["build"]["context"]).resolve() == ROOT
    assert (ROOT / APP["build"]["dockerfile"]).is_file()


def test_the_app_has_one_port_and_its_figures_another():
    (port,) = [argument.split("=")[1] for argument in command() if argument.startswith("--server.port=")]
    assert [port] == step("EXPOSE")
    assert str(PORTS["http"]) == port == re.search(r"EXPLORER_APP_PORT +(\S+)", HAPROXY)[1]
    assert PROXY["ports"][0].endswith(re.search(r"EXPLORER_BIND +(\S+)", HAPROXY)[1])
    metrics = VARIABLES["EXPLORER_METRICS_PORT"]["value"]
    assert metrics == str(PORTS["metrics"]) == APP["environment"]["EXPLORER_METRICS_PORT"]
    assert metrics == POD["metadata"]["annotations"]["prometheus.io/port"]
    assert APP["expose"] == [port, metrics]
    # From outside there is no way to them.
    assert "ports" not in APP
    assert [entry["targetPort"] for entry in only("Service")["spec"]["ports"]] == ["http"]
    assert metrics not in HAPROXY
    # So what a proxy says of a visitor's address can be believed.
    assert APP["environment"]["FORWARDED_ALLOW_IPS"] == VARIABLES["FORWARDED_ALLOW_IPS"]["value"] == "*"


def test_all_ask_the_same_page_whether_a_process_is_ready():
    readiness = {CONTAINER[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "readiness")}
    readiness |= set(re.findall(r"http-check send .* uri (\S+)", HAPROXY))
    readiness |= set(re.findall(r"8501(/\w+)", step("HEALTHCHECK")[0]))
    assert readiness == {"/healthz"}
    assert {CONTAINER[f"{probe}Probe"]["httpGet"]["port"] for probe in ("startup", "readiness", "liveness")} == {"http"}


def test_compose_names_the_processes_as_haproxy_asks_for_them():
    assert re.search(r"EXPLORER_APP_HOST +(\S+)", HAPROXY)[1] in SERVICES
    mounted, inside, mode = PROXY["volumes"][0].split(":")
    assert (DEPLOY / mounted).resolve() == CONFIGURATION
    assert (inside, mode) == ("/usr/local/etc/haproxy/haproxy.cfg", "ro")
    for name in PROXY["environment"]:
        assert name in HAPROXY


def test_a_process_has_no_right_that_it_does_not_need():
    for service in SERVICES.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert {"cpus", "memory", "pids"} <= set(service["deploy"]["resources"]["limits"])
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }
    pod = POD["spec"]["securityContext"]
    assert pod["runAsNonRoot"]
    assert f"{pod['runAsUser']}:{pod['runAsGroup']}" == step("USER")[0]
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    # The folder that it does write to.
    (folder,) = CONTAINER["volumeMounts"]
    assert folder["mountPath"] == environment()["HOME"] == APP["tmpfs"][0].split(":")[0]


def test_a_process_gets_the_same_share_of_a_machine_everywhere():
    limits, compose = CONTAINER["resources"]["limits"], APP["deploy"]["resources"]["limits"]
    assert limits["cpu"] == compose["cpus"]
    assert limits["memory"] == compose["memory"] + "i"  # Compose's G is 1024³ bytes, which Kubernetes calls Gi


def test_all_processes_sign_cookies_with_one_secret_that_is_in_no_file():
    variable = "STREAMLIT_SERVER_COOKIE_SECRET"
    assert APP["environment"][variable].startswith(f"${{{variable}:?")  # Compose stops with this message without it
    reference = VARIABLES[variable]["valueFrom"]["secretKeyRef"]
    assert not reference.get("optional")
    made = (
        f"kubectl create secret generic {reference['name']} "
        f'--from-literal={reference["key"]}="$(openssl rand -hex 32)"'
    )
    compose, deployment = DEPLOY / "compose.yaml", KUBERNETES / "deployment.yaml"
    for place, line in (
        (compose, f'echo "{variable}=$(openssl rand -hex 32)" > deploy/.env'), (deployment, made),
    ):
        assert line in place.read_text(encoding="utf-8")
        assert line in README
    assert not [item for item in OBJECTS if item["kind"] == "Secret"]
    assert "deploy/.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_every_variable_that_is_set_is_one_that_somebody_reads():
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "explorer").rglob("*.py"))
    known = code + HAPROXY + README + (ROOT / "README.md").read_text(encoding="utf-8")
    names = {*environment(), *VARIABLES, *APP["environment"], *PROXY["environment"]}
    own = {name for name in names if name.startswith("EXPLORER_")}
    assert len(own) >= 5
    assert [name for name in own if not re.search(rf"\b{name}\b", known)] == []
    options = {option.env_var for option in st.config._config_options_template.values()}
    assert {name for name in names if name.startswith("STREAMLIT_")} <= options


def test_what_refers_to_the_processes_finds_them():
    deployment = only("Deployment")
    for selector in (
        deployment["spec"]["selector"]["matchLabels"], only("Service")["spec"]["selector"],
        only("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        *(spread["labelSelector"]["matchLabels"] for spread in POD["spec"]["topologySpreadConstraints"]),
    ):
        assert selector
        assert selector.items() <= LABELS.items()
    target = only("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    assert target == {"apiVersion": deployment["apiVersion"], "kind": "Deployment", "name": NAME}
    assert "replicas" not in deployment["spec"]  # each apply would undo what the autoscaler has set
    assert only("Service")["spec"]["ports"][0]["targetPort"] in PORTS
    volumes = {volume["name"] for volume in POD["spec"]["volumes"]}
    assert {mount["name"] for mount in CONTAINER["volumeMounts"]} == volumes


def test_every_way_in_leads_to_the_service_and_streamlits_figures_are_closed():
    main, closed = [item for item in OBJECTS if item["kind"] == "Ingress"]
    service = only("Service")
    for ingress in (main, closed):
        (rule,), (tls,) = ingress["spec"]["rules"], ingress["spec"]["tls"]
        assert tls["hosts"] == [rule["host"]] == [main["spec"]["rules"][0]["host"]]
        (path,) = rule["http"]["paths"]
        assert path["backend"]["service"]["name"] == service["metadata"]["name"]
        assert path["backend"]["service"]["port"]["name"] in {port["name"] for port in service["spec"]["ports"]}
    assert closed["spec"]["rules"][0]["http"]["paths"][0]["path"] == "/_stcore/metrics"
    assert closed["metadata"]["annotations"]["nginx.ingress.kubernetes.io/whitelist-source-range"] == "127.0.0.1/32"
    assert main["metadata"]["annotations"]["nginx.ingress.kubernetes.io/affinity"] == "cookie"


def test_an_update_starts_a_process_before_it_ends_one_and_ends_it_without_haste():
    rolling = only("Deployment")["spec"]["strategy"]["rollingUpdate"]
    assert (rolling["maxUnavailable"], rolling["maxSurge"] >= 1) == (0, True)
    program, seconds = CONTAINER["lifecycle"]["preStop"]["exec"]["command"]
    assert program == "sleep"
    # Long enough for the process's address to be forgotten; what is left is for requests that are being answered.
    probe = CONTAINER["readinessProbe"]
    assert int(seconds) >= probe["periodSeconds"] * probe["failureThreshold"]
    left = POD["spec"]["terminationGracePeriodSeconds"] - int(seconds)
    assert left >= int(APP["stop_grace_period"].removesuffix("s"))
    fewest, missing = only("HorizontalPodAutoscaler")["spec"]["minReplicas"], only("PodDisruptionBudget")["spec"]
    assert fewest > missing["maxUnavailable"]
