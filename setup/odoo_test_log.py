"""What Odoo's log tells of the tests that ran."""

import re
from collections import Counter

_STARTED = re.compile(r" odoo\.addons\.(\w+)\.(\S+): Starting (\S+) \.\.\.")
_FAILED = re.compile(
    r"^\S+ \S+ \d+ ERROR \S+ (odoo\.\S+): (?:FAIL|ERROR): (.+)$", re.MULTILINE
)
# Odoo logs what it cannot set up as its own, with the class in parentheses.
_OF_A_CLASS = re.compile(r"(\w+) \(odoo\.addons\.(\S+)\)")
_SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


class OdooTestLog:
    """The tests of one run.

    :ivar started: the names of those that began, such as
        ``sale.tests.test_sale_flow.TestSaleFlow.test_qty_delivered``
    :ivar failed: the names of those that failed, and of classes that could not be set
        up, as ``….TestSaleFlow.setUpClass``
    :ivar by_module: module → how many began
    :ivar trouble: why it cannot be relied on; empty where it can
    """

    def __init__(self, text):
        began = _STARTED.findall(text)
        self.started = {".".join(parts) for parts in began}
        self.by_module = Counter(module for module, _file, _name in began)
        failures = _FAILED.findall(text)
        self.failed = {_name(*failure) for failure in failures}
        self.trouble = _trouble(_SUMMARY.findall(text), len(began), len(failures))


def _name(logger, what):
    if of_a_class := _OF_A_CLASS.fullmatch(what):
        return f"{of_a_class[2]}.{of_a_class[1]}"
    return f"{logger.removeprefix('odoo.addons.')}.{what}"


def _trouble(summaries, began, failures):
    if not summaries:
        return "the tests did not come to an end"
    failed, errors, total = map(int, summaries[-1])
    if total != began:
        return f"Odoo counts {total} tests, and its log names {began}"
    if failed + errors != failures:
        return f"Odoo counts {failed + errors} failures, and its log names {failures}"
    return ""
