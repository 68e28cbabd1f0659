"""The HTTP server of the simulated carriers, and the parcels that they have made."""

from ..simulators import HttpSimulator, one_of
from .correos_express import CorreosExpress
from .dhl_parcel import DhlParcel
from .mrw import Mrw
from .parcels import Register
from .seur_atlas import SeurAtlas

PROTOCOLS = (CorreosExpress, DhlParcel, Mrw, SeurAtlas)
_REASON = "Dirección desconocida"


class Simulator(HttpSimulator):
    """Serves each carrier at ``/<carrier>/...``.

    :ivar register: the parcels of all carriers
    :ivar carriers: name → protocol
    """

    actions = (*HttpSimulator.actions, "parcels", "move")

    def __init__(self, port=0):
        super().__init__(port)
        self.register = Register()
        self.carriers = {
            protocol.name: protocol(self.register) for protocol in PROTOCOLS
        }

    def operations(self, system):
        return self.carriers[one_of(system, self.carriers)].operations

    def subject(self, request):
        carrier = self.carriers.get(request.system)
        operation = carrier and carrier.operation(request)
        if not operation:
            return None
        return carrier.name, operation, carrier.reference(operation, request)

    def answer(self, asked):
        return self.carriers[asked.system].answer(asked.operation, asked.request)

    def refusal(self, asked):
        carrier = self.carriers[asked.system]
        if asked.fault == "refuses":
            return carrier.refusal(asked.operation, _REASON, 400)
        if asked.fault == "refuses_politely":
            return carrier.polite_refusal(asked.operation, _REASON)
        if asked.fault == "breaks":
            return carrier.refusal(asked.operation, "Error interno", 500)
        return super().refusal(asked)

    def parcels(self, reference=None, carrier=None):
        """Return parcels, including cancelled ones, the oldest first."""
        return self.register.all(reference, carrier)

    def move(self, number, state):
        """Set the tracking state of a parcel, one of :data:`~.parcels.STATES`."""
        return self.register.move(number, state)
