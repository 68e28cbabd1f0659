"""What requests see of a failover."""

from hypothesis import given
from hypothesis import strategies as st
from reliability_recovery.failover.observed import (
    Interruption,
    Request,
    interruptions,
    is_over,
    lost,
)


def requests(answers):
    """Return requests, a second each: ``.`` was answered, ``x`` was not."""
    return [
        Request(number, number, number + 0.5, None if one == "x" else {"at": number})
        for number, one in enumerate(answers, 1)
    ]


class TestInterruptions:
    """From the first request without an answer to the next answer."""

    def test_none(self):
        assert interruptions(requests("....")) == []

    def test_one(self):
        (found,) = interruptions(requests("..xx.."))
        assert found == Interruption(3, 5.5, 2)
        assert found.seconds == 2.5

    def test_two(self):
        found = interruptions(requests(".x.xx."))
        assert [one.requests for one in found] == [1, 2]

    def test_one_that_has_not_ended(self):
        (found,) = interruptions(requests("..x"))
        assert found == Interruption(3, None, 1)
        assert found.seconds is None

    @given(st.text("x.", max_size=30))
    def test_each_request_without_an_answer_is_in_one(self, answers):
        found = interruptions(requests(answers))
        assert sum(one.requests for one in found) == answers.count("x")


class TestOver:
    """Enough requests were answered after the interruption."""

    def test_not_before_it(self):
        assert not is_over(requests("....."), 3)

    def test_not_during_it(self):
        assert not is_over(requests("...xx"), 3)
        assert not is_over(requests("...xx.."), 3)

    def test_after_it(self):
        assert is_over(requests("...xx..."), 3)


class TestLost:
    """A request that is answered otherwise when it is sent again was lost."""

    def test_nothing(self):
        made = requests("..x.")
        again = {one.number: one.answer for one in made if one.answer}
        assert lost(made, again) == []

    def test_what_is_processed_again(self):
        made = requests("..x.")
        found = lost(made, {1: {"at": 1}, 2: {"at": 9}, 4: {"at": 4}})
        assert [one.number for one in found] == [2]
