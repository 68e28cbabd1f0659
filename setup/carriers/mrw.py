"""MRW: SOAP, with one service for shipments (SAGEC) and one for tracking."""

from pathlib import Path

from ..simulators import Answer
from . import label, soap
from .parcels import DELIVERED, IN_TRANSIT, INCIDENT, RECORDED
from .protocol import Protocol, Refusal

_FOLDER = Path(__file__).parent
_SHIPMENTS, _TRACKING = "MRWEnvio.asmx", "TrackingService.svc"
_DESCRIPTIONS = {_SHIPMENTS: "wsdl", _TRACKING: "tracking_wsdl"}
_FILES = {"wsdl": "mrw_shipments.wsdl", "tracking_wsdl": "mrw_tracking.wsdl"}
_OPERATIONS = {
    "TransmEnvio": "shipment",
    "GetEtiquetaEnvio": "label",
    "CancelarEnvio": "cancel",
    "GetEnvios": "tracking",
}
_RESULTS = {operation: element for element, operation in _OPERATIONS.items()}
_EVENTS = {
    RECORDED: ("01", "Recogido"),
    IN_TRANSIT: ("10", "En tránsito"),
    INCIDENT: ("20", "Ausente"),
    DELIVERED: ("00", "Entregado"),
}
_FOUND = "Busqueda correcta por Número de Albarán."


class Mrw(Protocol):
    """MRW."""

    name = "mrw"
    operations = (*_FILES, *_OPERATIONS.values())

    def operation(self, request):
        if request.method == "GET":
            is_description = "wsdl" in {key.lower() for key in request.query}
            return _DESCRIPTIONS.get(request.path) if is_description else None
        return _OPERATIONS.get(soap.element_of(request.body))

    def reference(self, operation, request):
        if operation == "shipment":
            return soap.text(request.body, "Referencia")
        return self.reference_of(_number(request))

    def refusal(self, operation, message, status):
        code = "Client" if status < 500 else "Server"
        return Answer(status, soap.fault(code, message), soap.KIND)

    def polite_refusal(self, operation, message):
        if operation in _FILES:
            return self.refusal(operation, message, 400)
        if operation == "tracking":
            return self._tracked(message)
        return self._response(operation, Estado="0", Mensaje=f"1) {message}")

    def answer(self, operation, request):
        try:
            if operation not in _FILES and not _has_user(operation, request):
                raise Refusal("El usuario no dispone de acceso al sistema")
            return getattr(self, operation)(request)
        except Refusal as refusal:
            return self.polite_refusal(operation, str(refusal))

    def wsdl(self, request):
        return self._description("wsdl", request, _SHIPMENTS)

    def tracking_wsdl(self, request):
        return self._description("tracking_wsdl", request, _TRACKING)

    def shipment(self, request):
        if not soap.text(request.body, "Via"):
            raise Refusal("La vía del destinatario es obligatoria")
        agency = soap.text(request.body, "CodigoFranquicia") or "00000"
        parcel = self.parcels.make(
            self.name,
            lambda number: f"{agency:>05}F{number:06}",
            soap.text(request.body, "Referencia"),
            int(soap.text(request.body, "NumeroBultos") or 1),
        )
        return self._response(
            "shipment",
            Estado="1",
            Mensaje="",
            NumeroSolicitud=f"S{parcel.number}",
            NumeroEnvio=parcel.number,
            Url="",
        )

    def label(self, request):
        parcel = self.parcel(_number(request))
        file = label.base64(parcel)
        return self._response("label", Estado="1", Mensaje="", EtiquetaFile=file)

    def cancel(self, request):
        parcel = self.parcel(_number(request))
        parcel.cancelled = True
        return self._response(
            "cancel",
            Estado="1",
            Mensaje="",
            NumeroSolicitud="",
            NumeroEnvio=parcel.number,
        )

    def tracking(self, request):
        parcel = self.parcel(_number(request))
        return self._tracked(_FOUND, [_event(*entry) for entry in parcel.history])

    def _tracked(self, message, events=()):
        """Return an answer of the tracking service: events by subscriber."""
        followed = [("Seguimiento", event) for event in events]
        subscriber = [("SeguimientoAbonado", followed)]
        content = [
            ("MensajeSeguimiento", message),
            ("Seguimiento", [("Abonado", subscriber)] if followed else []),
        ]
        body = soap.answer("GetEnvios", soap.TRACKING, content)
        return Answer(200, body, soap.KIND)

    def _response(self, operation, **fields):
        body = soap.answer(_RESULTS[operation], soap.SHIPMENTS, list(fields.items()))
        return Answer(200, body, soap.KIND)

    def _description(self, operation, request, service):
        """Return a service's WSDL with the simulator's address."""
        text = (_FOLDER / _FILES[operation]).read_text()
        address = f"http://{request.headers.get('Host')}/{self.name}/{service}"
        return Answer(200, text.replace("{here}", address).encode(), soap.KIND)


def _has_user(operation, request):
    """Return whether the request names a user, in its header or, for tracking, body."""
    name = "login" if operation == "tracking" else "UserName"
    return bool(soap.text(request.body, name))


def _number(request):
    fields = ("NumeroEnvio", "NumeroEnvioOriginal", "valorFiltroDesde")
    return next(filter(None, (soap.text(request.body, field) for field in fields)), "")


def _event(state, when):
    code, description = _EVENTS[state]
    return [
        ("Estado", code),
        ("EstadoDescripcion", description),
        ("FechaEntrega", f"{when:%d%m%Y}"),
        ("HoraEntrega", f"{when:%H%M}"),
    ]
