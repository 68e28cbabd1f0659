"""The parcels that the carriers have, independent of what Odoo knows."""

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
    """A parcel that a carrier was requested to take.

    :ivar number: the carrier's tracking number
    :ivar reference: the shipper's reference: the name of the transfer
    :ivar history: tracking states, each with its time
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
        """Return the parcel for JSON."""
        history = [(state, when.isoformat()) for state, when in self.history]
        return {**dataclasses.asdict(self), "history": history, "state": self.state}


class Register:
    """All parcels of all carriers.  The simulator makes one at a time."""

    def __init__(self):
        self._parcels = []
        # Random, so that a restarted simulator does not repeat numbers.
        self._numbers = itertools.count(random.randrange(100_000, 900_000))

    def make(self, carrier, number, reference, packages):
        """Make a parcel.

        :param number: function of six digits that returns the carrier's number
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
        """Return parcels, including cancelled ones, the oldest first."""
        return [
            parcel
            for parcel in list(self._parcels)
            if reference in (None, parcel.reference)
            and carrier in (None, parcel.carrier)
        ]

    def move(self, number, state):
        """Set the tracking state of a parcel.

        :raise ValueError: there is no such parcel, or no such state
        """
        parcel = self.find(number)
        if parcel is None:
            raise ValueError(f"there is no parcel {number!r}")
        parcel.history.append((one_of(state, STATES), datetime.now()))
        return parcel
