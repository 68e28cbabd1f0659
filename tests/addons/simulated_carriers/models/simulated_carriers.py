from odoo import models

from ..patience import be_impatient
from ..redirect import redirect
from ..where import address


class SimulatedCarriers(models.AbstractModel):
    _name = "simulated.carriers"
    _description = "Carriers Who Are Simulated"

    def _register_hook(self):
        """Redirect connectors when all of them are loaded, whatever their order."""
        super()._register_hook()
        redirect(address())
        be_impatient(address())
