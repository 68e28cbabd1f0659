"""The steps of a check of an address, and its phases; plain Python."""

RESOLVE, CONNECT, TLS = "resolve", "connect", "tls"
CERTIFICATE, RESPONSE = "certificate", "response"
STEPS = RESOLVE, CONNECT, TLS, CERTIFICATE, RESPONSE
"""In their order."""
PROCESSING, TRANSFER = "processing", "transfer"
PHASES = RESOLVE, CONNECT, TLS, PROCESSING, TRANSFER
"""As blackbox_exporter names them; processing ends with the head of the answer."""
