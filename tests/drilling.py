"""Run restore drills, and look at what they have found."""

import json
import os
import subprocess

from setup import addons, paths, python_env

_ADDONS = ",".join(map(str, addons.folders()))
_COMMAND = [
    *(paths.PYTHON, paths.LAUNCHER),
    *(f"--addons-path={_ADDONS}", "reliability_drill"),
]


class Drills:
    """Drills in a folder, reported to a server.

    :param folder: whose path is short, as a socket needs it
    :param key: the file with the API key
    """

    def __init__(self, server, key, folder):
        self._server, self._key, self._folder = server, key, folder

    def command(self, *arguments):
        """Return the command of a drill."""
        reported = ["--url", self._server.url, "--key-file", self._key]
        if "--folder" not in arguments:
            reported += ["--folder", self._folder]
        return [*_COMMAND, *map(str, reported), *map(str, arguments)]

    def begin(self, *arguments, **environ):
        """Start a drill; return its process."""
        return subprocess.Popen(
            self.command(*arguments),
            text=True,
            env=python_env.environ(**environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments, **environ):
        """Run a drill; return its process when it has ended, and its evidence."""
        before = set(self._folder.glob("*.json"))
        process = self.begin(*arguments, **environ)
        printed, errors = process.communicate()
        (added,) = set(self._folder.glob("*.json")) - before or [None]
        assert added, errors
        process.printed = printed + errors
        return process, json.loads(added.read_text())


def results(evidence):
    """Return the results of checks: name → result."""
    return {one["name"]: one["result"] for one in evidence["checks"]}


def text_of(evidence, check):
    """Return what a check has found."""
    (found,) = [one for one in evidence["checks"] if one["name"] == check]
    return found["text"]


def phases(folder):
    """Return the phases of the only drill that were begun."""
    for path in folder.glob("*/evidence.json"):
        return [one["name"] for one in json.loads(path.read_text())["phases"]]
    return []


def processes_of(name):
    """Return the processes whose command line has the name of a drill."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if name.encode() in file.read():
                    found.append(pid)
        except OSError:
            continue
    return found


def in_odoo(user, evidence, *fields):
    """Return the drill as Odoo has stored it."""
    domain = [("name", "=", evidence["name"])]
    (found,) = user.call("reliability.drill", "search_read", domain, fields)
    return found
