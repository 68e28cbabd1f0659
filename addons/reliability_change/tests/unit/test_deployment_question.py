"""What a pipeline asks before it deploys."""

import pytest
from reliability_change.deployment_question import Question, parse
from reliability_inbound.json_reading import InvalidReport


def message(**values):
    return {"state": "running", "ask": True, **values}


@pytest.mark.parametrize("ask", [None, False])
def test_most_messages_only_report(ask):
    assert parse(message(ask=ask)) is None
    assert parse({"state": "succeeded"}) is None


@pytest.mark.parametrize("state", ["planned", "running"])
def test_it_asks_before_it_deploys(state):
    assert parse(message(state=state)) == Question()


@pytest.mark.parametrize("override", [7, 7.0, "7", " 7\n"])
def test_an_override_by_its_number(override):
    assert parse(message(override=override)) == Question(7)


def test_a_reason_and_who_says_so():
    found = parse(message(override="Labels are wrong", person="anna"))
    assert found == Question(0, "Labels are wrong", "anna")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"state": "succeeded"}, "ask needs one of these states: planned, running"),
        ({"ask": None, "override": 7}, "override needs ask"),
        ({"override": 0}, "must be the number of an override"),
        ({"override": 2**40}, "must be the number of an override"),
        ({"override": "9" * 9999}, "must be the number of an override"),
        ({"override": True}, "override must be a text"),
        ({"override": "Labels are wrong"}, "person must say who"),
        ({"ask": "yes"}, "ask must be true, false"),
    ],
)
def test_what_breaks_the_contract(values, text):
    with pytest.raises(InvalidReport, match=text):
        parse(message(**values))
