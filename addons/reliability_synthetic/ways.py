"""Ways to run a journey, and the steps of each."""

REHEARSAL, BACKGROUND, HTTP = "rehearsal", "background", "http"
ADDRESS_STEPS = ("resolve", "connect", "tls", "certificate", "response")
"""Steps over HTTP that need no account."""
LOG_IN = "log_in"
"""The step over HTTP in which the probe asks for the others."""
ORDER_STEPS = (
    *("quotation_api", "rate_api", "confirm_api", "reserve_api", "validate_api"),
    *("label_api", "cancel_api"),
    *("portal_log_in", "portal_open", "portal_sign", "clean_up"),
)
"""Steps over HTTP with the accounts of the synthetic company."""
STEPS = {
    REHEARSAL: ("quotation", "confirm", "reserve", "validate", "rate"),
    BACKGROUND: ("job", "scheduled_action", "mail", "edi"),
    HTTP: (*ADDRESS_STEPS, LOG_IN, *ORDER_STEPS),
}
"""Way → the steps that its journeys are composed of."""
