"""One cause is one incident."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_incident.grouping import (
    Group,
    Signal,
    Site,
    all_dependencies,
    find_group,
)

NOON = datetime(2026, 11, 27, 12)
ORDERS, WAREHOUSE, SHIPPING, PLATFORM = 1, 2, 3, 9
NEEDS = all_dependencies({ORDERS: [PLATFORM], SHIPPING: [WAREHOUSE, PLATFORM]})
HERE, THERE, EVERYWHERE = Site(1, "WH"), Site(2, "WH"), Site(None)


def signal(service=SHIPPING, site=HERE, system="", minutes=0, tier="page", calls=True):
    return Signal(service, site, system, NOON + timedelta(minutes=minutes), tier, calls)


def record(*arguments, **values):
    """Return an alert about records, which have a cause of their own."""
    return signal(*arguments, calls=False, **values)


def group(*signals, number=1, tier="page", restored=None):
    detected = min(one.opened for one in signals)
    return Group(number, tier, detected, signals, restored)


def found(alert, *groups, minutes=0):
    now = max(NOON, alert.opened) + timedelta(minutes=minutes)
    incident = find_group(alert, groups, NEEDS, now)
    return incident.id if incident else None


class TestSameSystem:
    """A carrier that fails is one incident in all warehouses of a company."""

    def test_in_another_warehouse(self):
        other = signal(site=Site(1, "B"), system="mrw", minutes=90)
        assert found(other, group(signal(system="mrw"))) == 1

    def test_also_for_another_service(self):
        assert found(signal(ORDERS, HERE, "mrw", 90), group(signal(system="mrw"))) == 1

    def test_not_in_another_company(self):
        other = signal(site=THERE, system="mrw", minutes=90)
        assert found(other, group(signal(system="mrw"))) is None

    def test_in_any_company_if_it_is_shared(self):
        other = signal(site=EVERYWHERE, system="mrw", minutes=90)
        assert found(other, group(signal(system="mrw"))) == 1

    def test_two_carriers_are_two_incidents(self):
        assert found(signal(system="dhl"), group(signal(system="mrw"))) is None


class TestSameService:
    """What one service suffers at one site is one incident."""

    def test_however_much_later(self):
        assert found(signal(minutes=600), group(signal())) == 1

    def test_not_at_another_place(self):
        assert found(signal(site=THERE, minutes=600), group(signal())) is None

    def test_all_warehouses_and_one_of_them(self):
        whole = group(signal(site=Site(1)))
        assert found(signal(minutes=600), whole) == 1
        assert found(signal(site=Site(1), minutes=600), group(signal())) == 1

    def test_not_two_warehouses_because_an_alert_of_all_joined_one(self):
        joined = group(signal(), signal(site=Site(1), minutes=5))
        assert found(signal(site=Site(1, "B"), minutes=600), joined) is None

    def test_records_of_no_system_do_not_join_a_carrier_that_fails(self):
        carrier = group(signal(system="mrw"))
        assert found(record(minutes=5), carrier) is None
        assert found(signal(minutes=5), carrier) == 1
        assert found(record(minutes=5), group(signal())) == 1

    def test_a_carrier_that_fails_does_not_join_records_of_no_system(self):
        carrier = signal(system="mrw", minutes=5)
        assert found(carrier, group(record())) is None
        assert found(carrier, group(record(), signal())) == 1

    def test_the_incident_with_the_same_system_comes_first(self):
        older = group(signal(system="mrw"), number=1)
        newer = group(signal(minutes=5), number=2)
        assert found(signal(system="mrw", minutes=6), older, newer) == 1


class TestDependency:
    """A service does not page again while what it depends on is interrupted."""

    PLATFORM_IS_OUT = group(signal(PLATFORM, EVERYWHERE))

    def test_it_joins_the_incident_of_what_it_needs(self):
        assert found(signal(ORDERS, HERE, minutes=90), self.PLATFORM_IS_OUT) == 1

    def test_directly_or_not(self):
        needs = all_dependencies({1: [2], 2: [3], 3: []})
        assert needs == {1: {2, 3}, 2: {3}, 3: set()}

    def test_a_cycle_ends(self):
        assert all_dependencies({1: [2], 2: [1]}) == {1: {2}, 2: {1}}

    def test_not_what_has_a_cause_of_its_own(self):
        for alert in (record(ORDERS), signal(ORDERS, system="mrw")):
            assert found(alert, self.PLATFORM_IS_OUT) is None

    def test_not_the_other_way_round(self):
        shipping = group(signal(SHIPPING))
        assert found(signal(WAREHOUSE, HERE, minutes=90), shipping) is None

    def test_not_if_it_is_only_degraded(self):
        degraded = group(signal(PLATFORM, EVERYWHERE, tier="ticket"), tier="ticket")
        assert found(signal(ORDERS, HERE, minutes=90), degraded) is None

    def test_not_if_it_is_interrupted_elsewhere(self):
        elsewhere = group(signal(PLATFORM, THERE))
        assert found(signal(ORDERS, HERE, minutes=90), elsewhere) is None


class TestTogether:
    """What begins at one site within a quarter of an hour has one cause."""

    @pytest.mark.parametrize("minutes", [-15, 0, 15])
    def test_within_a_quarter_of_an_hour(self, minutes):
        assert found(signal(ORDERS, minutes=minutes), group(signal(WAREHOUSE))) == 1

    @pytest.mark.parametrize("minutes", [-16, 16])
    def test_not_later(self, minutes):
        assert found(signal(ORDERS, minutes=minutes), group(signal(WAREHOUSE))) is None

    def test_not_in_another_warehouse(self):
        other = signal(ORDERS, Site(1, "B"))
        assert found(other, group(signal(WAREHOUSE))) is None

    def test_only_calls_in_a_warehouse(self):
        assert found(record(ORDERS), group(signal(WAREHOUSE))) is None
        assert found(signal(ORDERS), group(record(WAREHOUSE))) is None
        company = Site(1)
        assert found(signal(ORDERS, company), group(signal(WAREHOUSE, company))) is None

    def test_not_if_the_causes_are_known_to_differ(self):
        carrier = group(signal(WAREHOUSE, system="mrw"))
        assert found(signal(ORDERS, system="edi"), carrier) is None
        assert found(signal(ORDERS), carrier) == 1


class TestReturns:
    """What returns within 24 hours is the same incident."""

    def test_within_24_hours(self):
        over = group(signal(), restored=NOON)
        assert found(signal(minutes=24 * 60), over) == 1
        assert found(signal(minutes=24 * 60 + 1), over) is None

    def test_only_the_same_service_and_place(self):
        over = group(signal(WAREHOUSE), restored=NOON)
        assert found(signal(ORDERS), over) is None

    def test_an_open_incident_comes_first(self):
        over = group(signal(), number=1, restored=NOON)
        assert found(signal(minutes=5), over, group(signal(), number=2)) == 2

    def test_the_last_one_comes_first(self):
        first = group(signal(), number=1, restored=NOON)
        last = group(signal(minutes=60), number=2, restored=NOON)
        assert found(signal(minutes=90), first, last) == 2


SIGNALS = st.builds(
    Signal,
    st.sampled_from([ORDERS, WAREHOUSE, SHIPPING, PLATFORM, None]),
    st.builds(Site, st.sampled_from([None, 1, 2]), st.sampled_from(["", "WH", "B"])),
    st.sampled_from(["", "mrw", "dhl"]),
    st.integers(0, 60).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    st.sampled_from(["page", "ticket"]),
    st.booleans(),
)


@given(st.lists(SIGNALS, min_size=1, max_size=12))
def test_the_same_alert_never_opens_a_second_incident(signals):
    """Any signals, repeated: the second time, each finds an incident."""
    groups = {}
    for alert in signals * 2:
        incident = find_group(alert, groups.values(), NEEDS, alert.opened)
        number = incident.id if incident else len(groups) + 1
        signals_of = incident.signals if incident else ()
        groups[number] = group(*signals_of, alert, number=number)
    before = dict(groups)
    for alert in signals:
        assert find_group(alert, before.values(), NEEDS, alert.opened) is not None


@given(st.lists(SIGNALS, min_size=1, max_size=12), st.randoms())
def test_the_order_in_which_incidents_are_read_does_not_matter(signals, random):
    groups = [group(alert, number=n) for n, alert in enumerate(signals)]
    shuffled = random.sample(groups, len(groups))
    alert = signals[0]
    assert find_group(alert, groups, NEEDS, NOON) == find_group(
        alert, shuffled, NEEDS, NOON
    )
