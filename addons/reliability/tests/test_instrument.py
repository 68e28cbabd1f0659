"""Instrumentation wraps functions, and restores the original objects."""

from types import SimpleNamespace

from odoo import http, sql_db
from odoo.orm.registry import Registry
from odoo.service import model as service_model
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..instrumentation import instrument as module
from ..instrumentation.instrument import Hook, instrument, problems, uninstrument
from ..instrumentation.kill_switch import kill_switch
from ..instrumentation.registry import instrumentation_of
from .common import CommittedCase

LOGGER = "odoo.addons.reliability.instrumentation.instrument"


def louder(original):
    def wrapper(*args):
        return original(*args) + "!"

    return wrapper


@tagged("-at_install", "post_install")
class TestInstrument(BaseCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(uninstrument, "Greeting")
        self.addCleanup(module._problems.pop, "Greeting", None)
        self.addCleanup(self.switch, True)
        self.greet = lambda name: f"hello {name}"
        self.owner = SimpleNamespace(greet=self.greet)

    def instrument(self, **options):
        hook = Hook(self.owner, "greet", louder, ("name",))
        return instrument("Greeting", hook, **options)

    def switch(self, on):
        if kill_switch.on != on:
            kill_switch.on = on
            for listener in kill_switch.listeners:
                listener(on)

    def test_again_does_nothing_and_the_original_is_restored(self):
        self.assertTrue(self.instrument())
        self.assertTrue(self.instrument())
        self.assertEqual(self.owner.greet("world"), "hello world!")
        uninstrument("Greeting")
        self.assertIs(self.owner.greet, self.greet)

    def test_wrappers_of_other_code_stay(self):
        self.instrument()
        ours = self.owner.greet
        self.owner.greet = theirs = lambda name: ours(name) + "?"
        uninstrument("Greeting")
        self.assertIs(self.owner.greet, theirs)

    def test_two_purposes_can_wrap_one_function(self):
        self.instrument()
        self.addCleanup(uninstrument, "Emphasis")
        instrument("Emphasis", Hook(self.owner, "greet", louder))
        self.assertEqual(self.owner.greet("you"), "hello you!!")
        uninstrument("Greeting")
        self.assertEqual(self.owner.greet("you"), "hello you!")

    @mute_logger(LOGGER)
    def test_a_missing_function_is_reported_and_no_hook_is_installed(self):
        for hook, reason in (
            (Hook(self.owner, "leave", louder), "leave does not exist"),
            (Hook(self.owner, "greet", louder, ("whom",)), "other parameters: name"),
        ):
            with self.subTest(reason):
                valid = Hook(self.owner, "greet", louder)
                self.assertFalse(instrument("Greeting", valid, hook))
                self.assertIn(reason, problems()["Greeting"])
                self.assertIs(self.owner.greet, self.greet)

    @mute_logger(LOGGER)
    def test_another_version_of_odoo_is_reported(self):
        self.patch(module, "SUPPORTED", (17, 0))
        self.assertFalse(self.instrument())
        self.assertIn("written for Odoo 17.0", problems()["Greeting"])

    def test_the_kill_switch_removes_all_hooks_but_those_needed_while_paused(self):
        for while_paused in (False, True):
            with self.subTest(while_paused=while_paused):
                self.instrument(while_paused=while_paused)
                self.switch(False)
                self.assertEqual(self.owner.greet is self.greet, not while_paused)
                self.switch(True)
                self.assertEqual(self.owner.greet("you"), "hello you!")
                uninstrument("Greeting")


@tagged("-at_install", "post_install")
class TestTheKillSwitchRestoresOdoo(CommittedCase):
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

    def switch(self, on):
        kill_switch.on = on
        for listener in kill_switch.listeners:
            listener(on)

    def synchronize(self):
        with self.committed() as env:
            instrumentation_of(env.registry).synchronize(env.cr)

    def test_functions_and_methods_are_the_original_objects(self):
        ours = [getattr(owner, name) for owner, name in self.FUNCTIONS]
        with self.committed() as env:
            instrumentation = instrumentation_of(env.registry)
        methods = [
            (measured._model_class, measured._method)
            for measured in instrumentation._methods.values()
        ]
        self.assertTrue(methods)
        originals = [function.__wrapped__ for function in ours]
        measured = [getattr(*method) for method in methods]
        kill_switch._next_check = float("inf")
        self.addCleanup(setattr, kill_switch, "_next_check", 0.0)
        self.switch(False)
        try:
            for (owner, name), original in zip(self.FUNCTIONS, originals, strict=True):
                self.assertIs(getattr(owner, name), original, name)
            for method, instrumented in zip(methods, measured, strict=True):
                self.assertIs(getattr(*method), instrumented.__wrapped__, method)
        finally:
            self.switch(True)
            self.synchronize()
        for owner, name in self.FUNCTIONS:
            self.assertTrue(hasattr(getattr(owner, name), "__wrapped__"), name)
        for method in methods:
            self.assertTrue(hasattr(getattr(*method), "__wrapped__"), method)
