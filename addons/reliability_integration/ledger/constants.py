"""The words of the ledger, as Python, SQL and screens know them."""

OUTCOMES = ("succeeded", "failed", "unknown", "rejected")
"""How an attempt ended.  ``unknown``: nobody knows whether the counterpart did it;
``rejected``: Odoo itself said no, before the counterpart was asked."""
SUCCEEDED, FAILED, UNKNOWN, REJECTED = OUTCOMES

COMMITTED, ROLLED_BACK, LOST = "committed", "rolled_back", "unknown"
"""The transaction_state of our transaction: committed, undone, or nobody knows."""

SAFE, IDEMPOTENT, UNSAFE = "safe", "idempotent", "unsafe"
"""What asking again does at the counterpart: nothing, since it is only a question; the
same thing, which is not done twice; or one more, such as a second parcel."""

STATES = (
    "open",
    "succeeded",
    "retrying",
    "failed",
    "unknown",
    "rejected",
    "resolved",
)
"""How an exchange is.  ``open``: it is being asked, or our transaction is not decided;
``retrying``: another try follows; ``resolved``: a person said what has become of it."""
