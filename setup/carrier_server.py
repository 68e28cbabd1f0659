"""The simulated carriers as a server in the background, for the demo."""

import json
import urllib.request

from . import paths, python_env
from .server import Server


class CarrierServer(Server):
    """Carriers on loopback, see :mod:`setup.carriers`."""

    kind = "carriers"

    def configure(self):
        """They need no configuration."""

    def command(self):
        return [paths.PYTHON, "-m", "setup.carriers", "--port", str(self.port)]

    def environ(self):
        return python_env.environ(PYTHONPATH=str(paths.ROOT))

    def answers(self):
        return self.responds("/simulator/asked")


def behave(url, carrier, operation, fault, **how):
    """Plan how a carrier behaves, as :meth:`setup.carriers.Simulator.behave` does.

    :param url: where the carriers answer
    """
    _ask(url, "behave", carrier=carrier, operation=operation, fault=fault, **how)


def forget(url):
    """Let all carriers work again."""
    _ask(url, "forget")


def _ask(url, what, **content):
    body = json.dumps(content).encode()
    with urllib.request.urlopen(f"{url}/simulator/{what}", body, 5):
        pass
