"""Compare the calls of one database: its records, /metrics, and both rollups."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from metrics import COUNT

from setup import postgres

DONE = {
    "order_confirmation": "SELECT count(*) FROM sale_order WHERE state = 'sale'",
    "transfer_validation": "SELECT count(*) FROM stock_picking WHERE state = 'done'",
    "invoice_posting": "SELECT count(*) FROM account_move WHERE state = 'posted'",
}
_ROLLUPS = """
    SELECT coalesce(json_agg(json_build_array(family, operation, how, calls)), '[]')
      FROM (SELECT family, operation, sum(count) AS calls,
                   CASE WHEN family = 'cron_delay' THEN ''
                        WHEN family = 'http' AND outcome NOT IN ('killed', 'unknown')
                        THEN dimension ELSE outcome END AS how
              FROM reliability_rollup_{table} AS rollup
              JOIN reliability_series AS series ON series.id = rollup.series_id
             WHERE family IN ('operation', 'http', 'cron', 'cron_delay')
             GROUP BY family, operation, how) AS added
"""


class Key(NamedTuple):
    """A key of counts.

    :ivar family: ``operation``, ``http``, ``cron`` or ``cron_delay``
    :ivar name: of the operation or scheduled action; method and route of a request
    :ivar how: the outcome; status and error of a request with a response
    """

    family: str
    name: str
    how: str


def _operation(labels):
    return Key("operation", labels["operation"], labels["outcome"])


def _request(labels):
    name = f"{labels['http_request_method']} {labels['http_route']}"
    how = f"{labels['http_response_status_code']} {labels['error_type']}".strip()
    return Key("http", name, how)


def _scheduled_action(labels):
    return Key("cron", labels["cron"], labels["outcome"])


def _delay(labels):
    return Key("cron_delay", labels["cron"], "")


_KEYS = {
    COUNT: _operation,
    "odoo_http_server_request_duration_seconds_count": _request,
    "odoo_cron_duration_seconds_count": _scheduled_action,
    "odoo_cron_delay_seconds_count": _delay,
}


class Expected(NamedTuple):
    """The number of calls that should be counted.

    :ivar done: records in the database, or pages that users were shown
    :ivar low, high: bounds of the count; they differ where outcomes are unknown
    """

    done: int
    low: int
    high: int


@dataclass(frozen=True)
class Comparison:
    """The counts of one database.

    :ivar metrics, minutes, hours: key → calls
    """

    expected: dict[Key, Expected]
    metrics: Counter
    minutes: Counter
    hours: Counter

    @property
    def keys(self):
        """All keys, sorted."""
        return sorted({*self.expected, *self.metrics, *self.minutes, *self.hours})

    def differences(self):
        """Yield descriptions of the keys whose counts do not agree."""
        for key in self.keys:
            counts = [self.metrics[key], self.minutes[key], self.hours[key]]
            if len(set(counts)) > 1:
                yield "{}: {} in /metrics, {} by minute, {} by hour".format(
                    " ".join(key), *counts
                )
            expected = self.expected.get(key)
            if expected and not expected.low <= counts[0] <= expected.high:
                yield (
                    f"{' '.join(key)}: {expected.done} are done, so {expected.low} to"
                    f" {expected.high} should be counted, and {counts[0]} are"
                )

    def lines(self):
        """Yield the lines of a table: each operation, and sums of other families."""
        yield _line("", "done", "/metrics", "by minute", "by hour")
        for key in self.keys:
            if key.family == "operation" or key in self.expected:
                expected = self.expected.get(key)
                yield self._line(f"{key.name} {key.how}", [key], expected)
        for family, title in (
            ("http", "all requests"),
            ("cron", "scheduled actions"),
            ("cron_delay", "their delays"),
        ):
            yield self._line(title, [key for key in self.keys if key.family == family])

    def _line(self, title, keys, expected=None):
        sources = (self.metrics, self.minutes, self.hours)
        sums = (sum(counts[key] for key in keys) for counts in sources)
        return _line(title, expected.done if expected else "", *sums)


def done_in(database):
    """Return the records that are done: operation → number."""
    return {name: int(postgres.psql(sql, database)) for name, sql in DONE.items()}


def compare(database, samples, before, portal):
    """Return the :class:`Comparison` of a database.

    :param samples: of ``/metrics``
    :param before: :func:`done_in` the database before the first measured call
    :param portal: the :class:`Portal` with a customer's answers
    """
    metrics = _in_metrics(samples, database)
    expected = {
        Key("http", f"GET {page}", "200"): Expected(
            answers["shown"], answers["shown"], answers["shown"] + answers["broken"]
        )
        for page, answers in portal.answers.items()
    }
    for operation, count in done_in(database).items():
        done = count - before[operation]
        unknown = metrics[Key("operation", operation, "unknown")]
        success = Key("operation", operation, "success")
        expected[success] = Expected(done, done - unknown, done)
    return Comparison(
        expected,
        metrics,
        _in_rollups(database, "minute"),
        _in_rollups(database, "hour"),
    )


def _in_metrics(samples, database):
    found = Counter()
    for (name, pairs), value in samples.items():
        labels = dict(pairs)
        if name in _KEYS and labels["db"] == database and value:
            found[_KEYS[name](labels)] += int(value)
    return found


def _in_rollups(database, table):
    rows = json.loads(postgres.psql(_ROLLUPS.format(table=table), database))
    return Counter({Key(*key): calls for *key, calls in rows})


def _line(title, *cells):
    return f"    {title:<42}" + "".join(f"{cell:>11}" for cell in cells)
