"""The scripts behind make: a whole installation below ``.run/``, for this checkout."""
