"""Benchmarks and soaks, which tests do not run, use names that exist."""

import ast
import importlib

from odoo.tests import BaseCase

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


class TestNamesOfBenchmarks(BaseCase):
    def test_each_name_of_an_addon_exists(self):
        for script in SCRIPTS:
            tree = ast.parse(script.read_text())
            objects = {name: resolve(*where) for name, *where in imported(tree)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    name = node.value.id
                    if name in objects:
                        with self.subTest(script=script.name, line=node.lineno):
                            self.assertTrue(hasattr(objects[name], node.attr))
