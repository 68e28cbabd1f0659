"""Cache of build steps: which step is finished, and for which inputs.

A step is recorded after its work, so an interrupted step is done again.  So is a step
whose inputs (versions, requirements, module lists) have changed.
"""

import hashlib
from pathlib import Path

from . import paths


def fingerprint(*inputs):
    """Return one short text for all inputs; a path stands for the file's content."""
    digest = hashlib.sha256()
    for value in inputs:
        is_file = isinstance(value, Path)
        content = value.read_bytes() if is_file else str(value).encode()
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def is_current(name, inputs):
    """Whether the step was finished with exactly these inputs.

    :param inputs: their :func:`fingerprint`
    """
    entry = paths.BUILD_CACHE / name
    return entry.is_file() and entry.read_text() == inputs


def mark_built(name, inputs):
    """Record that the step is finished; the file is written atomically."""
    paths.BUILD_CACHE.mkdir(parents=True, exist_ok=True)
    partial = paths.BUILD_CACHE / f"{name}.partial"
    partial.write_text(inputs)
    partial.rename(paths.BUILD_CACHE / name)


def invalidate(name):
    """Remove the record, so that the step is done again."""
    (paths.BUILD_CACHE / name).unlink(missing_ok=True)
