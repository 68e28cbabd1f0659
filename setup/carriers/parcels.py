"""The parcels that exist, whatever Odoo believes."""

import dataclasses
import itertools
import random
from datetime import datetime

from ..simulators import one_of

RECORDED, IN_TRANSIT, INCIDENT, DELIVERED = (
    "recorded",
    "in_transit",
    "incident",
    "delivered",
)
STATES = (RECORDED, IN_TRANSIT, INCIDENT, DELIVERED)


@dataclasses.dataclass
class Parcel:
    """What a carrier was asked to take, once.

    :ivar number: the carrier's own, for tracking
    :ivar reference: what the shipper calls it: the name of the transfer
    :ivar history: its states, each with its time
    """

    carrier: str
    number: str
    reference: str
    packages: int = 1
    cancelled: bool = False
    held: bool = False
    history: list[tuple[str, datetime]] = dataclasses.field(default_factory=list)

    @property
    def state(self):
        return self.history[-1][0]

    def as_dict(self):
        """Return it for JSON."""
        history = [(state, when.isoformat()) for state, when in self.history]
        return {**dataclasses.asdict(self), "history": history, "state": self.state}


class Register:
    """All parcels of all carriers; the simulator makes one at a time."""

    def __init__(self):
        self._parcels = []
        # By chance, so that one that is started again gives no number twice.
        self._numbers = itertools.count(random.randrange(100_000, 900_000))

    def make(self, carrier, number, reference, packages):
        """Make a parcel.

        :param number: what makes the carrier's number of six digits
        """
        parcel = Parcel(carrier, number(next(self._numbers)), reference, packages)
        parcel.history.append((RECORDED, datetime.now()))
        self._parcels.append(parcel)
        return parcel

    def find(self, number, carrier=None):
        """Return the parcel with a number, or nothing."""
        for parcel in self.all(carrier=carrier):
            if parcel.number == number:
                return parcel
        return None

    def all(self, reference=None, carrier=None):
        """Return parcels, cancelled ones too, in the order in which they were made."""
        return [
            parcel
            for parcel in list(self._parcels)
            if reference in (None, parcel.reference)
            and carrier in (None, parcel.carrier)
        ]

    def move(self, number, state):
        """Let a parcel get somewhere.

        :raise ValueError: there is no such parcel, or no such place
        """
        parcel = self.find(number)
        if parcel is None:
            raise ValueError(f"there is no parcel {number!r}")
        parcel.history.append((one_of(state, STATES), datetime.now()))
        return parcel
