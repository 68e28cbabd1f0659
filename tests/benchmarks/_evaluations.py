"""What incidents add to one evaluation: what changes before it, and what it does."""

from contextlib import contextmanager

from odoo import Command, fields

QUIET, CHANGES, OPENED = (
    "nothing has changed",
    "10 alerts are worse, 10 are over and 10 more in open incidents",
    "a new incident, and one person is notified by an activity",
)
GOALS = {QUIET: 0.05, CHANGES: 0.05, OPENED: 0.05}
THRESHOLDS = {QUIET: 0.1, CHANGES: 0.2, OPENED: 0.25}
"""Seconds: goals of time, limits of processor time in Python and PostgreSQL."""

CODE = "without_incidents"
"""Of a service that has none yet."""

# Of each present evidence one alert; they have the same ids in this empty database.
_ALERTS = """
    WITH present AS (
        SELECT row_number() OVER (ORDER BY id) + %(last)s AS number, *
          FROM reliability_incident_evidence WHERE is_present
    ), alerts AS (
        INSERT INTO reliability_alert_evidence
               (id, provider, cause, service_id, company_id, warehouse, subject,
                severity, urgency, count, opened, since, is_present, is_shared,
                is_sampled)
        SELECT number, provider, cause, service_id, company_id, warehouse, id,
               severity, 5, count, opened, since, true, false, false
          FROM present
    ), people AS (
        INSERT INTO reliability_alert (id, evidence_id)
        SELECT number, number FROM present
    )
    UPDATE reliability_incident_evidence AS evidence
       SET alert_id = number, subject = evidence.id
      FROM present
     WHERE present.id = evidence.id
"""
_LAST = """
    SELECT greatest((SELECT max(id) FROM reliability_alert),
                    (SELECT max(id) FROM reliability_alert_evidence), 0)
"""
_NEXT = """
    SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {}))
"""
_FIRST = "SELECT id FROM reliability_alert_evidence WHERE is_present ORDER BY id LIMIT"
_WORSE = f"""
    UPDATE reliability_alert_evidence SET count = count + 1
     WHERE id IN ({_FIRST} 10)
"""
_OVER = f"""
    UPDATE reliability_alert_evidence SET is_present = false, closed = %s
     WHERE id IN ({_FIRST} 10 OFFSET 10)
"""
_MORE = f"""
    INSERT INTO reliability_alert_evidence
           (provider, cause, service_id, company_id, warehouse, subject, severity,
            urgency, count, opened, since, is_present, is_shared, is_sampled)
    SELECT provider, %s, coalesce(%s, service_id), company_id, warehouse, subject,
           severity, 5, 1, %s, %s, true, false, false
      FROM reliability_alert_evidence WHERE id IN ({_FIRST} %s OFFSET 20)
 RETURNING id
"""


def fill(env):
    """Give all present evidence its alert; all services notify one person."""
    env.cr.execute(_LAST)
    env.cr.execute(_ALERTS, {"last": env.cr.fetchone()[0]})
    for table in ("reliability_alert", "reliability_alert_evidence"):
        env.cr.execute(_NEXT.format(table), [table])
        env.cr.execute(f"ANALYZE {table}")
    env["reliability.service"].create({"name": "Without incidents", "code": CODE})
    admin = env.ref("base.user_admin")
    env["reliability.service"].search([]).notify_user_ids = [Command.set(admin.ids)]
    evaluate(env, fields.Datetime.now())  # closes and notifies what is due
    env.cr.commit()


def evaluate(env, now):
    """Do what `reliability_incident` adds to an evaluation."""
    env["reliability.incident"]._evaluate(now)
    env["reliability.incident.impact"]._follow(now)
    env["reliability.notification"]._notify(now)
    env.flush_all()


def evaluations(env, clock):
    """Return name of an evaluation → function of a `Sample`; nothing is kept."""
    now = fields.Datetime.now()

    def side(change):
        def once(sample):
            env.invalidate_all()
            with _undone(env):
                change(env, now)
                with sample.timed(clock):
                    evaluate(env, now)

        return once

    return {
        QUIET: side(lambda _env, _now: None),
        CHANGES: side(_change),
        OPENED: side(_appear),
    }


def _change(env, now):
    env.cr.execute(_WORSE)
    env.cr.execute(_OVER, [now])
    _add(env, "more", None, now, 10)


def _appear(env, now):
    service = env["reliability.service"]._by_code(CODE)
    _add(env, "new", service.id, now, 1)


def _add(env, cause, service, now, count):
    env.cr.execute(_MORE, [cause, service, now, now, count])
    rows = [{"evidence_id": row_id} for (row_id,) in env.cr.fetchall()]
    quiet = {"tracking_disable": True, "mail_create_nosubscribe": True}
    env["reliability.alert"].with_context(**quiet).create(rows)
    env.flush_all()
    env.invalidate_all()


@contextmanager
def _undone(env):
    """Undo what the block has written."""
    env.cr.execute("SAVEPOINT evaluation")
    yield
    env.cr.execute("ROLLBACK TO SAVEPOINT evaluation")
    env.invalidate_all()
