"""The simulated EDI partners as a server in the background, for the demo."""

import json
import urllib.request

from . import paths, python_env
from .server import Server


class PartnerServer(Server):
    """Partners on loopback, see :mod:`setup.partners`."""

    kind = "partners"

    def configure(self):
        """They need no configuration."""

    def command(self):
        return [paths.PYTHON, "-m", "setup.partners", "--port", str(self.port)]

    def environ(self):
        return python_env.environ(PYTHONPATH=str(paths.ROOT))

    def answers(self):
        return self.responds("/simulator/asked")


def direct(url, action, **values):
    """Let partners do something, as :meth:`setup.partners.Simulator.direct` says.

    :param url: where they answer
    """
    body = json.dumps(values).encode()
    with urllib.request.urlopen(f"{url}/simulator/{action}", body, 5):
        pass
