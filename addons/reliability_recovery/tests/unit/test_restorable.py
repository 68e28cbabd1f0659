"""What can be restored: the rules, and a slow oracle that walks every segment."""

import random
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from reliability_recovery.contract import (
    Archive,
    Backup,
    Report,
    WalNeed,
    WalRange,
)
from reliability_recovery.restorable import (
    COMMIT,
    END,
    SNAPSHOT,
    chain_ends,
    complete,
    gaps,
    newest_point,
    oldest_point,
)
from reliability_recovery.segments import Segment, ranges

NOON = datetime(2026, 11, 29, 12)


def after(minutes):
    return NOON + timedelta(minutes=minutes)


def backup(label, first=None, last=None, end=0, **values):
    """Return a full backup; with segments, it has WAL from the first to the last."""
    wal = first and WalNeed("a", first, last or first)
    made = Backup(
        label, "repo1", "full", after(end - 1), after(end), None, None, "", (), wal
    )
    return made._replace(**values)


def archive(*segments, commits=None):
    """Return an archive with segments, where a commit of segment n is at minute n."""
    found = []
    for run in ranges(segments):
        last = Segment(run.timeline, run.last)
        commit = after(run.last) if commits is None else commits.get(last)
        found.append(WalRange(Segment(run.timeline, run.first), last, commit))
    return Archive("a", 2**24, tuple(found))


def report(backups, archives=(), taken_at=1000):
    return Report(
        *("main", "cluster", "tool", after(taken_at), ()),
        *(tuple(backups), tuple(archives), None, None),
    )


def on(timeline, *numbers):
    return [Segment(timeline, number) for number in numbers]


def newest(backups, *archives):
    """Return minutes and basis of the newest point."""
    point = newest_point(report(backups, archives))
    return point and ((point.moment - NOON) / timedelta(minutes=1), point.basis)


class TestRules:
    def test_nothing_is_no_point(self):
        assert newest([]) is None

    def test_a_dump_is_worth_its_begin(self):
        assert newest([backup("d", end=60, type="logical", begin=NOON)]) == (
            0,
            SNAPSHOT,
        )

    def test_a_dump_whose_begin_is_unknown_is_no_point(self):
        assert newest([backup("d", type="logical", begin=None)]) is None

    def test_a_base_without_wal_is_worth_its_end(self):
        assert newest([backup("b", end=60)]) == (60, END)

    def test_with_wal_it_reaches_to_the_last_commit_of_the_chain(self):
        (first,) = on(1, 5)
        base = backup("b", first, end=5)
        assert newest([base], archive(*on(1, 5, 6, 7))) == (7, COMMIT)

    def test_behind_a_gap_there_is_nothing(self):
        base = backup("b", *on(1, 5), end=5)
        assert newest([base], archive(*on(1, 5, 6, 8, 9))) == (6, COMMIT)

    def test_a_base_whose_own_wal_is_missing_is_worthless(self):
        base = backup("b", *on(1, 5, 7), end=5)
        assert newest([base], archive(*on(1, 5, 7, 8))) is None
        older = backup("a", *on(1, 2), end=2)
        assert newest([older, base], archive(*on(1, 2, 3, 5, 7, 8))) == (3, COMMIT)

    def test_an_unknown_commit_is_not_the_time_of_archiving(self):
        base = backup("b", *on(1, 5), end=5)
        assert newest([base], archive(*on(1, 5, 6), commits={})) == (5, END)

    def test_a_commit_before_the_end_of_the_backup_takes_nothing_from_it(self):
        base = backup("b", *on(1, 5), end=9)
        assert newest([base], archive(*on(1, 5, 6))) == (9, END)

    def test_the_chain_continues_on_the_timeline_of_a_promoted_standby(self):
        base = backup("b", *on(1, 5), end=5)
        assert newest([base], archive(*on(1, 5, 6), *on(2, 6, 7))) == (7, COMMIT)
        assert newest([base], archive(*on(1, 5, 6), *on(2, 8))) == (6, COMMIT)

    def test_a_failed_backup_counts_for_nothing(self):
        assert newest([backup("b", error="damaged pages")]) is None
        assert newest([backup("b", end=0)._replace(end=None)]) is None

    def test_an_incremental_one_needs_the_others(self):
        full = backup("f", end=10)
        incr = backup("i", end=20, type="incr", needs=("f",))
        assert newest([full, incr]) == (20, END)
        assert newest([incr]) is None
        assert newest([full._replace(error="damaged"), incr]) is None

    def test_what_needs_itself_ends(self):
        loop = [backup("a", needs=("b",)), backup("b", needs=("a",))]
        assert newest(loop) is not None

    def test_the_oldest_point_is_not_the_end_of_the_chain(self):
        """All backups of an unbroken chain reach to the same last commit."""
        old, new = backup("a", *on(1, 2), end=2), backup("b", *on(1, 6), end=6)
        found = report([old, new], [archive(*on(1, 2, 3, 4, 5, 6, 7, 8))])
        assert newest_point(found).moment == after(8)
        assert oldest_point(found) == after(2)

    def test_the_oldest_point_of_dumps_is_a_begin(self):
        known = backup("a", end=60, type="logical", begin=NOON)
        unknown = backup("b", end=-60, type="logical", begin=None)
        assert oldest_point(report([known, unknown])) == NOON
        assert oldest_point(report([unknown])) is None
        assert oldest_point(report([backup("c", error="damaged")])) is None

    def test_no_point_is_newer_than_its_report(self):
        found = newest_point(report([backup("b", end=60)], taken_at=30))
        assert found.moment == after(30)


