"""The names of the alerts of objectives."""

PROVIDER = "slo"
FAST, SLOW, SPENT = "fast_burn", "slow_burn", "spent"
"""A budget is used up so fast that somebody should act at once, or on the next working
day; nothing of it is left."""
STALE = "unevaluated"
"""Objectives are not evaluated."""
FILES, REFUSED = "files", "refused"
"""Another provider, and its cause: files with objectives are not applied."""
