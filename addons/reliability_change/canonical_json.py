"""JSON that is compared, hashed and signed; plain Python."""

import json


def canonical(content: object) -> str:
    """Return JSON that is the same for the same content, in ASCII; items are lists."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