class TestGaps:
    def found(self, backups, *segments):
        found = gaps(report(backups, [archive(*segments)]))
        return [gap.first for gap in found]

    def test_after_the_newest_backup(self):
        base = backup("b", *on(1, 5))
        assert self.found([base], *on(1, 5, 6, 8)) == on(1, 7)

    def test_within_a_backup(self):
        base = backup("b", *on(1, 5, 7))
        assert self.found([base], *on(1, 5, 7)) == on(1, 6)

    def test_what_has_expired_between_backups_is_none(self):
        older, newer = backup("a", *on(1, 2)), backup("b", *on(1, 8), end=8)
        assert self.found([older, newer], *on(1, 2, 3, 8, 9)) == []

    def test_what_the_old_primary_wrote_after_a_promotion_is_none(self):
        base = backup("b", *on(1, 5))
        assert self.found([base], *on(1, 5, 6), *on(2, 6, 7)) == []
        assert self.found([base], *on(1, 5, 6, 9), *on(2, 6, 7)) == []


def test_the_ends_whose_commits_are_needed():
    bases = [backup("a", *on(1, 2)), backup("b", *on(1, 5), end=5)]
    found = report(bases, [archive(*on(1, 2, 3, 5, 6, 8))])
    assert chain_ends(found) == {("a", one) for one in on(1, 3, 6)}


NUMBERS = st.integers(1, 12)
BACKUPS = st.lists(
    st.tuples(
        NUMBERS,
        st.integers(0, 2),
        st.booleans(),
        st.lists(st.integers(0, 4), max_size=2),
    ),
    max_size=5,
)


def made(drawn):
    """Return backups: each ends at the minute of its last segment."""
    return [
        backup(
            str(index),
            *on(1, first, first + length),
            end=first + length,
            error="damaged" if is_bad else "",
            needs=tuple(map(str, needs)),
        )
        for index, (first, length, is_bad, needs) in enumerate(drawn)
    ]


def oracle(backups, present):
    """Return the minute of the newest point, by walking segment by segment."""
    by_label = {one.label: one for one in backups}

    def is_good(one):
        needed = range(one.wal.first.number, one.wal.last.number + 1)
        return not one.error and present.issuperset(needed)

    def all_good(label, seen):
        if label in seen:
            return True
        one = by_label.get(label)
        return (
            bool(one)
            and is_good(one)
            and all(all_good(needed, seen | {label}) for needed in one.needs)
        )

    reached = []
    for one in backups:
        if all_good(one.label, frozenset()):
            number = one.wal.last.number
            while number + 1 in present:
                number += 1
            reached.append(number)
    return max(reached, default=None)


@given(BACKUPS, st.sets(NUMBERS | st.integers(13, 16)))
def test_the_rules_agree_with_walking_every_segment(drawn, present):
    backups = made(drawn)
    found = newest(backups, archive(*on(1, *present)))
    expected = oracle(backups, present)
    assert (found and found[0]) == expected


@given(BACKUPS, st.sets(NUMBERS), NUMBERS)
def test_losing_a_segment_never_gains_anything(drawn, present, lost):
    backups = made(drawn)
    before = newest(backups, archive(*on(1, *present)))
    now = newest(backups, archive(*on(1, *present - {lost})))
    assert (now or (-1,))[0] <= (before or (-1,))[0]


@given(BACKUPS, st.sets(NUMBERS), st.randoms())
def test_the_order_does_not_matter(drawn, present, order: random.Random):
    backups = made(drawn)
    shuffled = order.sample(backups, len(backups))
    wal = archive(*on(1, *present))
    assert newest(backups, wal) == newest(shuffled, wal)
    assert {one.label for one in complete(report(backups, [wal]))} == {
        one.label for one in complete(report(shuffled, [wal]))
    }
