"""Outgoing mail on a real server: counts of sent and failed mails, and alerts."""

import xmlrpc.client
from contextlib import suppress

import pytest
from evaluating import evaluate
from metrics import wait_for
from smtp import mail_server

from setup import postgres

MAIL = {"email_from": "odoo@example.org", "subject": "Order", "body_html": "<p>Yes</p>"}

NO_OTHERS = """
    UPDATE mail_mail SET state = 'cancel' WHERE state IN ('outgoing', 'exception')
"""


@pytest.fixture
def user(make_server, admin, database):
    server = make_server(options={"max_cron_threads": 0})
    user = admin(server)
    user.server = server
    postgres.psql(NO_OTHERS, database)
    return user


def send(user, server, address):
    """Send a mail as a user; it may fail."""
    mail = MAIL | {"email_to": address, "mail_server_id": server}
    created = user.call("mail.mail", "create", mail)
    with suppress(xmlrpc.client.Fault):  # XML-RPC cannot express the return value
        user.call("mail.mail", "send", created)


def test_mails_are_counted_by_result_and_failures_become_alerts(user, database):
    with mail_server() as port:
        there = {"name": "Post", "smtp_host": "127.0.0.1", "smtp_port": port}
        server = user.call("ir.mail_server", "create", there)
        send(user, server, "anna@example.org")
        send(user, server, "nobody@example.org")
        send(user, server, "")
    send(user, server, "anna@example.org")  # the mail server has stopped by now
    user.call("mail.mail", "create", MAIL | {"email_to": "anna@example.org"})
    samples = wait_for(
        user.server, lambda s: by_reason(s, "odoo_mail_waiting") == {"": 1.0}
    )
    assert by_reason(samples, "odoo_mail_sent_total") == {"": 1.0}
    failed = {"unknown": 1.0, "mail_email_missing": 1.0, "mail_smtp": 1.0}
    assert by_reason(samples, "odoo_mail_failed_total") == failed
    # Odoo itself does not store the reason where it had no connection.
    undelivered = {"unknown": 2.0, "mail_email_missing": 1.0}
    assert by_reason(samples, "odoo_mail_undelivered") == undelivered
    sending = {"operation": "mail_sending", "outcome": "success"}
    count = "odoo_operation_duration_seconds_count"
    assert by_reason(samples, count, **sending) == {"": 1.0}
    # The conversation with the mail server is external time.
    assert (
        "t"
        == postgres.psql(
            "SELECT bool_and(external > 0.9 * seconds) FROM reliability_rollup_minute"
            " JOIN reliability_series AS series ON series.id = series_id"
            " WHERE operation = 'mail_sending' AND outcome = 'success'",
            database,
        ).strip()
    )
    texts = read_alerts(user)
    assert [text.partition(":")[0] for text in texts] == [
        "1 e-mail could not be sent"
    ] * 3
    reasons = "; ".join(text.partition(": ")[2] for text in texts)
    for reason in ("Missing email", "Connection refused", "Mail Delivery Failed"):
        assert reason in reasons


def read_alerts(user):
    """Evaluate all services, and return the sentences of the alerts about mails."""
    evaluate(user)
    domain = [("provider", "=", "mail"), ("state", "=", "open")]
    alerts = user.call("reliability.alert", "search_read", domain, ["text"])
    return [alert["text"] for alert in alerts]


def by_reason(samples, name, **labels):
    """Return the values of a metric: reason, or an empty text → value."""
    return {
        dict(pairs).get("reason", ""): value
        for (family, pairs), value in samples.items()
        if family == name and labels.items() <= dict(pairs).items()
    }
