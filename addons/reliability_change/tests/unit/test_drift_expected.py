"""What a deployment brought is no drift; what a person changed meanwhile is."""

from datetime import datetime, timedelta

from reliability_change.drift_expected import Change, Rollout, brought_by

NOON = datetime(2026, 3, 2, 12)


def after(minutes):
    return NOON + timedelta(minutes=minutes)


ROLLOUT = Rollout(1, NOON, after(10), user=7)


def at(minutes, person=None):
    """Return a change whose moment is known."""
    return Change(after(minutes), after(minutes), person)


def test_what_changed_during_a_deployment_was_brought_by_it():
    assert brought_by(at(3), [ROLLOUT]) == 1


def test_clocks_may_differ_by_some_minutes():
    assert brought_by(at(-4), [ROLLOUT]) == 1
    assert brought_by(at(24), [ROLLOUT]) == 1


def test_what_changed_before_or_afterwards_was_not():
    assert brought_by(at(-6), [ROLLOUT]) is None
    assert brought_by(at(26), [ROLLOUT]) is None


def test_if_the_moment_is_not_known_it_may_have_been_then():
    assert brought_by(Change(after(-50), after(9)), [ROLLOUT]) == 1
    assert brought_by(Change(after(-50), after(-20)), [ROLLOUT]) is None


def test_a_person_who_has_not_deployed_it_is_not_the_deployment():
    assert brought_by(at(3, person=8), [ROLLOUT]) is None
    assert brought_by(at(3, person=7), [ROLLOUT]) == 1


def test_of_several_the_newest_has_brought_it():
    later = Rollout(2, after(5), after(12))
    assert brought_by(at(6), [later, ROLLOUT]) == 2
    assert brought_by(at(6), [ROLLOUT, later]) == 2
