"""A copy of the ledger beside its database: after a disaster, it knows more.

Each line of the copy is a message of ``data/ledger.sql``: what was known of an attempt
at that moment.  An attempt has a line when it has begun, and one more when its outcome
is known; one that was copied after that has one line.  Calls that only read are left
out, since they leave nothing at the partner system.

Nothing is written to the database.
"""

import json
from datetime import UTC, datetime, timedelta

from ..models.retention import DONE_DAYS
from .constants import SAFE
from .copy_folder import CopyFolder, Position, Refused

_MAX_DAYS = 35
"""The copy's retention.  It never exceeds that of the ledger: what the ledger has
deleted must not look as if it were lost."""
_BATCH = 1000
_REACH = 1000
"""Ids: attempts are committed within seconds, but not in their order."""
_MAX_OPEN = 1000
"""Attempts without an outcome that are looked at again, the newest."""
_STEP = 20_000
"""States that are read at once; more than are read again."""

_UUID = "database.uuid"
_SETTINGS = "SELECT key, value FROM ir_config_parameter WHERE key IN %s"
_OUTCOME = "CASE WHEN attempt.presumed IS NOT TRUE THEN outcome END"
"""A presumption says nothing: the restored ledger presumes the same."""
_STATES = f"""
    SELECT attempt.id, extract(epoch FROM attempt.started)::double precision,
           concat_ws(' ', left(uid, 8), {_OUTCOME})
      FROM reliability_attempt AS attempt
      JOIN reliability_exchange AS exchange ON exchange.id = exchange_id
     WHERE repeatable <> '{SAFE}'
"""
_AMONG = f"{_STATES} AND attempt.id = ANY(%s)"
_AFTER = f"""
    {_STATES} AND attempt.id > %s
       AND attempt.started > now() AT TIME ZONE 'UTC' - %s * interval '1 day'
     ORDER BY attempt.id LIMIT %s
"""
_MESSAGES = f"""
    SELECT jsonb_strip_nulls(jsonb_build_object(
               'uid', uid, 'integration', integration.code, 'operation', operation,
               'direction', direction, 'repeatable', repeatable,
               'retry_method', retry_method,
               'key', CASE WHEN identity LIKE 'key %%' THEN substr(identity, 5) END,
               'retry_scope', concat_ws(' ', 'copy', exchange.id,
                                        extract(epoch FROM exchange.started)::bigint),
               'model', nullif(res_model, ''), 'ids', res_id::text,
               'description', res_name, 'company', exchange.company_id,
               'warehouse', warehouse,
               'started', extract(epoch FROM attempt.started), 'host', host,
               'user', user_id, 'job', job, 'database_identity', database_identity,
               'outcome', {_OUTCOME}, 'seconds', attempt.seconds, 'status', status,
               'calls', calls, 'external_seconds', external_seconds,
               'error_class', attempt.error_class, 'error_message', error_message,
               'references', (
                   SELECT jsonb_agg(jsonb_build_object('name', name, 'kind', kind))
                     FROM reliability_reference WHERE attempt_id = attempt.id)))
      FROM reliability_attempt AS attempt
      JOIN reliability_exchange AS exchange ON exchange.id = exchange_id
      JOIN reliability_integration AS integration ON integration.id = integration_id
     WHERE attempt.id = ANY(%s) ORDER BY attempt.id
"""


def copy(cursor, folder: CopyFolder) -> int:
    """Add to a copy what the ledger has learned since the last time.

    :return: the number of lines that were added
    :raise Refused: the copy is newer than the ledger, or of another database; it is
        not changed
    :raise OSError: the folder cannot be written
    """
    settings = _settings(cursor)
    days = min(_MAX_DAYS, DONE_DAYS.parse(settings.get(DONE_DAYS.key)))
    now = datetime.now(UTC)
    oldest, today = now - timedelta(days=days), now.date()
    with folder.locked():
        position = folder.position()
        check_database(cursor, position)
        position = _checked(cursor, position, oldest)
        position = position._replace(database=settings[_UUID])
        added, is_more = 0, True
        with folder.appending(position, today) as file:
            while is_more:
                rows = _states(cursor, position, days)
                known = dict(position.states)
                changed = [id_ for id_, _, state in rows if known.get(id_) != state]
                added += _write(cursor, changed, file)
                is_more = len(rows) >= _STEP
                position = _after(position, rows)
        folder.set_position(folder.end(position, today))
        folder.delete_before(oldest.date())
    return added


def check_database(cursor, position: Position) -> None:
    """Check that a copy is of this database.

    :raise Refused: it is not
    """
    if position.database not in ("", _settings(cursor)[_UUID]):
        raise Refused("The copy is of another database: its database.uuid differs.")


def _settings(cursor):
    cursor.execute(_SETTINGS, [(_UUID, DONE_DAYS.key)])
    return dict(cursor.fetchall())


def _checked(cursor, position, oldest):
    """Return the position from which the copy goes on.

    What the ledger knows of an attempt only grows, and its newest attempt stays, unless
    it is so old that the ledger may have deleted it.

    :raise Refused: the ledger knows less than the copy
    """
    cursor.execute(_AMONG, [[id_ for id_, _ in position.states]])
    now = {id_: state for id_, _, state in cursor.fetchall()}
    is_newest_gone = position.last and position.last not in now
    if is_newest_gone and position.started < oldest.timestamp():
        return position._replace(last=0, states=())
    if is_newest_gone or any(
        not now.get(id_, state).startswith(state) for id_, state in position.states
    ):
        raise Refused(
            "The copy is newer than the ledger: the database was restored. Compare them"
            " with --compare and --record; then the copy goes on."
        )
    return position


def _states(cursor, position, days):
    """Return ``(id, started, state)`` of attempts that may have changed, by id."""
    start = max(position.last - _REACH, 0)
    cursor.execute(_AMONG, [[id_ for id_, _ in position.states if id_ <= start]])
    still_open = cursor.fetchall()
    cursor.execute(_AFTER, [start, days, _STEP])
    return sorted(still_open) + cursor.fetchall()


def _after(position, rows):
    """Return how far the copy has come after it has these rows."""
    if not rows:
        return position
    last, started, _state = rows[-1]
    if last <= position.last:
        last, started = position.last, position.started
    near = [(id_, state) for id_, _, state in rows if id_ > last - _REACH]
    still_open = [
        (id_, state)
        for id_, _, state in rows
        if id_ <= last - _REACH and " " not in state
    ]
    states = (*still_open[-_MAX_OPEN:], *near)
    return position._replace(last=last, started=started, states=states)


def _write(cursor, ids, file):
    """Write the messages of attempts; return their number."""
    written = 0
    for start in range(0, len(ids), _BATCH):
        cursor.execute(_MESSAGES, [ids[start : start + _BATCH]])
        for (message,) in cursor.fetchall():
            file.write(f"{json.dumps(message)}\n".encode())
            written += 1
    return written
