"""Remember which steps are finished, and for which facts.

A step is stamped after its work, so one that was interrupted is done again, and one
whose facts (versions, requirements, module lists) have changed is, too.
"""

import hashlib
from pathlib import Path

from . import paths


def fingerprint(*facts):
    """One short text for all the facts; a path stands for what the file holds."""
    digest = hashlib.sha256()
    for fact in facts:
        content = fact.read_bytes() if isinstance(fact, Path) else str(fact).encode()
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def is_done(name, facts):
    """Whether the step was finished with exactly these facts."""
    stamp = paths.STAMPS / name
    return stamp.is_file() and stamp.read_text() == facts


def mark_done(name, facts):
    """Stamp the step, all or nothing."""
    paths.STAMPS.mkdir(parents=True, exist_ok=True)
    partial = paths.STAMPS / f"{name}.partial"
    partial.write_text(facts)
    partial.rename(paths.STAMPS / name)


def forget(name):
    """The step is not done (any more)."""
    (paths.STAMPS / name).unlink(missing_ok=True)
