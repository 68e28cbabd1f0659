"""Kubernetes, KEDA, Traefik and the Prometheus operator accept each overlay, and its
pods are what docs/deploy.md promises.
"""

import re

import kubernetes_validate
import manifests
import pytest
from manifests import OVERLAYS, environment, of_kind, pods, rendered
from reliability.telemetry.slots.file import SIZE

from setup import rule_manifest

KUBERNETES = "1.34"
OWN = re.compile(r"(\w+|[\w.]+\.k8s\.io)(/\w+)?")
"""API versions of Kubernetes itself: ``v1``, ``apps/v1``, ``policy/v1`` …"""
MIB = 2**20
UNITS = {"Mi": MIB, "Gi": 1024 * MIB}
MAIN_AND_EVENTED = 2
STATE = 64 * MIB
"""Room for the state of the collector and what waits for a database that is down."""

pytestmark = pytest.mark.parametrize("overlay", OVERLAYS)


def is_own(resource):
    return OWN.fullmatch(resource["apiVersion"]) is not None


def size(text):
    return int(text[:-2]) * UNITS[text[-2:]]


def odoo(pod):
    (container,) = pod["containers"]
    return container


def volume(pod, name):
    return next(one for one in pod["volumes"] if one["name"] == name)


class TestValid:
    def test_kubernetes_accepts_its_own(self, overlay):
        for resource in filter(is_own, rendered(overlay)):
            kubernetes_validate.validate(resource, KUBERNETES, strict=True)

    def test_keda_traefik_and_the_prometheus_operator_accept_theirs(self, overlay):
        others = [one for one in rendered(overlay) if not is_own(one)]
        assert {one["kind"] for one in others} >= {"IngressRoute", "PodMonitor"}
        assert manifests.definition_errors(others) == []

    def test_the_rules_are_those_of_prometheus(self, overlay):
        found = of_kind(overlay, "PrometheusRule")["odoo"]["spec"]["groups"]
        assert found == rule_manifest.groups()


class TestPods:
    def test_the_four_roles_are_apart(self, overlay):
        roles = {name: odoo(pod)["args"] for name, pod in pods(overlay).items()}
        assert roles == {
            "odoo-web": ["web"],
            "odoo-gevent": ["gevent"],
            "odoo-cron": ["cron"],
            "odoo-job": ["job"],
        }

    def test_each_has_the_collector_beside_it(self, overlay):
        for pod in pods(overlay).values():
            (collector,) = pod["initContainers"]
            assert collector["args"] == ["collector"]
            assert collector["restartPolicy"] == "Always"
            assert collector["volumeMounts"] == odoo(pod)["volumeMounts"]
            assert collector["image"] == odoo(pod)["image"]

    def test_the_shared_memory_has_room_for_all_slots(self, overlay):
        for pod in pods(overlay).values():
            values = environment(overlay, odoo(pod))
            workers = int(values["WORKERS"]) + int(values["CRON_THREADS"])
            slots = 2 * SIZE * (workers + MAIN_AND_EVENTED)
            memory = volume(pod, "telemetry")["emptyDir"]
            assert memory["medium"] == "Memory"
            assert size(memory["sizeLimit"]) >= slots + STATE

    def test_workers_end_themselves_before_the_kernel_kills_them(self, overlay):
        for pod in pods(overlay).values():
            values = environment(overlay, odoo(pod))
            soft = int(setting(overlay, "limit_memory_soft"))
            workers = int(values["WORKERS"]) + int(values["CRON_THREADS"]) or 1
            used = workers * soft + size(
                volume(pod, "telemetry")["emptyDir"]["sizeLimit"]
            )
            assert size(odoo(pod)["resources"]["limits"]["memory"]) >= used

    def test_requests_end_before_the_pod_is_killed(self, overlay):
        for name, pod in pods(overlay).items():
            container = odoo(pod)
            waits = container["lifecycle"]["preStop"]["sleep"]["seconds"]
            limit = int(environment(overlay, container)["LIMIT_TIME_REAL"])
            if name == "odoo-gevent":
                limit = 0  # browsers open their websocket again
            collector = 10
            assert pod["terminationGracePeriodSeconds"] >= waits + limit + collector

    def test_each_variable_of_odoo_conf_is_set(self, overlay):
        names = set(re.findall(r"\$\{(\w+)\}", odoo_conf(overlay)))
        for pod in pods(overlay).values():
            for container in (*pod["initContainers"], *pod["containers"]):
                assert names <= environment(overlay, container).keys()

    def test_the_image_is_pinned_and_known_to_odoo(self, overlay):
        for pod in pods(overlay).values():
            digest = odoo(pod)["image"].partition("@")[2]
            assert digest == environment(overlay, odoo(pod))["IMAGE_DIGEST"]
            assert re.fullmatch("sha256:[0-9a-f]{64}", digest)

    def test_as_many_jobs_run_as_there_are_workers(self, overlay):
        container = odoo(pods(overlay)["odoo-job"])
        values = environment(overlay, container)
        scaled = of_kind(overlay, "ScaledObject").get("odoo-job")
        count = scaled["spec"]["maxReplicaCount"] if scaled else 1
        workers = int(values["WORKERS"]) * count
        assert values["ODOO_QUEUE_JOB_CHANNELS"] == f"root:{workers}"
        for name, pod in pods(overlay).items():
            if name != "odoo-job":
                channels = environment(overlay, odoo(pod))["ODOO_QUEUE_JOB_CHANNELS"]
                assert channels == "root:0"


