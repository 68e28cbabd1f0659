"""Steps of journeys.

A step of a rehearsal is a function of its :class:`.case.Case` and of its parameters; it
returns nothing, and raises what is wrong.  Addons bring more of them by
``reliability.synthetic.step._functions``.
"""

from .confirm import confirm
from .quotation import quote
from .reserve import reserve
from .validate import validate

FUNCTIONS = {
    "quotation": quote,
    "confirm": confirm,
    "reserve": reserve,
    "validate": validate,
}
"""The steps of rehearsals: code → function."""
