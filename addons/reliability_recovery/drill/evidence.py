"""The evidence of a drill: a JSON object, in a file that survives a kill.

It is written before and after each phase, so a drill that was killed has left in which
phase it was.  docs/recovery.md documents its keys.
"""

import json
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from odoo.addons.reliability_inbound.unsent import write_json

from ..drill_contract import FAILED, LISTED, PASSED, RESTORE, SKIPPED, VERSION

NAME = "evidence.json"
_MAX_TEXT = 2000


class PhaseFailed(Exception):
    """A phase has failed; the text says why, and what to do."""


class Evidence:
    """What is known of a drill so far.

    :ivar content: the JSON object
    """

    def __init__(self, folder: Path, content: dict) -> None:
        self._path = folder / NAME
        self.content = content

    @classmethod
    def begin(cls, folder: Path, **known) -> "Evidence":
        """Return new evidence, written to a file.

        :param known: keys and values that are known before the first phase
        """
        unknown = (
            *("database_uuid", "filestore_set", "backup", "tool", "postgresql"),
            *("odoo", "target", "usable_at", "ended_at", "error", "bytes"),
        )
        content = {
            "version": VERSION,
            "name": folder.name,
            "level": LISTED,
            **dict.fromkeys(unknown),
            "heartbeats": {"database": None, "filestore": None},
            "phases": [],
            "checks": [],
            **known,
        }
        evidence = cls(folder, content)
        evidence.save()
        return evidence

    @classmethod
    def read(cls, folder: Path) -> "Evidence | None":
        """Return the evidence in a folder; ``None`` if nothing was written yet."""
        try:
            return cls(folder, json.loads((folder / NAME).read_text()))
        except (FileNotFoundError, ValueError):
            return None

    def save(self) -> None:
        """Write it to its file."""
        write_json(self._path, self.content)

    @contextmanager
    def phase(self, name: str):
        """Time a phase; what fails in it is the error of the drill."""
        phase = self.add_phase(name, moment(), 0)
        self.save()
        began = time.monotonic()
        try:
            yield
        except Exception as error:
            text = str(error) or type(error).__name__
            phase["error"] = text[:_MAX_TEXT]
            self.fail(name, text)
            raise
        finally:
            phase["seconds"] = round(time.monotonic() - began, 3)
            self.save()

    def check(self, name: str, error: str, is_skipped: bool = False) -> None:
        """Add the result of a check.

        :param error: what is wrong, or why it was skipped; empty if it passed
        """
        result = SKIPPED if is_skipped else FAILED if error else PASSED
        text = error[:_MAX_TEXT]
        self.content["checks"].append({"name": name, "result": result, "text": text})

    def fail(self, phase: str, text: str) -> None:
        """Store why the drill has failed; the first reason stays."""
        if not self.content["error"]:
            self.content["error"] = {"phase": phase, "text": text[:_MAX_TEXT]}
        self.content["usable_at"] = None

    def explain(self, text: str) -> None:
        """Say in words what the error means."""
        error = self.content["error"]
        error["text"] = f"{text} {error['text']}"[:_MAX_TEXT]

    def interrupt(self, text: str) -> None:
        """Store why the drill has ended before it was decided."""
        phases = self.content["phases"] or [self.add_phase(RESTORE, moment(), 0)]
        phases[-1]["error"] = text[:_MAX_TEXT]
        self.fail(phases[-1]["name"], text)

    def add_phase(self, name: str, begin: str, seconds: float) -> dict:
        """Add a phase that has ended, or that begins."""
        seconds = round(seconds, 3)
        phase = {"name": name, "begin": begin, "seconds": seconds, "error": ""}
        self.content["phases"].append(phase)
        return phase

    @property
    def is_decided(self) -> bool:
        """Whether all checks have passed, or something has failed."""
        return bool(self.content["error"] or self.is_passed)

    @property
    def failed_checks(self) -> list[dict]:
        """The checks that have failed."""
        return [one for one in self.content["checks"] if one["result"] == FAILED]

    @property
    def is_passed(self) -> bool:
        """Whether the backup was restored, and all checks passed."""
        return bool(self.content["usable_at"])


def moment(value: datetime | None = None) -> str:
    """Return a time, by default now, as JSON has it: in UTC, without fractions.

    :param value: in UTC if it has no time zone
    """
    value = value or datetime.now(UTC)
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value.replace(microsecond=0).astimezone(UTC).isoformat()