class TestSafe:
    def test_nothing_runs_as_root_or_writes_to_its_image(self, overlay):
        for pod in pods(overlay).values():
            assert pod["securityContext"]["runAsNonRoot"]
            assert pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
            assert pod["automountServiceAccountToken"] is False
            for container in (*pod["initContainers"], *pod["containers"]):
                restricted = container["securityContext"]
                assert restricted["readOnlyRootFilesystem"]
                assert not restricted["allowPrivilegeEscalation"]
                assert restricted["capabilities"] == {"drop": ["ALL"]}

    def test_no_secret_is_in_a_manifest(self, overlay):
        assert not of_kind(overlay, "Secret")
        assert "password" not in odoo_conf(overlay).split("[options]")[1]

    def test_what_is_not_allowed_is_denied(self, overlay):
        policies = of_kind(overlay, "NetworkPolicy")
        assert policies["deny"]["spec"] == {
            "podSelector": {},
            "policyTypes": ["Ingress", "Egress"],
        }

    def test_each_service_and_route_has_a_port_of_a_pod(self, overlay):
        ports = {
            name: {port["name"] for port in odoo(pod)["ports"]}
            for name, pod in pods(overlay).items()
        }
        services = of_kind(overlay, "Service")
        for name, service in services.items():
            assert service["spec"]["ports"][0]["targetPort"] in ports[name]
        for route in of_kind(overlay, "IngressRoute").values():
            for rule in route["spec"]["routes"]:
                (target,) = rule["services"]
                names = [
                    one["name"] for one in services[target["name"]]["spec"]["ports"]
                ]
                assert target["port"] in names

    def test_each_name_that_a_route_uses_exists(self, overlay):
        names = {one["metadata"]["name"] for one in rendered(overlay)}
        for route in of_kind(overlay, "IngressRoute").values():
            for rule in route["spec"]["routes"]:
                used = [one["name"] for one in rule["middlewares"]]
                used += [
                    one["serversTransport"]
                    for one in rule["services"]
                    if "serversTransport" in one
                ]
                assert set(used) <= names

    def test_websockets_go_to_the_evented_pods(self, overlay):
        rules = of_kind(overlay, "IngressRoute")["odoo"]["spec"]["routes"]
        (rule,) = [rule for rule in rules if "/websocket" in rule["match"]]
        assert rule["services"][0]["name"] == "odoo-gevent"
        assert rule["priority"] > min(rule["priority"] for rule in rules)

    def test_what_scales_reads_its_own_namespace(self, overlay):
        for scaled in of_kind(overlay, "ScaledObject").values():
            for trigger in scaled["spec"]["triggers"]:
                namespace = scaled["metadata"]["namespace"]
                query = trigger["metadata"]["query"]
                assert f'namespace="{namespace}"' in query


def odoo_conf(overlay):
    """Return the template of odoo.conf."""
    maps = of_kind(overlay, "ConfigMap")
    (name,) = [name for name in maps if name.startswith("odoo-conf")]
    return maps[name]["data"]["odoo.conf"]


def setting(overlay, name):
    return re.search(rf"^{name} = (.*)$", odoo_conf(overlay), re.MULTILINE)[1]
