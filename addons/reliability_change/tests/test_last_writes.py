"""Who has changed a record is read from the record, or from OCA's audit log."""

from datetime import timedelta
from operator import attrgetter
from types import SimpleNamespace

from odoo import fields
from odoo.tests import TransactionCase, new_test_user, tagged

from ..models.last_writes import last_writes


class AuditLog:
    """Stands for OCA's model, which is not installed here."""

    def __init__(self):
        self.rows = []

    def sudo(self):
        return self

    def browse(self, ids):
        return [self.rows[row] for row in ids]

    def _read_group(self, domain, groupby, aggregates):
        assert (groupby, aggregates) == (["res_id"], ["id:max"])
        found = {}
        for number, row in enumerate(self.rows):
            if all(_fits(row, *condition) for condition in domain):
                found[row.res_id] = number
        return list(found.items())


def _fits(row, field, operator, value):
    found = attrgetter(field)(row)
    return found == value if operator == "=" else found in value


class WithLog(dict):
    """An environment in which the log is installed."""

    def __init__(self, env, log):
        super().__init__({"auditlog.log": log})
        self.env = env

    def __contains__(self, name):
        return super().__contains__(name) or name in self.env

    def __missing__(self, name):
        return self.env[name]


@tagged("-at_install", "post_install")
class TestLastWrites(TransactionCase):
    def setUp(self):
        super().setUp()
        self.anna = new_test_user(self.env, "writes_anna", "base.group_system")
        self.bert = new_test_user(self.env, "writes_bert", "base.group_system")
        self.server = self.env["ir.mail_server"].create(
            {"name": "Relay", "smtp_host": "smtp.example.com"}
        )
        self.server.with_user(self.anna).name = "Relay 2"
        self.env.flush_all()
        self.logs = AuditLog()

    def log(self, minutes, user, method="write"):
        """Create a line of the log, minutes after now."""
        self.logs.rows.append(
            SimpleNamespace(
                model_id=SimpleNamespace(model="ir.mail_server"),
                res_id=self.server.id,
                user_id=user,
                method=method,
                create_date=self.env.cr.now() + timedelta(minutes=minutes),
            )
        )

    def found(self, record=None):
        record = record or self.server
        key = (record._name, record.id)
        env = WithLog(self.env, self.logs) if self.logs.rows else self.env
        return last_writes(env, [key]).get(key)

    def test_from_the_record(self):
        self.assertEqual(self.found().user, self.anna.id)

    def test_from_the_log_of_what_was_deleted(self):
        self.log(1, self.anna)
        self.log(2, self.bert, "unlink")
        self.server.unlink()
        self.assertEqual(self.found().user, self.bert.id)

    def test_the_newer_one_of_both(self):
        self.log(-60, self.bert)
        self.assertEqual(self.found().user, self.anna.id)
        self.log(1, self.bert)
        self.assertEqual(self.found().user, self.bert.id)

    def test_not_who_has_only_read_it(self):
        self.log(1, self.bert, "read")
        self.assertEqual(self.found().user, self.anna.id)

    def test_not_the_fetch_of_mail(self):
        server = self.env["fetchmail.server"].create({"name": "Inbox"})
        server.with_user(self.anna).name = "Inbox 2"
        self.env.flush_all()
        self.assertEqual(self.found(server).user, self.anna.id)
        server.date = fields.Datetime.now()  # by the scheduled action
        self.env.flush_all()
        self.assertIsNone(self.found(server))
