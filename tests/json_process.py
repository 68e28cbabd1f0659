"""A conversation with a process: a line is a question in JSON, a line its answer."""

import json
import subprocess

from setup import paths, python_env


class Conversation:
    """A process that answers; ``with`` ends it.

    :param arguments: of Python, such as the program
    :param environ: what its environment has besides ours
    """

    def __init__(self, *arguments, **environ):
        self._process = subprocess.Popen(
            [paths.PYTHON, *map(str, arguments)],
            cwd=paths.RUN,
            env=python_env.environ(**environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._process.stdin.close()
        self._process.wait(30)

    @property
    def pid(self):
        """The pid of the process."""
        return self._process.pid

    def ask(self, *question):
        """Return what it answers."""
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())
