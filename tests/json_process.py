"""A child process with a protocol of JSON lines: a request, then its response."""

import json
import subprocess

from setup import paths, python_env


class JsonProcess:
    """A process that answers requests; ``with`` ends it.

    :param arguments: of Python, such as the program
    :param environ: added to the environment
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

    def ask(self, *request):
        """Send a request and return the response."""
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())
