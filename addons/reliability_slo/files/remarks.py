"""Problems and notices of files: what is wrong or left out, and what to do."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Origin(NamedTuple):
    """Where something is written.

    :ivar file: the name of the file; empty for the folder
    :ivar document: its number in the file, from 1; 0 for the whole file
    :ivar line: from 1; 0 if unknown
    """

    file: str
    document: int = 0
    line: int = 0

    def __str__(self) -> str:
        parts = [self.file]
        if self.document:
            parts.append(f"document {self.document}")
        if self.line:
            parts.append(f"line {self.line}")
        return ", ".join(part for part in parts if part)


class Remark(NamedTuple):
    """A problem, or a notice.

    :ivar origin: where it is
    :ivar code: of :data:`PROBLEMS` or :data:`NOTICES`
    :ivar values: of the sentence
    """

    origin: Origin
    code: str
    values: Mapping[str, Any]

    def __str__(self) -> str:
        text = TEXTS[self.code] % self.values
        origin = str(self.origin)
        return f"{origin}: {text}" if origin else text


def _lt(text: str) -> str:
    """Mark a text for translation."""
    return text


PROBLEMS = {
    # The folder and its files.
    "folder": _lt(
        "The folder %(path)s cannot be read (%(error)s). Correct"
        " reliability_objectives in odoo.conf, or let Odoo's user read the folder."
    ),
    "too_many_files": _lt(
        "The folder has %(count)s files; at most %(limit)s are read. Put"
        " several documents into one file, with a line --- between them."
    ),
    "unreadable": _lt("The file cannot be read (%(error)s). Let Odoo's user read it."),
    "no_file": _lt("This is no regular file. Remove it, or give it another ending."),
    "too_large": _lt("The file has more than %(limit)s bytes. Divide it."),
    "no_text": _lt("The file is not text in UTF-8. Save it as UTF-8."),
    "syntax": _lt("This is not valid YAML: %(error)s. Correct it."),
    "alias": _lt("Anchors and aliases (& and *) are not read. Write the value out."),
    "tag": _lt("Tags such as %(tag)s are not read. Remove the tag."),
    "too_deep": _lt("The document is nested too deep. Remove levels."),
    # The structure of documents.
    "version": _lt(
        "The apiVersion %(value)s is not read. Write openslo/v1, or"
        " reliability/v1 for operations."
    ),
    "kind": _lt("%(version)s has no kind %(value)s. Write one of: %(choices)s."),
    "duplicate": _lt(
        "%(kind)s %(name)s is defined twice, first in document %(number)s of"
        " %(file)s. Remove one of them."
    ),
    "duplicate_key": _lt("%(path)s is written twice. Remove one of them."),
    "unknown_key": _lt("%(path)s is unknown. Correct its spelling, or remove it."),
    "missing": _lt("%(path)s is missing. Add it."),
    "mapping": _lt(
        "%(path)s must have keys with values. Write them below it, indented."
    ),
    "list": _lt(
        "%(path)s must be a list. Write each element on a line, after a hyphen."
    ),
    "text": _lt("%(path)s must be a text."),
    "text_characters": _lt("%(path)s has control characters. Remove them."),
    "number": _lt(
        "%(path)s is %(value)s, which is not a number. Write a number without"
        " quotation marks, such as 99.5."
    ),
    "boolean": _lt("%(path)s is %(value)s. Write true or false."),
    "choice": _lt("%(path)s is %(value)s. Write one of: %(choices)s."),
    "code": _lt(
        "%(path)s is %(value)s. Write a code as in Odoo, such as"
        " order_confirmation: 2 to 63 lower-case letters, digits and underscores,"
        " beginning with a letter."
    ),
    # Thresholds.
    "percent": _lt(
        "%(path)s is %(value)s. Write a percentage from 0 to 100 with at most 2"
        " decimals."
    ),
    "seconds": _lt(
        "%(path)s is %(value)s. Write more than 0 seconds, with at most 2 decimals."
    ),
    "minutes": _lt("%(path)s is %(value)s. Write whole minutes, or 0."),
    # Objectives.
    "goal": _lt(
        "%(path)s is %(value)s. A goal lies between 0 %% and 100 %%, and is neither"
        " of them: 100 %% leaves no error budget. Write targetPercent: 99.5, for"
        " example."
    ),
    "goal_decimals": _lt(
        "%(path)s is %(value)s. A goal has at most 4 decimals as a"
        " percentage. Round it."
    ),
    "target": _lt(
        "%(path)s must have either target or targetPercent. Write one of them."
    ),
    "slice_goal": _lt(
        "%(path)s is %(value)s. Write more than 0 and at most 1, with at most"
        " 6 decimals, such as 0.95."
    ),
    "one_window": _lt("%(path)s must have exactly one element. Write one window."),
    "window": _lt("%(path)s is %(value)s. Windows are: %(choices)s."),
    "window_start": _lt(
        "%(path)s is %(value)s. This window begins at midnight, on a Monday"
        " or on the first day of a month or quarter. Write %(example)s."
    ),
    "zone": _lt(
        "%(path)s is %(value)s, which is not a time zone. Write one such as"
        " Europe/Berlin."
    ),
    "indicator": _lt(
        "%(path)s must have either indicator or indicatorRef. Write one of them."
    ),
    "metric": _lt(
        "%(path)s must have either ratioMetric or thresholdMetric. Write one of them."
    ),
    "unknown_indicator": _lt(
        "%(path)s is %(value)s, but no document SLI has this name."
        " Correct the name, or add the document."
    ),
    "composite": _lt(
        "An objective of several indicators is not possible. Write an SLO for"
        " each indicator."
    ),
    "mixed_sources": _lt(
        "The indicator mixes Odoo with other sources. Let Odoo measure all of it."
    ),
    "good_and_total": _lt(
        "%(path)s must have good and total: Odoo counts good events and"
        " all events. Write both, and neither bad nor raw."
    ),
    "total_differs": _lt(
        "%(path)s differs from that of good. Write the same family,"
        " operations and system."
    ),
    "gauge_metric": _lt(
        "%(path)s is %(value)s. A gauge belongs into thresholdMetric, and"
        " all other measures into ratioMetric. Move it."
    ),
    # What this database does not have.
    "unknown_service": _lt(
        "There is no service %(value)s here. Correct its code, or name the addon that"
        " brings it in the annotation reliability/addon."
    ),
    "unknown_operation": _lt(
        "There is no operation %(value)s here. Correct its code, or name the addon that"
        " brings it in the annotation reliability/addon."
    ),
    "unknown_addon": _lt(
        "There is no addon %(value)s on this server. Correct its name."
    ),
    "unknown_user": _lt(
        "There is no user with the login %(value)s here. Correct it, or create the"
        " user."
    ),
    "unknown_calendar": _lt(
        "There are no working hours called %(value)s here. Correct the name, or create"
        " them."
    ),
    "several_calendars": _lt(
        "Several working hours are called %(value)s here. Rename all but one."
    ),
    "unknown_measure": _lt("Odoo has no measure %(value)s. Write one of: %(choices)s."),
    "unknown_family": _lt(
        "There are no events of the kind %(value)s here. Write one of: %(choices)s."
    ),
    "unknown_gauge": _lt(
        "There is no gauge %(value)s here. Write one of: %(choices)s."
    ),
    "refused": _lt("Odoo refuses it: %(error)s"),
    "too_large_number": _lt(
        "%(path)s is %(value)s, which is too large. Write a smaller number."
    ),
}
"""Code → what is wrong, and what to do."""

NOTICES = {
    "not_carried_over": _lt(
        "%(path)s is not carried over: Odoo has nothing of the kind."
    ),
    "other_source": _lt("This SLO is left out: %(source)s measures it, not Odoo."),
    "other_objectives": _lt(
        "%(path)s has %(count)s elements; only the first is carried"
        " over. Write an SLO for each."
    ),
    "alerts": _lt(
        "%(path)s is not carried over: Odoo derives the alerts of an objective"
        " from its goal and window."
    ),
    "alert_document": _lt(
        "%(kind)s %(name)s is not carried over: Odoo derives the alerts"
        " of an objective from its goal and window, and notifies the people whom its"
        " service names."
    ),
    "document": _lt(
        "%(kind)s %(name)s is not carried over: Odoo has nothing of the kind."
    ),
    "unused": _lt("SLI %(name)s is left out: no SLO refers to it."),
}
"""Code → what is left out."""
TEXTS = PROBLEMS | NOTICES
