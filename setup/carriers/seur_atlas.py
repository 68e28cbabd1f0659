"""SEUR Atlas: REST, with a token that expires after thirty seconds."""

import secrets
from datetime import date, timedelta
from urllib.parse import parse_qs

from ..simulators import Answer, as_json
from . import label
from .parcels import DELIVERED, IN_TRANSIT, INCIDENT, RECORDED
from .protocol import Protocol, Refusal

_API = "pic/v1/"
_OPERATIONS = {
    ("POST", "pic_token"): "authenticate",
    ("POST", f"{_API}shipments"): "shipment",
    ("GET", f"{_API}labels"): "label",
    ("POST", f"{_API}shipments/cancel"): "cancel",
    ("GET", f"{_API}tracking-services/extended"): "tracking",
    ("GET", f"{_API}tracking-services/simplified"): "simplified_tracking",
    ("GET", f"{_API}next-working-day"): "next_working_day",
    ("GET", f"{_API}cities"): "cities",
}
_EVENTS = {
    RECORDED: ("SX010", "ENVÍO REGISTRADO"),
    IN_TRANSIT: ("LI428", "MERCANCÍA EN MADRID"),
    INCIDENT: ("LI524", "CAMBIO DE DOMICILIO"),
    DELIVERED: ("LL001", "ENTREGADO"),
}


class SeurAtlas(Protocol):
    """SEUR."""

    name = "seur_atlas"
    operations = tuple(_OPERATIONS.values())

    def operation(self, request):
        return _OPERATIONS.get((request.method, request.path))

    def reference(self, operation, request):
        if operation == "shipment":
            return request.json.get("reference") or ""
        if "tracking" in operation:
            return request.query.get("ref") or ""
        if operation == "cancel":
            return self.reference_of(next(iter(request.json.get("codes", ())), ""))
        return self.reference_of(request.query.get("code"))

    def refusal(self, operation, message, status):
        if operation == "authenticate":
            return as_json({"error": "denied", "error_description": message}, status)
        error = {"status": str(status), "title": "ERROR", "detail": message}
        return as_json({"errors": [error]}, status)

    def answer(self, operation, request):
        has_token = request.headers.get("Authorization", "").startswith("Bearer ")
        if operation != "authenticate" and not has_token:
            return self.refusal(operation, "Token no válido", 401)
        return super().answer(operation, request)

    def authenticate(self, request):
        form = parse_qs(request.body.decode())
        if not (form.get("username") and form.get("password")):
            raise Refusal("Invalid user credentials", 401)
        return as_json(
            {
                "access_token": secrets.token_urlsafe(32),
                "expires_in": 30,
                "token_type": "Bearer",
            }
        )

    def shipment(self, request):
        content = request.json
        if not content.get("receiver", {}).get("address", {}).get("streetName"):
            raise Refusal("receiver.address.streetName: campo obligatorio")
        parcel = self.parcels.make(
            self.name,
            lambda number: f"028111{number:07}{date.today():%Y%m%d}",
            content.get("reference") or "",
            len(content.get("parcels") or ()) or 1,
        )
        codes = [_code(parcel, piece) for piece in range(parcel.packages)]
        return _data(
            {
                "shipmentCode": parcel.number,
                "ecbs": codes,
                "parcelNumbers": [f"0{code[:-1]}" for code in codes],
            }
        )

    def label(self, request):
        parcel = self.parcel(request.query.get("code"))
        is_zpl = request.query.get("type") == "ZPL"
        file = {"label": label.zpl(parcel)} if is_zpl else {"pdf": label.base64(parcel)}
        return _data([{"ecb": _code(parcel, 0), "pack": "1/1", **file}])

    def cancel(self, request):
        parcels = [self.parcel(code) for code in request.json.get("codes") or ()]
        for parcel in parcels:
            parcel.cancelled = True
        message = "The shipment has been cancelled correctly"
        return _data(
            [
                {"shipmentCode": parcel.number, "description": message}
                for parcel in parcels
            ]
        )

    def tracking(self, request):
        """Return the events of a reference, which may have several parcels."""
        parcels = self._parcels(request)
        if not parcels:
            return Answer(204, b"")
        return _data(
            [
                {
                    "shipmentCode": parcel.number,
                    "situations": [_event(*entry) for entry in parcel.history],
                }
                for parcel in parcels
            ]
        )

    def simplified_tracking(self, request):
        parcels = self._parcels(request)
        if not parcels:
            return Answer(204, b"")
        return _data([_event(*parcel.history[-1]) for parcel in parcels])

    def next_working_day(self, _request):
        day = date.today() + timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return _data({"nextWorkingDay": day.isoformat()})

    def cities(self, request):
        city = {"cityName": request.query.get("cityName", "MADRID")}
        code = {"postalCode": request.query.get("postalCode", "28001")}
        return _data([{**city, **code, "countryCode": "ES"}])

    def _parcels(self, request):
        parcels = self.parcels.all(request.query.get("ref"), self.name)
        return [parcel for parcel in parcels if not parcel.cancelled]


def _data(content):
    return as_json({"data": content})


def _code(parcel, piece):
    """Return the number on one of a parcel's packages."""
    return f"28{parcel.number[6:13]}{piece + 1:05}"


def _event(state, when):
    code, description = _EVENTS[state]
    return {
        "eventCode": code,
        "description": description,
        "situationDate": when.isoformat(timespec="milliseconds"),
    }
