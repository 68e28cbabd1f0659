"""From the first request without an answer to the next answer, nobody is answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_inbound.interruptions import (
    Interruption,
    Request,
    interruptions,
    seconds_without_answer,
)


def requests(answers):
    """Return requests, a second each, which end half a second later.

    ``.`` was answered, ``x`` was not.
    """
    return [
        Request(number, number, number + 0.5, 200 if one == "." else None)
        for number, one in enumerate(answers, 1)
    ]


class TestInterruptions:
    """From the first request without an answer to the next answer."""

    def test_none(self):
        assert interruptions(requests("....")) == []

    def test_one(self):
        (found,) = interruptions(requests("..xx.."))
        assert found == Interruption(3, 3, 5.5, 2)
        assert found.seconds == 2.5

    def test_two(self):
        found = interruptions(requests(".x.xx."))
        assert [one.requests for one in found] == [1, 2]

    def test_one_that_has_not_ended(self):
        (found,) = interruptions(requests("..x"))
        assert found == Interruption(3, 3, None, 1)
        assert found.seconds is None

    @given(st.text("x.", max_size=30))
    def test_each_request_without_an_answer_is_in_one(self, answers):
        found = interruptions(requests(answers))
        assert sum(one.requests for one in found) == answers.count("x")


class TestSeconds:
    """All interruptions together."""

    @pytest.mark.parametrize(
        ("answers", "seconds"),
        [("", 0), ("...", 0), (".x.", 1.5), (".x.xx.", 4), ("..x", 0.5), ("xx", 1.5)],
    )
    def test_they_are_added_up(self, answers, seconds):
        assert seconds_without_answer(requests(answers)) == seconds

    @given(st.text("x.", min_size=1, max_size=30))
    def test_never_more_than_there_were_and_none_without_a_refusal(self, answers):
        made = requests(answers)
        seconds = seconds_without_answer(made)
        assert 0 <= seconds <= made[-1].ended - made[0].sent
        assert (seconds > 0) == ("x" in answers)
