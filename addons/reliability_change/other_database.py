"""What another database of the server says of its deployments, read by plain SQL."""

from collections.abc import Iterable
from datetime import datetime

from odoo.addons.reliability.api import SwitchParameter, connected, transaction

from .databases import DONE, PARTIAL, RUNNING, Answer, Part
from .rollout import Change

SECONDS = 5.0
"""For a database that is slow or locked: it is asked again later."""
_NEUTRALIZED = SwitchParameter("database.is_neutralized")
_IS_HERE = """
    SELECT to_regclass('public.reliability_deployment') IS NOT NULL
       AND to_regclass('public.reliability_fingerprint') IS NOT NULL
"""
_IS_NEUTRALIZED = "SELECT value FROM public.ir_config_parameter WHERE key = %s"
_KNOWN_SINCE = "SELECT min(seen) FROM public.reliability_fingerprint"
_VERSIONS = """
    SELECT name, coalesce(latest_version, '') FROM public.ir_module_module
     WHERE name = ANY(%s) AND state IN ('installed', 'to upgrade', 'to remove')
"""
_DEPLOYMENTS = """
    SELECT deployment.begin, deployment."end", deployment.state,
           coalesce(deployment.not_upgraded, ''),
           ARRAY(SELECT ARRAY[kind, name, coalesce(before, ''), coalesce(after, '')]
                   FROM public.reliability_deployment_change AS change
                  WHERE change.deployment_id = deployment.id ORDER BY kind, name),
           ARRAY(SELECT host::text FROM public.reliability_deployment_target AS target
                  WHERE target.deployment_id = deployment.id AND state = 'behind'
                  ORDER BY host)
      FROM public.reliability_deployment AS deployment
     WHERE begin >= %s AND is_seen AND user_id IS NULL AND "end" IS NOT NULL
     ORDER BY begin, id
"""
_STATES = {"running": RUNNING, "done": DONE}
"""Of deployments; the others are partial: not all of it runs."""


def ask(name: str, since: datetime, modules: Iterable[str]) -> Answer | None:
    """Return what a database says; ``None`` if its deployments do not count.

    It has none without this addon, and a neutralized copy is not in production.
    The connection is closed at once: people must be able to drop the database.

    :param name: of the database
    :param since: the begin of its first deployment that is read, in UTC
    :param modules: whose versions are read
    :raise psycopg2.Error: it cannot be asked
    """
    with connected(name, SECONDS) as connection:
        connection.readonly = True
        with transaction(connection, SECONDS) as cr:
            if not _has_deployments(cr):
                return None
            cr.execute(_KNOWN_SINCE)
            (known_since,) = cr.fetchone()
            cr.execute(_VERSIONS, [list(modules)])
            versions = dict(cr.fetchall())
            cr.execute(_DEPLOYMENTS, [since])
            parts = tuple(_part(name, *row) for row in cr.fetchall())
            return Answer(known_since, versions, parts)


def _has_deployments(cr):
    cr.execute(_IS_HERE)
    if not cr.fetchone()[0]:
        return False
    cr.execute(_IS_NEUTRALIZED, [_NEUTRALIZED.key])
    found = cr.fetchone()
    return not (found and _NEUTRALIZED.parse(found[0]))


def _part(database, begin, end, state, not_upgraded, changes, hosts_behind):
    return Part(
        database,
        begin,
        end,
        _STATES.get(state, PARTIAL),
        tuple(Change(*one) for one in changes),
        tuple(name for name in not_upgraded.split(", ") if name),
        tuple(hosts_behind),
    )
