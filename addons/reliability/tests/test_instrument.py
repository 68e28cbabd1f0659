"""Putting something around Odoo's code, and taking it away again."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo import http, sql_db
from odoo.orm.registry import Registry
from odoo.service import model as service_model
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..instrumentation import http as requests
from ..instrumentation import instrument as module
from ..instrumentation.instrument import Hook, instrument, problems, uninstrument
from ..instrumentation.kill_switch import kill_switch
from ..instrumentation.registry import instrumentation_of
from .common import CommittedCase

LOGGER = "odoo.addons.reliability.instrumentation.instrument"


def louder(original):
    def around(*args):
        return original(*args) + "!"

    return around


class KillSwitchCase(CommittedCase):
    """Turns the kill switch, and measures the database again afterwards."""

    def setUp(self):
        super().setUp()
        kill_switch._next_check = float("inf")
        self.addCleanup(setattr, kill_switch, "_next_check", 0.0)
        self.addCleanup(self.synchronize)
        self.addCleanup(self.switch, True)

    def switch(self, on):
        if kill_switch.on != on:
            kill_switch.on = on
            for listener in kill_switch.listeners:
                listener(on)

    def synchronize(self):
        with self.committed() as env:
            instrumentation_of(env.registry).synchronize(env.cr)


@tagged("-at_install", "post_install")
class TestInstrument(KillSwitchCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(uninstrument, "Greeting")
        self.addCleanup(module._problems.pop, "Greeting", None)
        self.greet = lambda name: f"hello {name}"
        self.owner = SimpleNamespace(greet=self.greet)

    def instrument(self, **options):
        hook = Hook(self.owner, "greet", louder, ("name",))
        return instrument("Greeting", hook, **options)

    def test_is_done_once_and_undone_wholly(self):
        self.assertTrue(self.instrument())
        self.assertTrue(self.instrument())
        self.assertEqual(self.owner.greet("world"), "hello world!")
        uninstrument("Greeting")
        self.assertIs(self.owner.greet, self.greet)

    def test_what_others_wrap_around_it_stays(self):
        self.instrument()
        ours = self.owner.greet
        self.owner.greet = theirs = lambda name: ours(name) + "?"
        uninstrument("Greeting")
        self.assertIs(self.owner.greet, theirs)

    def test_two_purposes_share_a_function(self):
        self.instrument()
        self.addCleanup(uninstrument, "Emphasis")
        instrument("Emphasis", Hook(self.owner, "greet", louder))
        self.assertEqual(self.owner.greet("you"), "hello you!!")
        uninstrument("Greeting")
        self.assertEqual(self.owner.greet("you"), "hello you!")

    def test_purposes_stay_in_their_order_when_it_is_switched_on_again(self):
        self.addCleanup(uninstrument, "Answer")
        self.instrument()
        answer = Hook(self.owner, "greet", lambda _original: lambda _name: "answered")
        instrument("Answer", answer, while_paused=True)
        for on in (True, False, True):
            self.switch(on)
            self.assertEqual(self.owner.greet("you"), "answered")
        uninstrument("Answer")
        self.assertEqual(self.owner.greet("you"), "hello you!")

    def test_what_others_have_wrapped_does_nothing_while_it_is_switched_off(self):
        self.instrument()
        ours = self.owner.greet
        self.owner.greet = lambda name: ours(name) + "?"
        for on, greeting in ((False, "hello you?"), (True, "hello you!?")) * 2:
            self.switch(on)
            self.assertEqual(self.owner.greet("you"), greeting)

    def test_it_is_there_again_when_others_have_taken_theirs_away(self):
        """As a test of Odoo does, which replaces a function for its own duration."""
        self.instrument()
        ours = self.owner.greet
        with patch.object(self.owner, "greet", lambda name: ours(name) + "?"):
            self.switch(False)
            self.switch(True)
        self.assertEqual(self.owner.greet("you"), "hello you!")

    def test_it_is_there_again_when_others_have_restored_the_original(self):
        self.instrument()
        self.owner.greet = self.greet
        for on, greeting in ((False, "hello you"), (True, "hello you!")):
            self.switch(on)
            self.assertEqual(self.owner.greet("you"), greeting)

    @mute_logger(LOGGER)
    def test_what_cannot_be_replaced_is_reported_and_nothing_is_put(self):
        def fail(_original):
            raise LookupError("a bug")

        for hook, reason in (
            (Hook(dict, "get", louder), "TypeError"),
            (Hook(self.owner, "greet", fail), "a bug"),
            (Hook(dict, "fromkeys", louder, ("keys",)), "other parameters"),
            (Hook(dict, "pop", louder, ("key",)), "unknown parameters"),
        ):
            with self.subTest(reason):
                there = Hook(self.owner, "greet", louder)
                self.assertFalse(instrument("Greeting", there, hook))
                self.assertIn(reason, problems()["Greeting"])
                self.assertIs(self.owner.greet, self.greet)

    @mute_logger(LOGGER)
    def test_what_is_not_there_is_reported_and_nothing_is_put(self):
        for hook, reason in (
            (Hook(self.owner, "leave", louder), "leave does not exist"),
            (Hook(self.owner, "greet", louder, ("whom",)), "other parameters: name"),
        ):
            with self.subTest(reason):
                there = Hook(self.owner, "greet", louder)
                self.assertFalse(instrument("Greeting", there, hook))
                self.assertIn(reason, problems()["Greeting"])
                self.assertIs(self.owner.greet, self.greet)

    @mute_logger(LOGGER)
    def test_another_version_of_odoo_is_reported(self):
        self.patch(module, "SUPPORTED", (17, 0))
        self.assertFalse(self.instrument())
        self.assertIn("written for Odoo 17.0", problems()["Greeting"])

    def test_the_kill_switch_takes_it_away_unless_it_is_needed_meanwhile(self):
        for while_paused in (False, True):
            with self.subTest(while_paused=while_paused):
                self.instrument(while_paused=while_paused)
                self.switch(False)
                self.assertEqual(self.owner.greet is self.greet, not while_paused)
                self.switch(True)
                self.assertEqual(self.owner.greet("you"), "hello you!")
                uninstrument("Greeting")


@tagged("-at_install", "post_install")
class TestTheKillSwitchRestoresOdoo(KillSwitchCase):
    FUNCTIONS = (
        (sql_db.PsycoConnection, "commit"),
        (sql_db.PsycoConnection, "rollback"),
        (sql_db.Cursor, "close"),
        (sql_db.Savepoint, "__init__"),
        (sql_db.Savepoint, "rollback"),
        (service_model, "retrying"),
        (Registry, "check_signaling"),
        (http.Request, "_set_request_dispatcher"),
        (http.Request, "_serve_static"),
    )

    def test_functions_and_methods_are_the_same_objects_as_before_us(self):
        ours = [getattr(owner, name) for owner, name in self.FUNCTIONS]
        with self.committed() as env:
            instrumentation = instrumentation_of(env.registry)
            instrumentation.synchronize(env.cr)
        methods = [
            (measured._model_class, measured._method)
            for measured in instrumentation._methods.values()
        ]
        self.assertTrue(methods)
        originals = [function.__wrapped__ for function in ours]
        measured = [getattr(*method) for method in methods]
        self.switch(False)
        for (owner, name), original in zip(self.FUNCTIONS, originals, strict=True):
            self.assertIs(getattr(owner, name), original, name)
        for method, instrumented in zip(methods, measured, strict=True):
            self.assertIs(getattr(*method), instrumented.__wrapped__, method)
        self.switch(True)
        self.synchronize()
        for owner, name in self.FUNCTIONS:
            self.assertTrue(hasattr(getattr(owner, name), "__wrapped__"), name)
        for method in methods:
            self.assertTrue(hasattr(getattr(*method), "__wrapped__"), method)

    def test_probes_are_no_requests_after_it_is_switched_on_again(self):
        self.switch(False)
        self.switch(True)
        environ = {"PATH_INFO": "/reliability/live", "REQUEST_METHOD": "GET"}
        with patch.object(requests, "_begin") as begin:
            http.root(environ, lambda *_response: None)
        begin.assert_not_called()
