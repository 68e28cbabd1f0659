"""Benchmarks and soaks, which tests do not run, use names that exist."""

import ast
import importlib

import pytest

from setup import paths

SCRIPTS = [
    script
    for folder in ("benchmarks", "soak")
    for script in sorted((paths.ROOT / "tests" / folder).glob("*.py"))
]


def imported(tree):
    """Yield what a script imports of the addons: its name there, module, attribute."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "")[:11] == "odoo.addons"
        ):
            for name in node.names:
                yield name.asname or name.name, node.module, name.name


def resolve(module, attribute):
    """Return what an import statement gives: an attribute, or else a module."""
    found = importlib.import_module(module)
    if hasattr(found, attribute):
        return getattr(found, attribute)
    return importlib.import_module(f"{module}.{attribute}")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_each_name_of_an_addon_exists(script):
    tree = ast.parse(script.read_text())
    objects = {name: resolve(*where) for name, *where in imported(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = objects.get(node.value.id)
            assert found is None or hasattr(found, node.attr), (node.lineno, node.attr)
