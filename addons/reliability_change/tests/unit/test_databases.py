"""Which deployments of several databases are one roll-out."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from reliability_change.databases import (
    DONE,
    PARTIAL,
    RUNNING,
    Answer,
    Part,
    RollOut,
    assign,
    is_behind,
    new_roll_outs,
    together,
)
from reliability_change.rollout import Change

NOON = datetime(2026, 3, 2, 12)
CODE = Change("code", "image", "sha256:a", "sha256:b")
BACK = Change("code", "image", "sha256:b", "sha256:a")
SALE = Change("module", "sale", "1.0", "1.1")
CRM = Change("module", "crm", "1.0", "1.1")


def part(database="tenant", minutes=0, changes=(CODE,), state=DONE, **values):
    moment = NOON + timedelta(minutes=minutes)
    return Part(database, moment, moment, state, tuple(changes), **values)


def roll_out(key=1, minutes=0, changes=(CODE,), **values):
    return RollOut(key, NOON + timedelta(minutes=minutes), tuple(changes), **values)


class TestOneRollOut:
    def test_the_same_code_in_each_database(self):
        parts = [part("one"), part("two", 20), part("three", 300)]
        assert set(assign(parts, [roll_out()])[1]) == set(parts)

    def test_its_modules_may_be_others(self):
        with_module = part(changes=(CODE, CRM))
        assert assign([with_module], [roll_out(changes=(CODE, SALE))])[1]

    def test_modules_that_another_database_got_with_the_code(self):
        both = part("one", changes=(CODE, CRM))
        later = part("two", 60, changes=(CRM,))
        assert assign([both, later], [roll_out()])[1] == [both, later]
        known = roll_out(elsewhere=(CRM,))
        assert assign([later], [known])[1] == [later], "also if that was found before"

    def test_modules_that_were_not_upgraded_with_the_code(self):
        code = part("one", not_upgraded=("crm",))
        upgraded = part("one", 60, (CRM,))
        assert assign([upgraded, code], [roll_out()])[1] == [code, upgraded]
        known = roll_out(not_upgraded=("crm",))
        assert assign([upgraded], [known])[1] == [upgraded]

    def test_not_what_shares_nothing(self):
        assert not assign([part(changes=(CRM,))], [roll_out()])[1]

    def test_not_two_versions_of_the_same(self):
        other = SALE._replace(after="1.2")
        both = part(changes=(CODE, other))
        assert not assign([both], [roll_out(changes=(CODE, SALE))])[1]

    def test_not_days_later(self):
        assert not assign([part(minutes=25 * 60)], [roll_out()])[1]

    def test_there_and_back_and_there_again(self):
        life = [(1, 0, CODE), (2, 30, BACK), (3, 60, CODE)]
        outs = [roll_out(key, minute, (change,)) for key, minute, change in life]
        parts = [part("one", minute + 1, (change,)) for _key, minute, change in life]
        found = assign(parts, outs)
        assert [found[key] for key in (1, 2, 3)] == [[one] for one in parts]


class TestOfModulesOnly:
    def test_all_databases_are_one(self):
        parts = [part("one", 0, (SALE,)), part("two", 90, (SALE, CRM))]
        assert new_roll_outs(parts) == [parts]

    def test_others_are_others(self):
        parts = [part("one", 0, (SALE,)), part("two", 1, (CRM,))]
        assert len(new_roll_outs(parts)) == 2

    def test_code_is_seen_where_all_roll_outs_are_known(self):
        assert new_roll_outs([part(changes=(CODE, SALE))]) == []


class TestTogether:
    def test_the_worst_state_counts(self):
        code = part(state=PARTIAL, not_upgraded=("sale",))
        module = part(minutes=60, changes=(SALE,), state=RUNNING, hosts_behind=("b",))
        found = together([module, code])
        assert (found.begin, found.end) == (code.begin, module.end)
        assert (found.state, found.changes) == (PARTIAL, (SALE, CODE))
        assert (found.not_upgraded, found.hosts_behind) == (("sale",), ("b",))


class TestBehind:
    def test_a_database_that_runs_other_code(self):
        before = NOON - timedelta(days=1)
        assert is_behind(roll_out(), Answer(before, {}, ()))

    def test_not_one_that_is_newer_or_was_never_seen(self):
        assert not is_behind(roll_out(), Answer(NOON, {}, ()))
        assert not is_behind(roll_out(), Answer(None, {}, ()))

    def test_a_module_that_is_installed_in_the_version_before(self):
        of_module = roll_out(changes=(SALE,))
        for version, expected in (("1.0", True), ("1.1", False), ("0.9", False)):
            answer = Answer(NOON - timedelta(days=1), {"sale": version}, ())
            assert is_behind(of_module, answer) == expected
        assert not is_behind(of_module, Answer(NOON - timedelta(days=1), {}, ()))

    def test_not_because_a_module_was_installed_or_removed_elsewhere(self):
        for change in (SALE._replace(before=""), SALE._replace(after="")):
            answer = Answer(None, {"sale": "1.0"}, ())
            assert not is_behind(roll_out(changes=(change,)), answer)


PARTS = st.lists(
    st.builds(
        part,
        st.sampled_from(["one", "two", "three"]),
        st.integers(0, 600),
        st.sets(st.sampled_from([CODE, BACK, SALE, CRM]), min_size=1).filter(
            lambda changes: not {CODE, BACK} <= changes
        ),
    ),
    max_size=8,
)
OUTS = [roll_out(1), roll_out(2, 120, (BACK,)), roll_out(3, 300)]
NAMES = ["one", "two", "three", "four", "five"]
MINUTES = st.lists(st.integers(0, 12 * 60), min_size=5, max_size=5)
ORDERS = st.permutations(NAMES)


class TestTheOrderDoesNotMatter:
    @given(PARTS, st.randoms())
    def test_of_databases(self, parts, random):
        shuffled = random.sample(parts, len(parts))
        assert assign(parts, OUTS) == assign(shuffled, OUTS[::-1])
        assert new_roll_outs(parts) == new_roll_outs(shuffled)

    @given(PARTS)
    def test_each_part_is_in_one_roll_out_at_most(self, parts):
        found = sum(assign(parts, OUTS).values(), [])
        assert len(found) == len(set(found))

    @given(MINUTES, ORDERS, st.integers(1, 5))
    def test_of_looks(self, minutes, order, size):
        """Databases that are found in several looks are the same one roll-out."""
        parts = {
            name: part(name, minute, (SALE,))
            for name, minute in zip(NAMES, minutes, strict=True)
        }
        known = None
        for start in range(0, len(NAMES), size):
            found = [parts[name] for name in order[start : start + size]]
            mine = assign(found, [known])[1] if known else []
            new = new_roll_outs(one for one in found if one not in mine)
            assert len(new) == (known is None)
            begin = min(one.begin for one in [*found, *([known] if known else [])])
            known = RollOut(1, begin, (SALE,))
