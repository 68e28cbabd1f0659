from odoo import models

from ..address import simulator_address
from ..redirect import redirect
from ..timeouts import shorten_timeouts


class SimulatedCarriers(models.AbstractModel):
    _name = "simulated.carriers"
    _description = "Simulated Carriers"

    def _register_hook(self):
        """Redirect the connectors once all of them are loaded, in any order."""
        super()._register_hook()
        redirect(simulator_address())
        shorten_timeouts(simulator_address())
