"""Checks by SQL: is it the database it should be, complete, and consistent?

They run before the database is neutralized, which deletes what they read.
"""

from .. import documents, heartbeat, manifest
from .cluster import Cluster
from .evidence import Evidence, PhaseFailed, moment

_MAX_NAMED = 3
_UUID = "SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'"
_INSTALL = "Production writes it where reliability_recovery is installed."


def check_data(
    cluster: Cluster, database: str, wanted: str | None, evidence: Evidence
) -> None:
    """Add the results of all checks to the evidence.

    :param wanted: the ``database.uuid`` that it should have; ``None`` for any
    """
    with cluster.cursor(database) as cr:
        _check_identity(cr, wanted, evidence)
        _check_pages(cluster, database, evidence)
        _check_heartbeat(cluster, cr, evidence)
        _check_manifest(cr, evidence)
        _check_figures(cr, manifest.stored_figures(cr) or {}, evidence)


def _check_identity(cr, wanted, evidence):
    cr.execute(_UUID)
    (uuid,) = cr.fetchone() or (None,)
    evidence.content["database_uuid"] = uuid
    if not wanted:
        text = f"It is {uuid}; --uuid does not say which one it must be."
        evidence.check("identity", text, is_skipped=True)
        return
    is_other = uuid != wanted
    evidence.check("identity", f"It is the database {uuid}, not {wanted}." * is_other)


def _check_heartbeat(cluster, cr, evidence):
    """Find the newest heartbeat, also the cluster's, in whichever database it is.

    And which documents are inside since then: production compares them with its own.
    """
    found = [heartbeat.newest(cr)]
    for name in cluster.databases():
        with cluster.cursor(name) as other:
            found.append(heartbeat.newest(other, of_cluster=True))
    newest = max(filter(None, found), default=None)
    evidence.content["heartbeats"]["database"] = newest and moment(newest)
    text = "" if newest else f"There is no heartbeat. {_INSTALL}"
    evidence.check("heartbeat", text, is_skipped=not newest)
    if newest:
        evidence.content["documents"] = [
            {"table": table, "since": moment(since), "ids": ids}
            for table, since, ids in documents.found(cr, newest)
        ]


def _check_pages(cluster, database, evidence):
    """Read all tables and indexes: a damaged page is noticed when it is read."""
    options = "--install-missing", "--no-strict-names", f"--database={database}"
    try:
        cluster.client("pg_amcheck", *options)
    except PhaseFailed as error:
        evidence.check("pages", str(error))
    else:
        evidence.check("pages", "")


def _check_manifest(cr, evidence):
    found = manifest.comparison(cr)
    differences = [one.text for one in found.differences]
    text = _named(differences, "parts are not as they were in production")
    if not found.compared:
        text = f"There is no manifest. {_INSTALL}"
    evidence.check("manifest", text, is_skipped=not found.compared)


def _check_figures(cr, before, evidence):
    """Compare faults with those of production: a backup is not to blame for them.

    :param before: the figures that production had; empty if they are unknown
    """
    now = manifest.figures(cr)
    for name, text in (
        ("stock", "products and places whose quants differ from their moves"),
        ("entries", "posted journal entries that do not balance"),
    ):
        found = now[name]
        if found is None:
            evidence.check(name, "Its app is not installed.", is_skipped=True)
        elif name not in before and found:
            text = f"{found} {text}; how many production has is unknown."
            evidence.check(name, text, is_skipped=True)
        else:
            known = before.get(name) or 0
            is_worse = found > known
            evidence.check(name, f"{found} {text}; production had {known}." * is_worse)
    evidence.check("sequences", _sequences(cr, before, now["sequences"]))


def _sequences(cr, before, now):
    """Return which sequences would give out a number that was used already."""
    used = dict(before.get("sequences") or {})
    for table in manifest.TABLES:
        if manifest.columns_of(cr, table):
            name = f"{table}_id_seq"
            used[name] = max(manifest.watermark(cr, table), used.get(name, 0))
    behind = [name for name, value in used.items() if now.get(name, 0) < value]
    return _named(behind, "sequences are behind numbers that were used")


def _named(found, text):
    """Return a sentence about what was found; empty if nothing was."""
    if not found:
        return ""
    named = ", ".join(found[:_MAX_NAMED])
    return f"{len(found)} {text}: {named}" + (" …" * (len(found) > _MAX_NAMED))
