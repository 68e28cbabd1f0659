"""The steps of a probe, and the phases of its check of an address; plain Python."""

RESOLVE, CONNECT, TLS = "resolve", "connect", "tls"
CERTIFICATE, RESPONSE = "certificate", "response"
OF_ADDRESS = RESOLVE, CONNECT, TLS, CERTIFICATE, RESPONSE
LOG_IN, QUOTATION, CONFIRM = "log_in", "quotation_api", "confirm_api"
RESERVE, VALIDATE, CANCEL = "reserve_api", "validate_api", "cancel_api"
RATE, LABEL = "rate_api", "label_api"
PORTAL_LOG_IN, PORTAL_OPEN = "portal_log_in", "portal_open"
PORTAL_SIGN, CLEAN_UP = "portal_sign", "clean_up"
OF_PORTAL = frozenset((PORTAL_LOG_IN, PORTAL_OPEN, PORTAL_SIGN))
STEPS = (
    *OF_ADDRESS,
    *(LOG_IN, QUOTATION, RATE, PORTAL_LOG_IN, PORTAL_OPEN, PORTAL_SIGN),
    *(CONFIRM, RESERVE, VALIDATE, LABEL, CANCEL, CLEAN_UP),
)
"""All of them."""
PROCESSING, TRANSFER = "processing", "transfer"
PHASES = RESOLVE, CONNECT, TLS, PROCESSING, TRANSFER
"""As blackbox_exporter names them; processing ends with the head of the answer."""
