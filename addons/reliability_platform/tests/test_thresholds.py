"""Thresholds of the platform: the records are those of the checks, within bounds."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..watch.thresholds import DEFAULTS, THRESHOLDS


@tagged("-at_install", "post_install")
class TestThresholds(TransactionCase):
    def setUp(self):
        super().setUp()
        self.thresholds = self.env["reliability.platform.threshold"].search([])

    def test_each_threshold_of_a_check_is_a_record_with_its_default(self):
        found = {one.code: one.default for one in self.thresholds}
        self.assertEqual(found, DEFAULTS)
        shipped = {
            one.code: one.value
            for one in self.thresholds
            if one.write_date == one.create_date
        }
        self.assertLessEqual(shipped.items(), DEFAULTS.items())

    def test_a_value_beyond_its_bounds_is_refused(self):
        share = self.thresholds.filtered(lambda one: one.code == "connections_used")
        with self.assertRaisesRegex(
            ValidationError, r"enter a number from 0 to 100 \(%\), not 120.00"
        ):
            share.value = 120
        share.value = 90

    def test_bounds_have_the_default_within(self):
        for threshold in THRESHOLDS.values():
            self.assertLessEqual(threshold.minimum, threshold.default, threshold)
            self.assertLessEqual(threshold.default, threshold.maximum, threshold)

    def test_administrators_change_values_and_others_read_none(self):
        groups = "base.group_user,reliability.group_{}"
        admin = new_test_user(self.env, "limits_admin", groups.format("admin"))
        manager = new_test_user(self.env, "limits_manager", groups.format("manager"))
        one = self.thresholds[0]
        one.with_user(admin).value = one.default
        with self.assertRaises(AccessError):
            one.with_user(manager).read(["value"])
