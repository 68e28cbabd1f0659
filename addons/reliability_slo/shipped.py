"""The objectives that come with the app: code, service, and what differs from defaults.

They are switched on where their service exists.  Goals are what a well-run warehouse
reaches; people change them on the form, in Settings or by files.
"""

from .objective import LATENCY

_PERCENT = 10_000


def _success(service, percent, **values):
    return (
        f"{service}_success",
        service,
        {"goal_ppm": round(percent * _PERCENT)} | values,
    )


def _in_time(code, service, percent, **values):
    values = {"measure": LATENCY, "goal_ppm": round(percent * _PERCENT)} | values
    return f"{code}_in_time", service, values


_ATTEMPTS = {"family": "integration", "split": "system"}
_SHARED = {"split": "none"}

SHIPPED = (
    _success("order_processing", 99.5),
    _in_time(
        "order_confirmation", "order_processing", 95, operations="order_confirmation"
    ),
    _success("warehouse_execution", 99.5, split="warehouse"),
    _in_time(
        "transfer_validation",
        "warehouse_execution",
        95,
        operations="transfer_validation",
        split="warehouse",
    ),
    _success("shipping", 99),
    _in_time("label", "shipping", 95, operations="label"),
    _success("edi", 99),
    _success("invoicing", 99.5),
    ("shipping_attempts", "shipping", _ATTEMPTS | {"goal_ppm": 980_000}),
    ("edi_attempts", "edi", _ATTEMPTS | {"goal_ppm": 980_000}),
    _success("integration_api", 99.5, family="http", **_SHARED),
    _success("customer_portal", 99.5, family="http", **_SHARED),
    _in_time("customer_portal", "customer_portal", 95, family="http", **_SHARED),
    _in_time("job", "background_work", 95, family="queue_job_delay", **_SHARED),
    _in_time("scheduled_action", "background_work", 95, family="cron_delay", **_SHARED),
)
