"""Which changes of what runs are one deployment."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from reliability_change.fingerprint import Fingerprint
from reliability_change.rollout import Change, Known, Load, agree, includes, undoes

NOON = datetime(2026, 3, 2, 12)
OLD, NEW = {"/opt/addons": "a" * 40}, {"/opt/addons": "b" * 40}


def load(host="odoo-1", minutes=0, code=None, modules=None, loaded=None, **values):
    """Return a load of a process that has just loaded its code, unless given."""
    seen = NOON + timedelta(minutes=minutes)
    since = seen if loaded is None else NOON + timedelta(minutes=loaded)
    code = OLD if code is None else code
    content = Fingerprint(modules or {"sale": "1.0"}, code, {}, {})
    return Load(host, seen, since, content, **values)


def steps(*loads):
    """Return the changes that follow from each load."""
    known = Known()
    found = [known.follow(one) for one in loads]
    return [step.changes if step else () for step in found]


CODE = Change("code", "/opt/addons", "a" * 40, "b" * 40)
SALE = Change("module", "sale", "1.0", "1.1")


class TestWhatFollows:
    def test_nothing_from_the_first_load(self):
        assert steps(load()) == [()]

    def test_nothing_from_the_same_again(self):
        assert steps(load(), load(minutes=1), load(minutes=2)) == [(), (), ()]

    def test_new_code(self):
        assert steps(load(), load(minutes=5, code=NEW)) == [(), (CODE,)]

    def test_a_module_is_upgraded_once_for_all_hosts(self):
        upgraded = {"sale": "1.1"}
        loads = (
            load("odoo-1"),
            load("odoo-2", 1),
            load("odoo-1", 5, modules=upgraded),
            load("odoo-2", 6, modules=upgraded),
        )
        assert steps(*loads) == [(), (), (SALE,), ()]

    def test_each_host_gets_new_code(self):
        loads = (
            load("odoo-1"),
            load("odoo-2", 1),
            load("odoo-1", 5, NEW),
            load("odoo-2", 9, NEW),
        )
        assert steps(*loads) == [(), (), (CODE,), (CODE,)]

    def test_an_old_process_says_nothing_of_code(self):
        """It loads its registry again: its code is that of its start."""
        late = load(minutes=8, loaded=0, modules={"sale": "1.1"})
        loads = (load(), load(minutes=5, code=NEW), late, load(minutes=9, code=NEW))
        found = steps(*loads)
        assert found[2] == (SALE,), "the database is upgraded in any case"
        assert found[3] == (Change("module", "sale", "1.1", "1.0"),)

    def test_a_command_says_nothing_of_code(self):
        upgrade = load(minutes=5, code={}, modules={"sale": "1.1"}, is_serving=False)
        assert steps(load(), upgrade) == [(), (SALE,)]

    def test_a_new_host_runs_the_same(self):
        assert steps(load("pod-1"), load("pod-2", 60)) == [(), ()]

    def test_a_new_host_has_settings_of_its_own(self):
        two, four = (
            Fingerprint({"sale": "1.0"}, OLD, {}, {"workers": count}) for count in "24"
        )
        loads = (
            load("odoo-1")._replace(content=two),
            load("odoo-2", 1)._replace(content=four),
            load("odoo-2", 2)._replace(content=two),
        )
        assert steps(*loads) == [(), (), (Change("setting", "workers", "4", "2"),)]

    def test_a_new_host_replaces_an_old_one(self):
        """Containers have a new name each time."""
        loads = load("pod-1"), load("pod-2", 60, NEW), load("pod-3", 61, NEW)
        assert steps(*loads) == [(), (CODE,), ()]

    def test_something_is_added_and_removed(self):
        (_first, found) = steps(
            load(modules={"sale": "1.0", "crm": "1.0"}),
            load(minutes=1, modules={"sale": "1.0", "stock": "1.0"}),
        )
        assert found == (
            Change("module", "crm", "1.0", ""),
            Change("module", "stock", "", "1.0"),
        )


class TestOneRollOut:
    def test_the_same_change_on_two_hosts(self):
        assert agree([CODE], [CODE])

    def test_code_and_then_its_modules(self):
        assert agree([CODE], [SALE])

    def test_not_the_way_back(self):
        back = CODE._replace(before=CODE.after, after=CODE.before)
        assert not agree([CODE], [back])
        assert undoes([back], [CODE])

    def test_not_the_next_version(self):
        later = CODE._replace(before=CODE.after, after="c" * 40)
        assert not agree([CODE], [later])
        assert not undoes([later], [CODE])

    def test_a_host_that_was_behind_has_all_of_it(self):
        assert includes([CODE, SALE], [CODE])
        assert not includes([SALE], [CODE, SALE])

    def test_half_of_the_way_back_undoes_nothing(self):
        back = CODE._replace(before=CODE.after, after=CODE.before)
        assert not undoes([back], [CODE, SALE])


VERSIONS = st.sampled_from(["a" * 40, "b" * 40, "c" * 40])
LIFE = st.lists(st.tuples(st.sampled_from(["odoo-1", "odoo-2"]), VERSIONS), max_size=8)


class TestHoweverManyWorkers:
    @given(LIFE, st.lists(st.integers(1, 4), min_size=8, max_size=8))
    def test_they_say_no_more_than_one(self, life, workers):
        """Each process of a host loads the same: nothing follows from all but one."""
        one, many = [], []
        for minute, (host, version) in enumerate(life):
            same = load(host, minute, {"/opt/addons": version})
            one.append(same)
            many += [same] * workers[minute]
        assert [found for found in steps(*one) if found] == [
            found for found in steps(*many) if found
        ]

    @given(LIFE)
    def test_known_again_after_a_restart(self, life):
        """What follows does not depend on when the loads before were followed."""
        loads = [
            load(host, minute, {"/opt/addons": version})
            for minute, (host, version) in enumerate(life)
        ]
        at_once = steps(*loads)
        apart = [Known(loads[:n]).follow(one) for n, one in enumerate(loads)]
        assert at_once == [step.changes if step else () for step in apart]

    @given(LIFE)
    def test_what_a_host_runs_goes_from_one_version_to_the_next(self, life):
        found = [
            (host, change.before, change.after)
            for (host, _version), changes in zip(
                life,
                steps(
                    *(
                        load(host, minute, {"/opt/addons": version})
                        for minute, (host, version) in enumerate(life)
                    )
                ),
                strict=True,
            )
            for change in changes
        ]
        for host in ("odoo-1", "odoo-2"):
            mine = [pair for name, *pair in found if name == host]
            for (_before, after), (before, _after) in pairwise(mine):
                assert after == before
