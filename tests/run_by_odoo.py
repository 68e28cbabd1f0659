"""Tests with every result, run by Odoo's runner: ``run_by_odoo.py Passing Failing``.

A program of its own, since pytest-odoo replaces Odoo's test classes.
"""

import logging
import sys

from odoo import netsvc
from odoo.tests import BaseCase
from odoo.tests.result import OdooTestResult
from odoo.tests.suite import OdooSuite

MODULE = "odoo.addons.probe.tests.test_probe"


class Passing(BaseCase):
    __module__ = MODULE
    __test__ = False  # not for pytest

    def test_one(self):
        pass

    def test_two(self):
        pass


class Failing(Passing):
    __module__ = MODULE

    def test_one(self):
        self.fail("one")

    def test_two(self):
        for number in (1, 2):
            with self.subTest(number=number):
                self.assertEqual(number, 1)


class NotSetUp(Passing):
    __module__ = MODULE

    @classmethod
    def setUpClass(cls):
        raise ValueError("no")


if __name__ == "__main__":
    # Odoo looks up the module of a test's addon.
    sys.modules[MODULE] = sys.modules[__name__]
    netsvc.init_logger()
    cases = [globals()[name] for name in sys.argv[1:]]
    tests = [case(name) for case in cases for name in ("test_one", "test_two")]
    result = OdooTestResult()
    OdooSuite(tests)(result)
    logging.getLogger("odoo.tests.result").error("%s when loading database", result)
