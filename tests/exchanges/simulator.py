"""A carrier that makes parcels, and fails as the one who asks wants.

``POST /label`` makes a parcel.  Headers say what it is for (``X-Order``) and how to
behave (``X-Fault``).
"""

from collections import defaultdict

from setup.simulators import Behaviour, HttpSimulator, as_json

FAULTS = (
    *("ok", "refuses", "breaks", "slow", "timeout_before", "timeout_after", "cut"),
    "tls",  # the carrier is asked over TLS, which it does not speak
)


class Simulator(HttpSimulator):
    """The carrier.

    :ivar made: order → the parcels that exist here for it
    :ivar happening: order → what to call, with the headers of the request, as soon as
        it has arrived and what was asked for is done
    """

    def __init__(self):
        super().__init__()
        self.made = defaultdict(list)
        self.happening = {}
        self.when_asked = self._happen

    def subject(self, request):
        return request.system, "", request.headers["X-Order"]

    def behaviour(self, asked):
        return Behaviour(asked.request.headers["X-Fault"])

    def answer(self, asked):
        parcels = self.made[asked.reference]
        parcels.append(f"{asked.reference}-{len(parcels) + 1}")
        return as_json({"tracking": parcels[-1]})

    def _happen(self, asked):
        if happens := self.happening.get(asked.reference):
            happens(asked.request.headers)
