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
        text = (PROBLEMS | NOTICES)[self.code] % self.values
        origin = str(self.origin)
        return f"{origin}: {text}" if origin else text


PROBLEMS = {
    # The folder and its files.
    "folder": "The folder %(path)s cannot be read (%(error)s). Correct"
    " reliability_objectives in odoo.conf, or let Odoo's user read the folder.",
    "too_many_files": "The folder has %(count)s files; at most %(limit)s are read. Put"
    " several documents into one file, with a line --- between them.",
    "unreadable": "The file cannot be read (%(error)s). Let Odoo's user read it.",
    "no_file": "This is no regular file. Remove it, or give it another ending.",
    "too_large": "The file has more than %(limit)s bytes. Divide it.",
    "no_text": "The file is not text in UTF-8. Save it as UTF-8.",
    "syntax": "This is not valid YAML: %(error)s. Correct it.",
    "alias": "Anchors and aliases (& and *) are not read. Write the value out.",
    "tag": "Tags such as %(tag)s are not read. Remove the tag.",
    "too_deep": "The document is nested too deep. Remove levels.",
    # The structure of documents.
    "version": "The apiVersion %(value)s is not read. Write openslo/v1, or"
    " reliability/v1 for operations.",
    "kind": "%(version)s has no kind %(value)s. Write one of: %(choices)s.",
    "duplicate": "%(kind)s %(name)s is defined twice, first in %(first)s. Remove one of"
    " them.",
    "duplicate_key": "%(path)s is written twice. Remove one of them.",
    "unknown_key": "%(path)s is unknown. Correct its spelling, or remove it.",
    "missing": "%(path)s is missing. Add it.",
    "mapping": "%(path)s must have keys with values. Write them below it, indented.",
    "list": "%(path)s must be a list. Write each element on a line, after a hyphen.",
    "text": "%(path)s must be a text.",
    "text_characters": "%(path)s has control characters. Remove them.",
    "number": "%(path)s is %(value)s, which is not a number. Write a number without"
    " quotation marks, such as 99.5.",
    "boolean": "%(path)s is %(value)s. Write true or false.",
    "choice": "%(path)s is %(value)s. Write one of: %(choices)s.",
    "code": "%(path)s is %(value)s. Write a code as in Odoo, such as"
    " order_confirmation: 2 to 63 lower-case letters, digits and underscores, beginning"
    " with a letter.",
    # Thresholds.
    "percent": "%(path)s is %(value)s. Write a percentage from 0 to 100 with at most 2"
    " decimals.",
    "seconds": "%(path)s is %(value)s. Write more than 0 seconds, with at most 2"
    " decimals.",
    "minutes": "%(path)s is %(value)s. Write whole minutes, or 0.",
    # Objectives.
    "goal": "%(path)s is %(value)s. A goal lies between 0 %% and 100 %%, and is neither"
    " of them: 100 %% leaves no error budget. Write targetPercent: 99.5, for example.",
    "goal_decimals": "%(path)s is %(value)s. A goal has at most 4 decimals as a"
    " percentage. Round it.",
    "target": "%(path)s must have either target or targetPercent. Write one of them.",
    "slice_goal": "%(path)s is %(value)s. Write more than 0 and at most 1, with at most"
    " 6 decimals, such as 0.95.",
    "one_window": "%(path)s must have exactly one element. Write one window.",
    "window": "%(path)s is %(value)s. Windows are: %(choices)s.",
    "window_start": "%(path)s is %(value)s. This window begins at midnight, on a Monday"
    " or on the first day of a month or quarter. Write %(example)s.",
    "zone": "%(path)s is %(value)s, which is not a time zone. Write one such as"
    " Europe/Berlin.",
    "indicator": "%(path)s must have either indicator or indicatorRef. Write one of"
    " them.",
    "metric": "%(path)s must have either ratioMetric or thresholdMetric. Write one of"
    " them.",
    "unknown_indicator": "%(path)s is %(value)s, but no document SLI has this name."
    " Correct the name, or add the document.",
    "composite": "An objective of several indicators is not possible. Write an SLO for"
    " each indicator.",
    "mixed_sources": "The indicator mixes Odoo with other sources. Let Odoo measure all"
    " of it.",
    "good_and_total": "%(path)s must have good and total: Odoo counts good events and"
    " all events. Write both, and neither bad nor raw.",
    "total_differs": "%(path)s differs from that of good. Write the same family,"
    " operations and system.",
    "gauge_metric": "%(path)s is %(value)s. A gauge belongs into thresholdMetric, and"
    " all other measures into ratioMetric. Move it.",
    "too_large_number": "%(path)s is %(value)s, which is too large. Write a smaller"
    " number.",
}
"""Code → what is wrong, and what to do."""

NOTICES = {
    "not_carried_over": "%(path)s is not carried over: Odoo has nothing of the kind.",
    "other_source": "This SLO is left out: %(source)s measures it, not Odoo.",
    "other_objectives": "%(path)s has %(count)s elements; only the first is carried"
    " over. Write an SLO for each.",
    "alerts": "%(path)s is not carried over: Odoo derives the alerts of an objective"
    " from its goal and window.",
    "alert_document": "%(kind)s %(name)s is not carried over: Odoo derives the alerts"
    " of an objective from its goal and window, and notifies the people whom its"
    " service names.",
    "document": "%(kind)s %(name)s is not carried over: Odoo has nothing of the kind.",
    "unused": "SLI %(name)s is left out: no SLO refers to it.",
}
"""Code → what is left out."""
