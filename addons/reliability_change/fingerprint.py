"""The fingerprint of what runs: modules, code, Python packages and some settings.

Two processes with the same fingerprint run the same; another one is a deployment, and
its difference says what was deployed.  Plain Python.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from .canonical_json import canonical
from .git_revision import git_revision
from .python_packages import python_packages

UNKNOWN = ""
"""The revision of a folder that is in no checkout of Git."""
IMAGE = "image"
"""The name of an image in `Fingerprint.code`."""


class Fingerprint(NamedTuple):
    """What runs; each is a name → version.

    :ivar modules: installed modules of Odoo
    :ivar code: folders of addons → their commit, or ``image`` → its digest
    :ivar packages: Python packages
    :ivar settings: those that change what runs
    """

    modules: dict[str, str]
    code: dict[str, str]
    packages: dict[str, str]
    settings: dict[str, str]

    def dumps(self) -> str:
        """Return it as JSON that is the same for the same content."""
        content = {name: dict(part) for name, part in self._asdict().items()}
        return canonical(content)

    @classmethod
    def loads(cls, text: str) -> "Fingerprint":
        """Return it from the JSON of :meth:`dumps`, also of an older version."""
        content = json.loads(text)
        return cls(*(content.get(name, {}) for name in cls._fields))

    @property
    def digest(self) -> str:
        """Its SHA-256 in hexadecimal digits."""
        return hashlib.sha256(self.dumps().encode()).hexdigest()


class Changes(NamedTuple):
    """What differs in one part; names are sorted.

    :ivar changed: name → version before and after
    :ivar added, removed: name → version
    """

    changed: dict[str, tuple[str, str]]
    added: dict[str, str]
    removed: dict[str, str]

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.removed)


class Difference(NamedTuple):
    """What differs between two fingerprints, by part."""

    modules: Changes
    code: Changes
    packages: Changes
    settings: Changes

    def __bool__(self) -> bool:
        return any(self)


def take_fingerprint(
    modules: Mapping[str, str],
    folders: Iterable[str],
    settings: Mapping[str, str],
    image: str = "",
    packages: Mapping[str, str] | None = None,
) -> Fingerprint:
    """Return the fingerprint of this process.

    :param modules: installed modules → their versions
    :param folders: of addons
    :param settings: name → value, without secrets
    :param image: the digest of the image that runs, where a setting has it; then
        folders are not read
    :param packages: those of this process unless they are given; they do not change
        while it lives
    """
    return Fingerprint(
        dict(modules),
        {IMAGE: image} if image else code_of(folders),
        python_packages() if packages is None else dict(packages),
        dict(settings),
    )


def code_of(folders: Iterable[str]) -> dict[str, str]:
    """Return the commit of each folder of addons; `UNKNOWN` if it is in no checkout."""
    return {
        str(Path(folder)): git_revision(folder) or UNKNOWN for folder in sorted(folders)
    }


def difference(before: Fingerprint, after: Fingerprint) -> Difference:
    """Return what differs."""
    return Difference(*map(_changes, before, after))


def _changes(before, after):
    pairs = {
        name: (before[name], after[name])
        for name in sorted(before.keys() & after.keys())
    }
    return Changes(
        {name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
        {name: after[name] for name in sorted(after.keys() - before.keys())},
        {name: before[name] for name in sorted(before.keys() - after.keys())},
    )
