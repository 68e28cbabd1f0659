"""Values of the ledger that Python, SQL and screens share."""

OUTCOMES = ("succeeded", "failed", "unknown", "rejected")
"""How an attempt ended.  ``unknown``: the partner system did not answer and may have
done it; ``rejected``: Odoo refused before the call left."""
SUCCEEDED, FAILED, UNKNOWN, REJECTED = OUTCOMES

COMMITTED, ROLLED_BACK, LOST = "committed", "rolled_back", "unknown"
"""How the transaction of an attempt ended; ``LOST``: the ledger does not know."""

SAFE, IDEMPOTENT, UNSAFE = "safe", "idempotent", "unsafe"
"""What repeating a call does at the partner system, as in RFC 9110.  Safe: nothing, the
call only reads; idempotent: nothing more than the first call; unsafe: the same once
more, such as a second parcel."""

STATES = (
    "open",
    "succeeded",
    "retrying",
    "failed",
    "unknown",
    "rejected",
    "resolved",
)
"""States of an exchange.  ``open``: the call or our transaction has not ended;
``retrying``: another attempt follows; ``resolved``: a person has recorded the
result."""
