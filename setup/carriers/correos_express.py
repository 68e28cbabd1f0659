"""Correos Express: REST with basic authentication; refusals have HTTP 200."""

from base64 import b64encode

from ..simulators import as_json
from . import label
from .parcels import DELIVERED, IN_TRANSIT, INCIDENT, RECORDED
from .protocol import Protocol

_OPERATIONS = {
    "grabacionEnvio": "shipment",
    "etiquetaTransporte": "label",
    "seguimientoEnvio": "tracking",
}
_ERRORS = {
    "shipment": ("codigoRetorno", "mensajeRetorno"),
    "label": ("codErr", "desErr"),
    "tracking": ("error", "mensajeError"),
}
"""Operation → fields of its answer for the error code and the message."""
_FOR_PRINTERS = "2"
_EVENTS = {
    RECORDED: ("1", "SIN RECEPCION"),
    IN_TRANSIT: ("2", "EN TRANSITO"),
    INCIDENT: ("11", "ENTREGA FALLIDA"),
    DELIVERED: ("12", "ENTREGADO"),
}


class CorreosExpress(Protocol):
    """Correos Express, which has no cancellation."""

    name = "correos_express"
    operations = tuple(_ERRORS)

    def operation(self, request):
        return _OPERATIONS.get(request.path.rpartition("/json/")[2])

    def reference(self, operation, request):
        if operation == "shipment":
            return request.json.get("ref") or ""
        return self.reference_of(_number(request))

    def refusal(self, operation, message, status):
        return self._response(operation, -1, message, status)

    def polite_refusal(self, operation, message):
        return self._response(operation, -1, message, 200)

    def answer(self, operation, request):
        if not request.headers.get("Authorization", "").startswith("Basic "):
            return self.refusal(operation, "Usuario o contraseña incorrectos", 401)
        return super().answer(operation, request)

    def shipment(self, request):
        content = request.json
        if not content.get("dirDest"):
            return self.polite_refusal("shipment", "Falta la dirección de destino")
        parcel = self.parcels.make(
            self.name,
            lambda number: f"6330{number:012}",
            content.get("ref") or "",
            int(content.get("numBultos") or 1),
        )
        pieces = [
            {"orden": f"{piece + 1:02}", "codUnico": f"{parcel.number}{piece + 1:07}"}
            for piece in range(parcel.packages)
        ]
        options = next(iter(content.get("listaInformacionAdicional") or ()), {})
        return self._response(
            "shipment",
            datosResultado=parcel.number,
            listaBultos=pieces,
            etiqueta=[_label(parcel, options.get("tipoEtiqueta"))],
        )

    def label(self, request):
        parcel = self.parcels.find(_number(request), self.name)
        if parcel is None:
            return self._response("label", -2, "NO SE ENCONTRO EL ENVIO", 200)
        is_zpl = request.json.get("tipo") == _FOR_PRINTERS
        file = label.zpl(parcel) if is_zpl else label.base64(parcel)
        return self._response("label", listaEtiquetas=[file])

    def tracking(self, request):
        parcel = self.parcels.find(_number(request), self.name)
        if parcel is None:
            return self._response("tracking", 402, "ENVIO NO ENCONTRADO", 200)
        return self._response(
            "tracking",
            numEnvio=parcel.number,
            refCliente=parcel.reference,
            estadoEnvios=[_event(*entry) for entry in parcel.history],
        )

    def _response(self, operation, code=0, message="", status=200, **content):
        code_field, message_field = _ERRORS[operation]
        return as_json({code_field: code, message_field: message, **content}, status)


def _number(request):
    return request.json.get("nenvio") or request.json.get("dato")


def _label(parcel, kind):
    """Return the label in a shipment's answer, where a PDF is encoded twice."""
    if kind == _FOR_PRINTERS:
        return {"etiqueta2": label.zpl(parcel)}
    return {"etiqueta1": b64encode(label.base64(parcel).encode()).decode()}


def _event(state, when):
    code, description = _EVENTS[state]
    return {
        "codEstado": code,
        "descEstado": description,
        "fechaEstado": f"{when:%d%m%Y}",
        "horaEstado": f"{when:%H%M%S}",
        "codIncEstado": "",
        "descIncEstado": "",
    }
