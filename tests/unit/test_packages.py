"""What each addon brings for those who find it on PyPI or in Odoo's list of apps."""

import ast
import tomllib

import pytest

from setup import addon_pages, addons, paths

ADDONS = addons.names(paths.ADDONS)


@pytest.mark.parametrize("addon", ADDONS)
def test_an_addon_is_complete(addon):
    folder = paths.ADDONS / addon
    assert (folder / "readme" / "DESCRIPTION.md").exists()
    assert (folder / "static" / "description" / "icon.png").exists()
    manifest = ast.literal_eval((folder / "__manifest__.py").read_text())
    assert manifest["license"] == "LGPL-3"
    assert {"author", "category", "summary", "website"} <= set(manifest)


@pytest.mark.parametrize("addon", ADDONS)
def test_odoo_finds_all_tests_of_an_addon(addon):
    folder = paths.ADDONS / addon / "tests"
    files = {file.stem for file in folder.glob("test_*.py")}
    imported = ast.parse((folder / "__init__.py").read_text() if files else "")
    names = {
        alias.name
        for one in ast.walk(imported)
        if isinstance(one, ast.ImportFrom)
        for alias in one.names
    }
    assert files <= names


@pytest.mark.parametrize("addon", ADDONS)
def test_pip_builds_an_addon_with_the_whool_of_make_dist(addon):
    project = tomllib.loads((paths.ADDONS / addon / "pyproject.toml").read_text())
    (whool,) = project["build-system"]["requires"]
    assert whool in (paths.SETUP / "constraints.txt").read_text().splitlines()


def test_pages_have_the_fragments_in_the_order_of_oca(tmp_path):
    manifest = {"name": "Probe", "author": "We", "license": "LGPL-3", "website": "url"}
    (tmp_path / "__manifest__.py").write_text(repr(manifest))
    (tmp_path / "readme").mkdir()
    (tmp_path / "readme" / "USAGE.md").write_text("Press `Go`.")
    (tmp_path / "readme" / "DESCRIPTION.md").write_text("It **goes**.")
    (tmp_path / "readme" / "CONFIGURE.md").write_text("- Plug it\n  in.")
    text = addon_pages.rst(tmp_path)
    assert "Press ``Go``." in text
    page = addon_pages.page(text)
    order = ["Probe</h1>", "<strong>goes</strong>", "Plug it\nin.", "<code>Go</code>"]
    assert sorted(order, key=page.index) == order
