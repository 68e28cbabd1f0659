"""``python3 -m setup <command>``: what make calls, and ``odoo`` for everything else.

It makes the virtual environment, and goes on in its Python, which has libraries.
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
    # A shell that runs us in the background lets us, and what we start, ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if sys.prefix != str(paths.VENV):
            if arguments in (["stop"], ["clean"]) and not paths.RUN.exists():
                return 0
            _go_on_in_virtual_environment(arguments)
        from . import tasks

        return tasks.run(arguments)
    except steps.Failure as failure:
        steps.give_up(failure)
    except KeyboardInterrupt:
        steps.say("\nInterrupted: the same command goes on where it stopped.")
        return 130


def _go_on_in_virtual_environment(arguments):
    with lock("set-up"):
        python_env.ensure()
    odoo_source.note_importable()
    command = [str(paths.PYTHON), "-m", "setup", *arguments]
    os.execve(paths.PYTHON, command, python_env.environ())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
