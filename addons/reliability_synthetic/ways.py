"""Ways to run a journey, and the steps of each."""

REHEARSAL, BACKGROUND, HTTP = "rehearsal", "background", "http"
STEPS = {
    REHEARSAL: ("quotation", "confirm", "reserve", "validate", "rate"),
    BACKGROUND: ("job", "scheduled_action", "mail", "edi"),
    HTTP: ("resolve", "connect", "tls", "certificate", "response"),
}
"""Way → the steps that its journeys are composed of."""
