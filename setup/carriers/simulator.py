"""The carriers on a port of their own, how they behave, and what they were asked."""

import threading
from http.server import ThreadingHTTPServer
from typing import NamedTuple

from .correos_express import CorreosExpress
from .dhl_parcel import DhlParcel
from .faults import EVERY, Plan
from .handler import Handler
from .mrw import Mrw
from .parcels import Register
from .seur_atlas import SeurAtlas

PROTOCOLS = (CorreosExpress, DhlParcel, Mrw, SeurAtlas)


class Asked(NamedTuple):
    """What a carrier was asked once.

    :ivar reference: the shipper's, of the parcel that it was about, as far as known
    """

    carrier: str
    operation: str
    fault: str
    reference: str


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, simulator, port):
        super().__init__(("127.0.0.1", port), Handler)
        self.simulator = simulator


class Simulator:
    """The carriers; ``with`` lets them answer for the block.

    :param port: a free one if it is 0
    :ivar carriers: name → protocol
    :ivar when_asked: what to call with each :class:`Asked`, as soon as it has arrived
        and what was asked for is done, but before it is answered
    """

    def __init__(self, port=0):
        self.register = Register()
        self.carriers = {one.name: one(self.register) for one in PROTOCOLS}
        self.when_asked = lambda asked: None
        self._plan = Plan()
        self._asked = []
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        """Where they answer, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def wait(self):
        """Return when they do not answer any more."""
        self._thread.join()

    def behave(self, carrier, operation, fault, times=1, seconds=None):
        """Plan how a carrier behaves when it is asked next.

        :param operation: ``"*"`` for whichever comes
        :param times: how often; 0 from now on
        :param seconds: see :class:`~.faults.Behaviour`
        :raise ValueError: there is no such carrier, operation or fault
        """
        known = self.carriers.get(carrier)
        if known is None or operation not in (*known.operations, EVERY):
            raise ValueError(f"nobody asks {carrier!r} for {operation!r}")
        self._plan.add(carrier, operation, fault, times, seconds)

    def forget(self):
        """Let all carriers work again; parcels stay."""
        self._plan.forget()

    def parcels(self, reference=None, carrier=None):
        """Return the parcels that exist or existed, the oldest first."""
        return self.register.all(reference, carrier)

    def move(self, number, state):
        """Let a parcel get somewhere, see :data:`~.parcels.STATES`."""
        return self.register.move(number, state)

    def asked(self, carrier=None, operation=None):
        """Return what carriers were asked, in order."""
        return [
            asked
            for asked in list(self._asked)
            if carrier in (None, asked.carrier) and operation in (None, asked.operation)
        ]

    def behaviour(self, carrier, operation, request):
        """Return how a carrier behaves now, and note that it is asked."""
        behaviour = self._plan.take(carrier.name, operation)
        reference = carrier.reference(operation, request)
        asked = Asked(carrier.name, operation, behaviour.fault, reference)
        self._asked.append(asked)
        return behaviour, asked
