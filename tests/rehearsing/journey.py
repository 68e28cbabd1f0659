"""The journey *Order to shipment*, run by the schedule of a server."""

import xmlrpc.client
from contextlib import contextmanager
from datetime import UTC, datetime

from evaluating import evaluate
from waiting import wait_until

from setup import postgres
from setup.traffic import ApiUser

NAME = "Order to shipment"
_RECORD = "reliability_synthetic.journey_order_to_shipment"
_ACTION = "reliability_synthetic.cron_run_due"
_FIELDS = (
    "state",
    "failed_step",
    "cause",
    "problem",
    "seconds",
    "started_at",
    "ended_at",
    "is_flaky",
)
_OTHERS_LATER = """
    UPDATE ir_cron SET nextcall = nextcall + interval '10 years'
     WHERE id <> (SELECT res_id FROM ir_model_data
                   WHERE module || '.' || name = '{action}')
"""
_DUE = """
    UPDATE reliability_synthetic_journey SET next_run_at = '{now}'
     WHERE id = {journey};
    INSERT INTO ir_cron_trigger (cron_id, call_at)
    VALUES ({action}, '{now}')
"""
_EARLIER = """
    UPDATE reliability_synthetic_run
       SET started_at = started_at - interval '{hours} h',
           ended_at = ended_at - interval '{hours} h'
     WHERE journey_id = {journey};
    UPDATE reliability_synthetic_journey
       SET next_run_at = next_run_at - interval '{hours} h',
           switched_on_at = switched_on_at - interval '{hours} h'
     WHERE id = {journey}
"""
_LATER = """
    UPDATE reliability_alert_evidence
       SET pending_since = pending_since - interval '5 min'
"""
_LAST = "SELECT coalesce(max(id), 0) FROM reliability_synthetic_run"


def postpone_other_actions(database):
    """Let the schedule run journeys only: other actions take long at first."""
    postgres.psql(_OTHERS_LATER.format(action=_ACTION), database)


class Journey:
    """The journey in a server's database, switched on by the administrator.

    :ivar user: the administrator
    """

    def __init__(self, server):
        self.database = server.database
        self.user = ApiUser(server.url, server.database, "admin", "admin")
        self._id = self.user.ref(_RECORD)
        self._action = self.user.ref(_ACTION)
        # An hour, so that it only runs when a test makes it due.
        self.write(is_scheduled=True, interval_minutes=60, max_attempts=1)

    def read(self, *names):
        """Return the values of its fields."""
        return self.user.call(
            "reliability.synthetic.journey", "read", [self._id], names
        )[0]

    def write(self, **values):
        """Change it as an administrator does in its form."""
        self.user.call("reliability.synthetic.journey", "write", [self._id], values)

    def step(self, code):
        """Return the id of one of its steps."""
        domain = [("journey_id", "=", self._id), ("step", "=", code)]
        return self.user.call("reliability.synthetic.step", "search", domain)[0]

    @contextmanager
    def with_values(self, **values):
        """Change it for the block."""
        before = self.read(*values)
        self.write(**values)
        try:
            yield
        finally:
            self.write(**{name: _id_or_value(before[name]) for name in values})

    def make_due(self):
        """Let the schedule run it now.

        :return: the moment, in UTC; the id of the last run before
        """
        last = self.last()
        now = datetime.now(UTC).replace(tzinfo=None)
        self.psql(_DUE.format(now=now, journey=self._id, action=self._action))
        self.wake()
        return now, last

    def let_hours_pass(self, hours):
        """Let its runs and its next turn be earlier; return the id of the last run."""
        self.psql(_EARLIER.format(hours=hours, journey=self._id))
        return self.last()

    def run_at_once(self):
        """Run it as a person does in its form, and return the run."""
        model, now = "reliability.synthetic.journey", "action_run_now"
        action = self.user.call(model, now, [self._id])
        (run,) = self._runs([("id", "=", action["res_id"])])
        return run

    def last(self):
        """Return the id of the last run."""
        return int(self.psql(_LAST))

    def wake(self):
        """Wake the worker of scheduled actions."""
        postgres.psql(f"NOTIFY cron_trigger, '{self.database}'")

    def run(self):
        """Let the schedule run it once, and return the run when it has ended.

        :return: its fields, and ``due_at``
        """
        due_at, last = self.make_due()
        return self.ended_run(last) | {"due_at": due_at}

    def ended_run(self, last):
        """Wait until a run after another one has ended; return its fields.

        :param last: the id of the other one
        """
        (run,) = wait_until(
            lambda: self._runs([("id", ">", last), ("state", "!=", "running")]),
            "no run of the journey has ended",
        )
        for name in ("started_at", "ended_at"):
            run[name] = datetime.fromisoformat(run[name])
        return run

    def running(self, last):
        """Wait until a run after another one has begun; return its id."""
        (run,) = wait_until(
            lambda: self._runs([("id", ">", last), ("state", "=", "running")]),
            "no run of the journey has begun",
        )
        return run["id"]

    def _runs(self, domain):
        model = "reliability.synthetic.run"
        domain = [("journey_id", "=", self._id), *domain]
        return self.user.call(model, "search_read", domain, _FIELDS, limit=1)

    def alerts(self):
        """Evaluate all services, and return the texts of open alerts about it."""
        wait_until(self._evaluate, "the health of services is not evaluated")
        alerts = self.user.call(
            "reliability.alert", "search_read", [("state", "=", "open")], ["text"]
        )
        return [alert["text"] for alert in alerts if NAME in alert["text"]]

    def lasting_alerts(self):
        """Return the texts of open alerts about it once they have lasted for minutes.

        That it has not run is an alert, or none any more, after some minutes only.
        """
        self.alerts()
        self.psql(_LATER)
        return self.alerts()

    def _evaluate(self):
        """Evaluate all services, unless Odoo does that itself right now."""
        try:
            evaluate(self.user)
        except xmlrpc.client.Fault:
            return False
        return True

    def psql(self, statement):
        """Run SQL as the superuser in its database."""
        return postgres.psql(statement, self.database)


def _id_or_value(value):
    """Return the id of a many2one as read, or the value of another field."""
    return value[0] if isinstance(value, list) else value
