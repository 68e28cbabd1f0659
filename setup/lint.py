"""All checks that need no Odoo: the hooks of ``.pre-commit-config.yaml``."""

import subprocess

from . import commands, paths, python_env
from .steps import Failure


def run():
    """Run every hook over all files, including those not yet added to Git.

    Each hook prints its duration.

    :raise Failure: a hook found or fixed something
    """
    every = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = commands.output(every, cwd=paths.ROOT).rstrip("\0").split("\0")
    pre_commit = str(paths.VENV / "bin" / "pre-commit")
    result = subprocess.run(
        [pre_commit, "run", "--verbose", "--files", *files],
        cwd=paths.ROOT,
        env=python_env.environ(PRE_COMMIT_HOME=str(paths.RUN / "pre-commit")),
        check=False,
    )
    if result.returncode:
        raise Failure(
            "FAILED: the hooks marked so above",
            "git diff shows what some hooks have fixed; fix the rest, and run it again."
            " docs/development.md explains how to run one hook.",
        )
