"""Administrators of Reliability choose no code that Odoo runs and store no contents."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..ledger.partner_systems import PartnerSystems, _partner_system
from .screens import ScreensCase, listed

METHOD = "action_archive"


class Case(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["system"] = new_test_user(
            cls.env, "screens_system", "base.group_user,base.group_system"
        )

    def as_user(self, role, records):
        return records.with_user(self.users[role])


@tagged("-at_install", "post_install")
class TestWhatRepeatsACall(Case):
    """A retry calls a method that an addon has listed, and says which."""

    def setUp(self):
        super().setUp()
        self.enterContext(listed("res.partner", METHOD))
        self.operation = self.env["reliability.operation"].create(
            {
                "name": "Look up",
                "code": "look_up",
                "service_id": self.env.ref("reliability.service_platform").id,
                "model": "res.partner",
                "method": "address_get",
            }
        )
        self.partner = self.env["res.partner"].create({"name": "Probe"})

    def failed(self, method):
        return self.exchange(
            repeatable="idempotent",
            res_model="res.partner",
            res_id=self.partner.id,
            retry_method=method,
        )

    def test_only_a_system_administrator_chooses_the_method(self):
        operation = self.as_user("admin", self.operation)
        operation.repeatable = "safe"
        with self.assertRaisesRegex(AccessError, "system administrator"):
            operation.repeatable_method = METHOD
        self.as_user("system", self.operation).repeatable_method = METHOD
        operation.repeatable_method = False

    def test_only_listed_methods_may_be_chosen(self):
        for method in ("unlink", "_write", "address_get", "no_such_method"):
            with self.subTest(method), self.assertRaisesRegex(ValidationError, METHOD):
                self.operation.repeatable_method = method
        with listed("res.partner"), self.assertRaisesRegex(ValidationError, "No addon"):
            self.operation.repeatable_method = METHOD

    def test_a_method_that_is_not_listed_is_never_called(self):
        """Whatever an exchange of an earlier version, or a connector, names."""
        exchange = self.failed("unlink")
        self.assertIn("res.partner.unlink", exchange.no_retry_reason)
        self.assertFalse(exchange._schedule_retry())
        with self.assertRaises(UserError):
            exchange._repeat()
        self.assertTrue(self.partner.exists())

    def test_the_window_says_what_it_will_call(self):
        exchange = self.failed(METHOD)
        window = self.env["reliability.retry"].create({"exchange_ids": exchange.ids})
        self.assertEqual(window.safe_ids.retry_call, "res.partner.action_archive")
        arch = self.env["reliability.retry"].get_view()["arch"]
        self.assertIn("retry_call", arch)


@tagged("-at_install", "post_install")
class TestExcerpts(Case):
    """Excerpts are off; while they are on, Odoo says so; they expire."""

    def stores(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT excerpts_until > now() AT TIME ZONE 'UTC'"
            " FROM reliability_integration WHERE id = %s",
            [self.dhl.id],
        )
        (is_on,) = self.env.cr.fetchone()
        self.dhl.invalidate_recordset()
        self.assertEqual(self.dhl.stores_excerpts, bool(is_on))
        return self.dhl.stores_excerpts

    def problems(self):
        return self.env["reliability.self.check"]._addon_problems()

    def test_only_a_system_administrator_turns_them_on(self):
        self.assertFalse(self.stores())
        admin = self.as_user("admin", self.dhl)
        for values in (
            {"stores_excerpts": True},
            {"excerpts_until": self.env.cr.now() + timedelta(days=1)},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                admin.write(values)
            with self.subTest(values), self.assertRaises(AccessError):
                admin.create({"name": "New", "code": "new", **values})
        with self.assertRaises(AccessError):
            admin.with_context(default_stores_excerpts=True).create(
                {"name": "New", "code": "new"}
            )
        self.as_user("system", self.dhl).stores_excerpts = True
        self.assertTrue(self.stores())
        admin.stores_excerpts = False
        self.assertFalse(self.stores())

    def test_other_administrators_cannot_choose_other_contents_meanwhile(self):
        admin = self.as_user("admin", self.dhl)
        changes = {
            "host_patterns": "*.bank.example",
            "records_requests": True,
            "code": "bank",
        }
        self.dhl.stores_excerpts = True
        for name, value in changes.items():
            with self.subTest(name), self.assertRaises(AccessError):
                admin[name] = value
        self.dhl.stores_excerpts = False
        admin.write(changes)

    def test_settings_say_so_while_they_are_on(self):
        self.assertEqual(self.problems(), [])
        self.dhl.stores_excerpts = True
        (problem,) = self.problems()
        self.assertIn("DHL", problem)
        self.assertIn("Store Excerpts", problem)

    def test_they_expire(self):
        now = self.env.cr.now()
        self.dhl.stores_excerpts = True
        self.assertEqual(self.dhl.excerpts_until, now + timedelta(days=7))
        with self.assertRaises(ValidationError):
            self.dhl.excerpts_until = now + timedelta(days=8)
        self.dhl.excerpts_until = now - timedelta(days=1)
        self.assertFalse(self.stores())
        self.assertEqual(self.problems(), [])

    def test_old_ones_are_deleted_and_the_attempts_stay(self):
        exchange = self.exchange()
        texts = {"request": "secret", "answer": "secret"}
        old = self.attempt(exchange, ago=timedelta(days=31), **texts)
        new = self.attempt(exchange, ago=timedelta(days=29), **texts)
        self.assertEqual(self.env["reliability.attempt"]._gc_excerpts(), (1, False))
        self.assertEqual((old.request, old.answer), (False, False))
        self.assertEqual(new.request, "secret")
        self.assertTrue(old.outcome)


@tagged("-at_install", "post_install")
class TestHosts(Case):
    """A partner system has the hosts of one partner, not those of everybody."""

    TOO_WIDE = (
        *("*", "?*", "*.*", "*?", "[a-z]*", "*.com", "?*.com", "*.c?m", "*.co.uk"),
        *("*dhl.com", "*.[!x].com", "*[!.a.b]", "api.*", "127.0.*", "*.com.", "."),
    )
    HOSTS = "api.dhl.com *.dhl.com, api?.eu.dhl.co.uk *.dhl.co 127.0.0.1 ::1 odoo"

    def test_patterns_of_everybody_are_refused(self):
        for pattern in self.TOO_WIDE:
            with self.subTest(pattern), self.assertRaises(ValidationError):
                self.dhl.host_patterns = f"api.dhl.com {pattern}"

    def test_hosts_and_patterns_of_a_domain_are_accepted(self):
        self.dhl.host_patterns = self.HOSTS

    def test_stored_patterns_of_everybody_match_nothing(self):
        """As an earlier version accepted them."""
        stored = " ".join(self.TOO_WIDE)
        systems = PartnerSystems()
        systems._read = lambda _db: [
            _partner_system("dhl", "carrier", "", 2.0, stored, True, True)
        ]
        for host in ("bank.com", "shop.co.uk", "127.0.0.1", "x"):
            self.assertIsNone(systems.by_host("db", host), host)
