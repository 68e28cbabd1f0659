"""All checks that need no Odoo; every one runs, whatever the others say."""

import subprocess
import time

from . import paths, python_env
from .steps import Failure, say

BIN = paths.VENV / "bin"


def run():
    """Run the checks.

    :raise Failure: with the names of those that found something.
    """
    ours = sorted(path.parent for path in paths.ADDONS.glob("*/__manifest__.py"))
    checks = {
        "ruff check": [BIN / "ruff", "check", "."],
        "ruff format": [BIN / "ruff", "format", "--check", "."],
        "what README.md names": [paths.PYTHON, "-m", "setup.readme_check"],
        "pylint-odoo": [BIN / "pylint", "--rcfile=.pylintrc", *ours],
        # README.md, as the rest of the pages. In templates of OWL, t-if comes first.
        "oca-checks": [
            *(
                BIN / "oca-checks-odoo-module",
                "--disable=prefer-readme-rst,xml-tag-position",
                *ours,
            )
        ],
    }
    failed = [name for name, command in checks.items() if not _passes(name, command)]
    if failed:
        raise Failure(
            f"FAILED: {', '.join(failed)}",
            "mend what they name; `.run/venv/bin/ruff format .` mends the format.",
        )


def _passes(name, command):
    say(f"-> Checking: {name}")
    started = time.monotonic()
    result = subprocess.run(
        [str(part) for part in command],
        cwd=paths.ROOT,
        env=python_env.environ(PYLINTHOME=str(paths.RUN / "pylint")),
        check=False,
    )
    verdict = "FAILED" if result.returncode else "passed"
    say(f"   {verdict} after {time.monotonic() - started:.1f} s")
    return result.returncode == 0
