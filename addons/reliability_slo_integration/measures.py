"""The measures of exchanges, and the objectives that come with them."""

DELIVERED, IN_TIME = "delivered", "delivered_in_time"
MEASURES = DELIVERED, IN_TIME

_BY_SYSTEM = {"family": "integration", "split": "system"}
_DELIVERED = _BY_SYSTEM | {"measure": DELIVERED, "goal_ppm": 995_000}
_IN_TIME = _BY_SYSTEM | {"measure": IN_TIME, "goal_ppm": 990_000}
_MINUTE = 60

SHIPPED = (
    ("shipping_delivered", "shipping", _DELIVERED),
    (
        "label_delivered_in_time",
        "shipping",
        _IN_TIME | {"operations": "label", "bound": 5 * _MINUTE},
    ),
    ("edi_delivered", "edi", _DELIVERED),
    ("edi_delivered_in_time", "edi", _IN_TIME | {"bound": 60 * _MINUTE}),
)
"""Code, service, and what differs from defaults; as in ``reliability_slo``."""
