"""People act on alerts while services are evaluated: nothing that they do is lost."""

from concurrent.futures import ThreadPoolExecutor

from evaluating import evaluate

from setup import postgres
from setup.traffic import ApiUser

ALERTS = 1000
FAIL = """
    INSERT INTO reliability_exchange
           (integration_id, operation, identity, state, error_class, company_id,
            started, orphan_count, attempt_count, repeatable, direction)
    SELECT {system}, 'label', 'probe ' || n, 'failed', 'Error ' || n, 1,
           now() AT TIME ZONE 'UTC', 0, 1, 'unsafe', 'out'
      FROM generate_series(1, {alerts}) AS n
"""
ACKNOWLEDGED = (
    "SELECT count(*) FROM reliability_alert WHERE acknowledged_at IS NOT NULL"
)
COUNTED = "SELECT min(count) FROM reliability_alert_evidence WHERE error <> ''"


def test_no_acknowledgement_is_lost_while_services_are_evaluated(
    make_server, admin, database
):
    """Each evaluation counts one more failure of each of a thousand causes."""
    server = make_server(workers=3, options={"max_cron_threads": 0})
    user = admin(server)
    system = user.call(
        "reliability.integration", "create", {"name": "Probe", "code": "probe"}
    )

    def fail_and_evaluate():
        postgres.psql(FAIL.format(system=system, alerts=ALERTS), database)
        evaluate(user)

    fail_and_evaluate()
    alerts = user.call("reliability.alert", "search", [("error", "like", "Error ")])
    assert len(alerts) == ALERTS

    def acknowledge(part):
        person = ApiUser(server.url, database, "admin", "admin")
        for alert in part:
            person.call("reliability.alert", "action_acknowledge", [alert])

    with ThreadPoolExecutor() as pool:
        people = [pool.submit(acknowledge, alerts[n::2]) for n in range(2)]
        evaluations = 1
        while not all(person.done() for person in people):
            fail_and_evaluate()
            evaluations += 1
        for person in people:
            person.result()
    assert evaluations > 1
    assert postgres.psql(ACKNOWLEDGED, database).strip() == str(ALERTS)
    assert postgres.psql(COUNTED, database).strip() == str(evaluations)
