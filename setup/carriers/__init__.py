"""Simulators of four Spanish carriers on loopback, which speak their real protocols.

OCA's connectors of DHL Parcel, SEUR, Correos Express and MRW call them, their code
unchanged.  The simulators make parcels, record what they did, and fail as planned, see
:mod:`setup.simulators`.
"""

from .parcels import Parcel
from .simulator import PROTOCOLS, Simulator
