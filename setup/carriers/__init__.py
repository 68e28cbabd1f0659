"""Four Spanish carriers on loopback, which speak their real protocols.

OCA's connectors of DHL Parcel, SEUR, Correos Express and MRW run against them, their
code unchanged.  They make parcels, remember what they really did, and fail when and how
they are told to, see :mod:`setup.simulators`.
"""

from .parcels import Parcel
from .simulator import PROTOCOLS, Simulator
