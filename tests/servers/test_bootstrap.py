"""The scripts behind make install and start what they should."""

import shutil
from pathlib import Path

import pytest

from setup import odoo_source, steps
from setup.redis_server import Redis


def test_no_link_of_odoo_is_broken():
    assert not odoo_source.broken_links(odoo_source.in_use().folder / "odoo")


def test_the_odoo_in_odoo_source_comes_first(tmp_path, monkeypatch):
    release = odoo_source.in_use().folder / "odoo" / "release.py"
    (tmp_path / "odoo").mkdir()
    shutil.copy(release, tmp_path / "odoo")
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    assert odoo_source.ensure().folder == tmp_path.resolve()


def test_a_folder_without_odoo_is_refused_with_advice(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_SOURCE", str(tmp_path))
    with pytest.raises(steps.Failure, match="name the folder that holds"):
        odoo_source.ensure()


def test_redis_starts_and_stops(tmp_path):
    with Redis(tmp_path, port=None) as redis:
        pid = redis.pid
        assert redis.answers()
    assert not Path(f"/proc/{pid}").exists()
