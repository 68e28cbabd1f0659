"""Parse the results of tests from Odoo's log."""

import re
from collections import Counter

_STARTED = re.compile(r" odoo\.addons\.(\w+)\.(\S+): Starting (\S+) \.\.\.")
_FAILED = re.compile(
    r"^\S+ \S+ \d+ ERROR \S+ (odoo\.\S+): (?:FAIL|ERROR): (.+)$", re.MULTILINE
)
# Odoo logs a class that cannot be set up as "setUpClass (odoo.addons.….TestSaleFlow)".
_CLASS_FAILURE = re.compile(r"(\w+) \(odoo\.addons\.(\S+)\)")
_SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


class OdooTestLog:
    """The tests of one run.

    :ivar started: the names of the started tests, such as
        ``sale.tests.test_sale_flow.TestSaleFlow.test_qty_delivered``
    :ivar failed: the names of the failed tests, and of classes that could not be set
        up, as ``….TestSaleFlow.setUpClass``
    :ivar by_module: module → number of started tests
    :ivar problem: why the run is not reliable; empty where it is
    """

    def __init__(self, text):
        started = _STARTED.findall(text)
        self.started = {".".join(parts) for parts in started}
        self.by_module = Counter(module for module, _file, _name in started)
        failures = _FAILED.findall(text)
        self.failed = {_name(*failure) for failure in failures}
        self.problem = _problem(_SUMMARY.findall(text), len(started), len(failures))


def _name(logger, test):
    if failure := _CLASS_FAILURE.fullmatch(test):
        return f"{failure[2]}.{failure[1]}"
    return f"{logger.removeprefix('odoo.addons.')}.{test}"


def _problem(summaries, started, failures):
    if not summaries:
        return "the tests did not come to an end"
    failed, errors, total = map(int, summaries[-1])
    if total != started:
        return f"Odoo counts {total} tests, and its log names {started}"
    if failed + errors != failures:
        return f"Odoo counts {failed + errors} failures, and its log names {failures}"
    return ""
