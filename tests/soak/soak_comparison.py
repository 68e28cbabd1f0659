"""What happened in one database, as four tell it: itself, /metrics, and rollups."""

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
    """What is counted apart.

    :ivar family: ``operation``, ``http``, ``cron`` or ``cron_delay``
    :ivar name: of the operation or scheduled action; method and route of a request
    :ivar how: the outcome; status and error of a request that was answered
    """

    family: str
    name: str
    how: str


def _operation(of):
    return Key("operation", of["operation"], of["outcome"])


def _request(of):
    name = f"{of['http_request_method']} {of['http_route']}"
    how = f"{of['http_response_status_code']} {of['error_type']}".strip()
    return Key("http", name, how)


def _scheduled_action(of):
    return Key("cron", of["cron"], of["outcome"])


def _delay(of):
    return Key("cron_delay", of["cron"], "")


_KEYS = {
    COUNT: _operation,
    "odoo_http_server_request_duration_seconds_count": _request,
    "odoo_cron_duration_seconds_count": _scheduled_action,
    "odoo_cron_delay_seconds_count": _delay,
}


class Gauge(NamedTuple):
    """What is known from elsewhere.

    :ivar done: what is in the database, or what users were shown
    :ivar least, most: what may be counted: of some nobody can know how they ended
    """

    done: int
    least: int
    most: int


@dataclass(frozen=True)
class Comparison:
    """What each tells of one database.

    :ivar metrics, minutes, hours: key → calls
    """

    facts: dict[Key, Gauge]
    metrics: Counter
    minutes: Counter
    hours: Counter

    @property
    def keys(self):
        """Everything that somebody tells of, in order."""
        return sorted({*self.facts, *self.metrics, *self.minutes, *self.hours})

    def differences(self):
        """Yield what does not agree, in words."""
        for key in self.keys:
            counts = [self.metrics[key], self.minutes[key], self.hours[key]]
            if len(set(counts)) > 1:
                yield "{}: {} in /metrics, {} by minute, {} by hour".format(
                    " ".join(key), *counts
                )
            fact = self.facts.get(key)
            if fact and not fact.least <= counts[0] <= fact.most:
                yield (
                    f"{' '.join(key)}: {fact.done} are facts, so {fact.least} to"
                    f" {fact.most} should be counted, and {counts[0]} are"
                )

    def lines(self):
        """Yield a table: operations apart, the rest added up."""
        yield _line("", "facts", "/metrics", "by minute", "by hour")
        for key in self.keys:
            if key.family == "operation" or key in self.facts:
                yield self._line(f"{key.name} {key.how}", [key], self.facts.get(key))
        for family, title in (
            ("http", "all requests"),
            ("cron", "scheduled actions"),
            ("cron_delay", "their delays"),
        ):
            yield self._line(title, [key for key in self.keys if key.family == family])

    def _line(self, title, keys, fact=None):
        told = (self.metrics, self.minutes, self.hours)
        sums = (sum(counts[key] for key in keys) for counts in told)
        return _line(title, fact.done if fact else "", *sums)


def done_in(database):
    """Return how many of each operation are done: operation → records."""
    return {name: int(postgres.psql(sql, database)) for name, sql in DONE.items()}


def compare(database, samples, before, portal):
    """Return what everybody tells of a database.

    :param samples: of ``/metrics``
    :param before: :func:`done_in` the database before anything was measured
    :param portal: the :class:`Portal` with what a customer was shown
    """
    metrics = _in_metrics(samples, database)
    facts = {
        Key("http", f"GET {page}", "200"): Gauge(
            answers["shown"], answers["shown"], answers["shown"] + answers["broken"]
        )
        for page, answers in portal.answers.items()
    }
    for operation, count in done_in(database).items():
        done = count - before[operation]
        unknown = metrics[Key("operation", operation, "unknown")]
        success = Key("operation", operation, "success")
        facts[success] = Gauge(done, done - unknown, done)
    return Comparison(
        facts,
        metrics,
        _in_rollups(database, "minute"),
        _in_rollups(database, "hour"),
    )


def _in_metrics(samples, database):
    found = Counter()
    for (name, labels), value in samples.items():
        of = dict(labels)
        if name in _KEYS and of["db"] == database and value:
            found[_KEYS[name](of)] += int(value)
    return found


def _in_rollups(database, table):
    rows = json.loads(postgres.psql(_ROLLUPS.format(table=table), database))
    return Counter({Key(*key): calls for *key, calls in rows})


def _line(title, *cells):
    return f"    {title:<42}" + "".join(f"{cell:>11}" for cell in cells)
