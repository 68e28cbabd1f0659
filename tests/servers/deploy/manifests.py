"""The manifests of an overlay, rendered, and what they have in common.

Importing this makes plain modules of addons importable without Odoo.
"""

import json
import subprocess
from functools import cache

import yaml

from setup import kubectl, node_packages, paths, without_odoo  # noqa: F401

FOLDER = paths.ROOT / "deploy" / "kubernetes"
OVERLAYS = tuple(sorted(path.name for path in (FOLDER / "overlays").iterdir()))


@cache
def rendered(overlay):
    """Return all resources of an overlay."""
    text = kubectl.render(FOLDER / "overlays" / overlay)
    return list(yaml.safe_load_all(text))


def of_kind(overlay, kind):
    """Return the resources of a kind: name → resource."""
    found = (one for one in rendered(overlay) if one["kind"] == kind)
    return {one["metadata"]["name"]: one for one in found}


def pods(overlay):
    """Return the pods of all Deployments: name → spec."""
    deployments = of_kind(overlay, "Deployment")
    return {name: one["spec"]["template"]["spec"] for name, one in deployments.items()}


def environment(overlay, container):
    """Return the variables of a container that have a fixed value."""
    values = {}
    for source in container["envFrom"]:
        name = source["configMapRef"]["name"]
        values |= of_kind(overlay, "ConfigMap")[name]["data"]
    return values | {one["name"]: one.get("value", "") for one in container["env"]}


def definition_errors(resources):
    """Return the errors of resources of KEDA, Traefik and the Prometheus operator."""
    command = ["node", node_packages.FOLDER / "check_resources.mjs"]
    process = subprocess.run(
        command,
        input=json.dumps(resources),
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()
