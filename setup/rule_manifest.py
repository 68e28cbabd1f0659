"""The PrometheusRule of ``deploy/kubernetes``, made from the rules of Prometheus.

``python -m setup.rule_manifest`` writes it.
"""

import yaml

from . import paths

SOURCES = paths.ROOT / "deploy" / "prometheus" / "rules"
MANIFEST = paths.ROOT / "deploy" / "kubernetes" / "base" / "rules.yaml"
_HEAD = """\
# Made from deploy/prometheus/rules by: .run/venv/bin/python -m setup.rule_manifest
"""


def groups():
    """Return all groups of rules, file by file."""
    files = sorted(SOURCES.glob("*.yml"))
    return [
        group for file in files for group in yaml.safe_load(file.read_text())["groups"]
    ]


def text():
    """Return the manifest."""
    manifest = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "odoo"},
        "spec": {"groups": groups()},
    }
    return _HEAD + yaml.dump(manifest, Dumper=_Dumper, sort_keys=False, width=1000)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and repeats what is shared."""

    def ignore_aliases(self, data):
        return True

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def _text(dumper, data):
    style = "|" if "\n" in data else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _text)

if __name__ == "__main__":
    MANIFEST.write_text(text())
