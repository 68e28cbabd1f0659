"""Simulators as servers in the background, and their actions over HTTP."""

import json
import urllib.request

from .. import paths, python_env
from ..server import Server


class SimulatorServer(Server):
    """A simulator of :mod:`setup.simulators.__main__` as a separate process.

    :param kind: ``carriers`` or ``partners``
    """

    def __init__(self, kind, folder, port=None):
        self.kind = kind
        super().__init__(folder, port)

    def configure(self):
        """Write nothing: the program has no configuration file."""

    def command(self):
        program = [paths.PYTHON, "-m", "setup.simulators"]
        return [*program, self.kind, "--port", str(self.port)]

    def environ(self):
        return python_env.environ(PYTHONPATH=str(paths.ROOT))

    def answers(self):
        return self.responds("/simulator/asked")


def direct(url, action, **arguments):
    """Call an action of a simulator over HTTP, such as ``behave``.

    :param url: of the simulator
    :return: the result of the action
    :raise urllib.error.HTTPError: 404 for an unknown action, 400 for wrong arguments
    """
    body = json.dumps(arguments).encode()
    with urllib.request.urlopen(f"{url}/simulator/{action}", body, 60) as answer:
        return json.load(answer)
