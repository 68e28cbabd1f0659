"""Jobs that are no work of the business, such as those of synthetic checks.

Their sender marks them by the identity key, which the queue stores with the job:
triggers, views and workers all know it, and other jobs cost nothing more.  Numbers of
the business leave them out; what occupies or blocks a channel counts them.
"""

UNMEASURED = "unmeasured:"
"""Beginning of the identity key; in ``data/*.sql``, too."""


def is_unmeasured_key(identity_key: str | None) -> bool:
    """Return whether the job with an identity key is not measured."""
    return bool(identity_key) and identity_key.startswith(UNMEASURED)
