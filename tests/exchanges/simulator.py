"""A carrier that creates parcels, and fails as the request says.

``POST /label`` creates a parcel.  Headers have the order (``X-Order``) and the fault
(``X-Fault``).
"""

from collections import defaultdict

from setup.simulators import Behaviour, HttpSimulator, as_json

FAULTS = (
    *("ok", "refuses", "breaks", "slow", "timeout_before", "timeout_after", "cut"),
    "tls",  # the client uses TLS, which the carrier does not support
)


class Simulator(HttpSimulator):
    """The simulated carrier.

    :ivar parcels: order → its parcels at the carrier
    :ivar callbacks: order → function that is called with the headers of the request
        when the request is done and not answered yet
    """

    def __init__(self):
        super().__init__()
        self.parcels = defaultdict(list)
        self.callbacks = {}
        self.when_asked = self._call_back

    def subject(self, request):
        return request.system, "", request.headers["X-Order"]

    def behaviour(self, asked):
        return Behaviour(asked.request.headers["X-Fault"])

    def answer(self, asked):
        parcels = self.parcels[asked.reference]
        parcels.append(f"{asked.reference}-{len(parcels) + 1}")
        return as_json({"tracking": parcels[-1]})

    def _call_back(self, asked):
        if callback := self.callbacks.get(asked.reference):
            callback(asked.request.headers)
