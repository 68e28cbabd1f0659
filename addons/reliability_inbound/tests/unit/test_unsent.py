"""Reports wait in a folder until Odoo accepts them."""

import json

import pytest
from reliability_inbound import unsent
from reliability_inbound.sending import NotSent, Refused


@pytest.fixture
def folder(tmp_path):
    for number in (2, 1):
        unsent.store(tmp_path, f"probe-{number}", {"number": number})
    unsent.store(tmp_path, "drill-3", {"number": 3})
    return tmp_path


def deliver(folder, error=None):
    """Try to send; return the numbers that were tried."""
    numbers = []

    def send(report):
        numbers.append(report["number"])
        if error:
            raise error

    for one in unsent.deliver(folder, "probe-", send):
        assert one.error is error
        assert json.loads(one.path.read_text()) == one.report
    return numbers


class TestReports:
    def test_the_first_name_is_sent_first_and_each_once(self, folder):
        assert deliver(folder) == [1, 2]
        assert deliver(folder) == []
        assert (folder / "probe-1.json").exists()

    def test_what_odoo_has_not_processed_is_sent_again(self, folder):
        assert deliver(folder, NotSent("no answer")) == [1, 2]
        assert deliver(folder) == [1, 2]

    def test_what_odoo_refuses_is_not(self, folder):
        assert deliver(folder, Refused("no content")) == [1, 2]
        assert deliver(folder) == []

    def test_those_of_another_command_are_not_touched(self, folder):
        deliver(folder)
        assert unsent.unsent(folder, "drill-") == [folder / "drill-3.unsent.json"]

    def test_one_that_was_not_written_to_its_end_is_none(self, folder):
        with pytest.raises(TypeError):
            unsent.store(folder, "probe-3", {"number": object()})
        assert deliver(folder) == [1, 2]
