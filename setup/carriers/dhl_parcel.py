"""DHL Parcel Iberia: REST, with a token from an authentication request."""

import secrets

from ..simulators import as_json
from . import label
from .parcels import DELIVERED, IN_TRANSIT, INCIDENT, RECORDED
from .protocol import Protocol, Refusal

_API = "cimapi/api/v1/customer/"
_POSTED = {
    "authenticate": "authenticate",
    "shipment": "shipment",
    "endday": "end_day",
}
_ACTIONS = {
    "PRINT": "label",
    "DELETE": "cancel",
    "HOLD": "hold",
    "RELEASE": "release",
}
_ORIGIN = "08"
_EVENTS = {
    RECORDED: ("A", "Envío asignado"),
    IN_TRANSIT: ("T", "En tránsito"),
    INCIDENT: ("I", "Incidencia en la entrega"),
    DELIVERED: ("R", "Entregado"),
}


class DhlParcel(Protocol):
    """DHL Parcel."""

    name = "dhl_parcel"
    operations = (
        *("authenticate", "shipment", "label", "cancel", "tracking"),
        *("hold", "release", "end_day"),
    )

    def operation(self, request):
        resource = request.path.removeprefix(_API)
        if request.method == "POST":
            return _POSTED.get(resource)
        if resource == "shipment":
            return _ACTIONS.get(request.query.get("Action"))
        return "tracking" if resource == "track" else None

    def reference(self, operation, request):
        if operation == "shipment":
            return request.json.get("Reference") or ""
        return self.reference_of(_number(request))

    def refusal(self, operation, message, status):
        return as_json({"Message": message}, status)

    def answer(self, operation, request):
        has_token = request.headers.get("Authorization", "").startswith("Bearer ")
        if operation != "authenticate" and not has_token:
            return self.refusal(operation, "Authorization has been denied", 401)
        return super().answer(operation, request)

    def authenticate(self, request):
        if not (request.json.get("Username") and request.json.get("Password")):
            raise Refusal("Usuario o contraseña incorrectos", 401)
        return as_json(secrets.token_urlsafe(32))

    def shipment(self, request):
        content = request.json
        if not content.get("Receiver", {}).get("Address"):
            raise Refusal("La dirección del destinatario es obligatoria")
        parcel = self.parcels.make(
            self.name,
            lambda number: f"{_ORIGIN}{number:08}",
            content.get("Reference") or "",
            int(content.get("Quantity") or 1),
        )
        pieces = [
            f"JJD0000{_ORIGIN}{parcel.number}{piece + 1:04}"
            for piece in range(parcel.packages)
        ]
        return as_json(
            {
                "Origin": _ORIGIN,
                "Customer": content.get("Customer") or "",
                "Tracking": parcel.number,
                "AWB": "",
                "LP": pieces,
                "Label": label.base64(parcel, content.get("Format") or "PDF"),
            }
        )

    def label(self, request):
        parcel = self.parcel(_number(request))
        return as_json({"Label": label.base64(parcel, request.query.get("Format"))})

    def cancel(self, request):
        self.parcel(_number(request)).cancelled = True
        return as_json({"Message": "OK"})

    def hold(self, request):
        self.parcel(_number(request)).held = True
        return as_json({"Message": "OK"})

    def release(self, request):
        self.parcel(_number(request)).held = False
        return as_json({"Message": "OK"})

    def tracking(self, request):
        parcel = self.parcel(_number(request))
        events = [_event(*entry) for entry in parcel.history]
        selection = request.query.get("show")
        if selection == "events":
            return as_json(events)
        status = {
            "Tracking": parcel.number,
            "Ship_Reference": parcel.reference,
            "Parcels": parcel.packages,
        }
        return as_json(
            {**status, "Events": events if selection == "both" else events[-1:]}
        )

    def end_day(self, _request):
        parcels = [
            parcel
            for parcel in self.parcels.all(carrier=self.name)
            if not (parcel.cancelled or parcel.held)
        ]
        shipments = [
            {"Origin": _ORIGIN, "Tracking": parcel.number} for parcel in parcels
        ]
        report = label.base64(parcels[0]) if parcels else ""
        return as_json({"Shipments": shipments, "Report": report})


def _number(request):
    return request.query.get("Tracking") or request.query.get("id")


def _event(state, when):
    code, status = _EVENTS[state]
    return {
        "DateTime": when.strftime("%Y-%m-%dT%H:%M:%S"),
        "Code": code,
        "Status": status,
        "Ubication": "Madrid",
    }
