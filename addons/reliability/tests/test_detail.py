"""A call that is not fine is recorded with its error and its records."""

from contextlib import suppress

from psycopg2 import IntegrityError

from odoo import api
from odoo.exceptions import UserError
from odoo.service import model as service_model
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..instrumentation.operation import Operation
from ..instrumentation.recording import recorder
from ..telemetry.detail import MAX_RECORDS, NO_DETAIL
from .common import PROBE, CommittedCase, measured

INSTANT = Operation(PROBE.key[0], "sales", "instant", 1e-9)
"""An operation whose calls are all slow."""


@tagged("-at_install", "post_install")
class TestDetail(CommittedCase):
    def partners(self, cr, count=1):
        partners = api.Environment(cr, api.SUPERUSER_ID, {})["res.partner"]
        return partners.search([], limit=count, order="id")

    def call(self, error=None, count=1, operation=PROBE):
        """Call a measured method on records, which raises an error if given."""

        def method(_records):
            if error is not None:
                raise error

        with suppress(Exception), self.cursor() as cr:
            partners = self.partners(cr, count)
            measured(method, operation)(partners)
        return partners.ids

    def detail(self, operation=PROBE):
        (event,) = self.recorded(operation.name)
        return event.detail

    def test_an_error_has_its_class_and_its_message(self):
        self.call(ValueError("the carrier does not answer"))
        self.assertEqual(
            self.detail()[:2], ("ValueError", "the carrier does not answer")
        )

    def test_a_rejection_has_them_too(self):
        self.call(UserError("Unknown postal code"))
        self.assertEqual(self.detail()[:2], ("UserError", "Unknown postal code"))

    def test_secrets_are_masked_and_long_messages_shortened(self):
        self.call(ValueError("password=hunter2 " + "x " * 500))
        message = self.detail().error_message
        self.assertNotIn("hunter2", message)
        self.assertLessEqual(len(message), 300)

    def test_an_error_that_cannot_be_shown_is_recorded_nevertheless(self):
        class Mute(Exception):
            def __str__(self):
                raise RuntimeError("no words")

        self.call(Mute())
        self.assertEqual(self.detail().error_class, "Mute")
        self.assertEqual(self.outcomes_of(PROBE.name), ["failed"])

    def test_a_failed_call_on_several_records_has_their_ids(self):
        ids = self.call(ValueError("no"), count=3)
        self.assertEqual(self.detail().record_ids, tuple(ids))

    def test_a_slow_call_on_several_records_has_their_ids(self):
        ids = self.call(count=3, operation=INSTANT)
        self.assertEqual(self.detail(INSTANT).record_ids, tuple(ids))

    def test_a_call_on_too_many_records_has_none(self):
        with suppress(ValueError), self.cursor() as cr:
            partners = self.partners(cr).browse(range(1, MAX_RECORDS + 2))
            measured(self.fail_with(ValueError("no")))(partners)
        self.assertEqual(self.detail().record_ids, ())
        self.assertEqual(self.detail().error_class, "ValueError")

    @staticmethod
    def fail_with(error):
        def method(_records):
            raise error

        return method

    def test_a_successful_call_has_no_detail_and_one_place_in_the_ring(self):
        for count in (1, 3):
            self.reset_recorder()
            self.call(count=count)
            self.assertIs(self.detail(), NO_DETAIL)
            self.assertEqual(recorder()._slot.head, 1)

    def test_an_error_after_the_call_that_rolls_it_back_is_its_error(self):
        with suppress(ValueError), self.cursor() as cr:
            measured(lambda _records: None)(self.partners(cr))
            raise ValueError("the printer burns")
        self.assertEqual(self.outcomes_of(PROBE.name), ["failed"])
        self.assertEqual(self.detail()[:2], ("ValueError", "the printer burns"))

    def test_a_refused_commit_is_its_error(self):
        with self.cursor() as cr:
            cr.execute(
                "CREATE TABLE reliability_late (value int UNIQUE DEFERRABLE"
                " INITIALLY DEFERRED)"
            )
        self.addCleanup(self.drop_table)
        with (
            suppress(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cursor() as cr,
        ):
            measured(lambda _records: None)(self.partners(cr))
            cr.execute("INSERT INTO reliability_late VALUES (1), (1)")
        self.assertEqual(self.detail().error_class, "UniqueViolation")

    def drop_table(self):
        with self.cursor() as cr:
            cr.execute("DROP TABLE reliability_late")

    def test_contention_that_is_not_retried_is_the_error_of_the_last_attempt(self):
        with (
            suppress(Exception),
            mute_logger("odoo.service.model"),
            self.cursor() as cr,
        ):
            env = api.Environment(cr, api.SUPERUSER_ID, {})

            def attempt():
                measured(self.contend)(env["res.partner"].browse(1))

            self.patch(service_model, "MAX_TRIES_ON_CONCURRENCY_FAILURE", 1)
            service_model.retrying(attempt, env)
        self.assertEqual(self.outcomes_of(PROBE.name), ["failed"])
        self.assertEqual(self.detail().error_class, "SerializationFailure")

    @staticmethod
    def contend(records):
        records.env.cr.execute(
            "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", log_exceptions=False
        )
