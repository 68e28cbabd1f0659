"""``python3 -m setup <command>``: the entry point of make, and ``odoo`` for the rest.

Creates the virtual environment, then runs the command with the environment's Python.
"""

import os
import signal
import sys

from . import odoo_source, paths, python_env, steps
from .lock import lock


def main(arguments):
    """Run one command.

    :return: its exit code.
    """
    # A shell makes programs that it runs in the background ignore SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if sys.prefix != str(paths.VENV):
            if arguments in (["stop"], ["clean"]) and not paths.RUN.exists():
                return 0
            _run_in_virtual_environment(arguments)
        from . import tasks

        return tasks.run(arguments)
    except steps.Failure as failure:
        steps.give_up(failure)
    except KeyboardInterrupt:
        steps.say("\nInterrupted: run the same command again to continue.")
        return 130


def _run_in_virtual_environment(arguments):
    with lock("set-up"):
        python_env.ensure()
    odoo_source.export_importable()
    command = [str(paths.PYTHON), "-m", "setup", *arguments]
    os.execve(paths.PYTHON, command, python_env.environ())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
