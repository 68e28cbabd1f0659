"""Systems on loopback that Odoo talks to over HTTP, and that fail as planned.

:class:`HttpSimulator` is what they share: it listens, plans faults, remembers what was
asked, and answers, answers late, hangs up or does not answer.  A subclass says what is
asked and what is answered: :mod:`setup.carriers`, :mod:`setup.partners`, and the
carrier of ``tests/exchanges``.
"""

from .faults import DOES_IT, EVERY, FAULTS, Behaviour, Plan, one_of
from .messages import Answer, Request, as_json
from .simulator import Asked, HttpSimulator
