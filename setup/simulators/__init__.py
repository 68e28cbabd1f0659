"""Simulated systems on loopback that Odoo calls over HTTP, and that fail as planned.

The base class :class:`HttpSimulator` listens, plans faults, records requests, and
answers in time, late, partly or not at all.  Subclasses define the operations and their
answers: :mod:`setup.carriers`, :mod:`setup.partners`, and the carrier of
``tests/exchanges``.
"""

from .faults import DOES_IT, EVERY, FAULTS, Behaviour, Plan, one_of
from .messages import Answer, Request, as_json
from .simulator import HandledRequest, HttpSimulator
