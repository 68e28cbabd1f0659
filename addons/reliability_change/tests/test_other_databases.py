"""One roll-out over all databases of a server is one deployment of the operator's."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability.api import settings

from .. import other_database
from ..databases import DONE, PARTIAL, RUNNING, Answer, Part
from ..models import reliability_deployment_reading as reading
from ..rollout import Change
from .common import FOLDER, NEW, NOON, OLD, DeploymentCase, after

CODE = Change("code", FOLDER, OLD, NEW)
SALE = Change("module", "sale", "1.0", "1.1")
LONG_AGO = NOON - timedelta(days=30)


def part(database, minutes, *changes, state=DONE, **values):
    moment = after(minutes)
    return Part(database, moment, moment, state, changes, **values)


class DatabasesCase(DeploymentCase):
    """The operator's database; ``others`` has what the others answer."""

    def setUp(self):
        super().setUp()
        self.others, self.asked = {}, []
        here = self.env.cr.dbname
        ours = replace(settings(), operator_database=here)
        self.patch(reading, "settings", lambda: ours)
        self.patch(reading, "served_databases", lambda _cr: {here, *self.others})
        self.patch(other_database, "ask", self.ask)
        cron = type(self.env["ir.cron"])
        self.patch(cron, "_commit_progress", lambda _self: None)
        reading._log_once.cache_clear()

    def ask(self, name, _since, _modules):
        self.asked.append(name)
        answer = self.others[name]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def answers(self, name, *parts, versions=None, known_since=LONG_AGO):
        self.others[name] = Answer(known_since, versions or {}, parts)

    def read(self, minutes):
        """Run the scheduled action; return the databases that it has asked."""
        self.asked = []
        with freeze_time(after(minutes)):
            self.deployments._cron_read_databases()
        return self.asked

    def states(self, deployment):
        return {one.name: one.state for one in deployment.database_ids}


@tagged("-at_install", "post_install")
class TestRollOut(DatabasesCase):
    def test_it_is_done_in_each_database(self):
        deployment = self.deploy()
        for name in ("one", "two"):
            self.answers(name, part(name, 7, CODE))
        self.read(8)
        self.assertEqual(self.states(deployment), {"one": "done", "two": "done"})
        self.assertEqual(deployment.databases, "2 of 2 databases")
        self.assertEqual(deployment.database_ids[0].begin, after(7))
        self.follow(11)
        self.assertEqual((deployment.state, deployment.end), ("done", after(5)))
        self.assertEqual(len(self.deployments.search([])), 1, "counted once")

    def test_partial_while_a_database_is_behind(self):
        deployment = self.deploy()
        self.answers("one", part("one", 7, CODE))
        self.answers("two")
        self.read(8)
        self.assertEqual(self.states(deployment), {"one": "done"}, "it may follow")
        self.follow(11)
        self.read(13)
        self.assertEqual(self.states(deployment), {"one": "done", "two": "behind"})
        self.assertEqual(deployment.state, "partial")
        self.assertEqual(deployment.databases, "1 of 2 databases")
        self.answers("two", part("two", 90, CODE))
        self.read(95)
        self.follow(96)
        self.assertEqual((deployment.state, len(deployment.database_ids)), ("done", 2))

    def test_partial_while_a_database_is_not_upgraded(self):
        deployment = self.deploy()
        stale = part("one", 7, CODE, state=PARTIAL, not_upgraded=("sale", "stock"))
        self.answers("one", stale)
        self.follow(11)
        self.read(12)
        self.assertEqual(deployment.state, "partial")
        self.assertEqual(deployment.database_ids.not_upgraded, "sale, stock")
        upgraded = part("one", 60, SALE)
        self.answers("one", part("one", 7, CODE), upgraded)
        self.read(65)
        (found,) = self.follow(66)
        self.assertEqual((found, found.state), (deployment, "done"))
        self.read(70)
        self.assertEqual(len(self.deployments.search([])), 1)

    def test_hosts_that_are_behind_are_named(self):
        deployment = self.deploy()
        values = {"state": PARTIAL, "hosts_behind": ("odoo-2",)}
        self.answers("one", part("one", 7, CODE, **values))
        self.read(12)
        self.assertEqual(deployment.database_ids.hosts_behind, "odoo-2")

    def test_a_database_that_is_not_concerned_is_left_out(self):
        deployment = self.deploy()
        self.answers("new", known_since=after(6))
        self.others["without_the_addon"] = None
        self.read(20)
        self.assertFalse(deployment.database_ids)
        self.assertFalse(deployment.databases)

    def test_the_way_back_is_that_of_the_databases_too(self):
        there = self.deploy()
        self.answers("one", part("one", 6, CODE))
        self.read(8)
        self.runs(30, OLD)
        back = self.follow(31)[-1]
        undone = CODE._replace(before=NEW, after=OLD)
        self.answers("one", part("one", 6, CODE), part("one", 32, undone))
        self.read(35)
        for deployment, minute in ((there, 6), (back, 32)):
            self.assertEqual(deployment.database_ids.begin, after(minute))

    def test_one_that_was_replaced_keeps_its_databases(self):
        first = self.deploy()
        self.answers("one")
        self.read(11)
        self.runs(50, "c" * 40)
        self.follow(51)
        self.answers("one", part("one", 52, CODE._replace(after="c" * 40)))
        self.read(60)
        self.assertEqual(self.states(first), {"one": "behind"})


@tagged("-at_install", "post_install")
class TestModulesOfOthers(DatabasesCase):
    def test_one_deployment_for_all_of_them(self):
        for minute, name in enumerate(("one", "two", "three")):
            self.answers(name, part(name, minute, SALE))
        self.answers("four", versions={"sale": "1.0"})
        self.read(3)
        (deployment,) = self.deployments.search([])
        self.assertEqual(deployment.change_ids.mapped("after"), ["1.1"])
        self.assertEqual((deployment.begin, deployment.end), (NOON, after(2)))
        self.assertEqual(deployment.databases, "3 of 3 databases")
        self.read(10)
        self.follow(11)
        self.assertEqual(deployment.state, "partial")
        self.assertEqual(deployment.databases, "3 of 4 databases")

    def test_one_that_is_found_later_belongs_to_it(self):
        self.answers("one", part("one", 10, SALE))
        self.read(11)
        self.answers("two", part("two", 4, SALE))
        self.read(16)
        (deployment,) = self.deployments.search([])
        self.assertEqual((deployment.begin, deployment.end), (after(4), after(10)))

    def test_the_way_back_undoes_it(self):
        back = SALE._replace(before="1.1", after="1.0")
        self.answers("one", part("one", 0, SALE))
        self.read(1)
        self.answers("one", part("one", 0, SALE), part("one", 40, back))
        self.read(41)
        (undoing, there) = self.deployments.search([])
        self.assertEqual(undoing.rolls_back_id, there)

    def test_code_that_is_not_seen_here_yet_waits(self):
        self.answers("one", part("one", 0, CODE))
        self.read(1)
        self.assertFalse(self.deployments.search([]))


@tagged("-at_install", "post_install")
class TestNotAsked(DatabasesCase):
    def test_what_cannot_be_asked_is_unknown_and_said_once(self):
        deployment = self.deploy()
        self.answers("one", part("one", 7, CODE))
        self.others["two"] = psycopg2.OperationalError("no connection")
        with self.assertLogs(reading.__name__, "WARNING") as logs:
            self.read(8)
            self.read(13)
        self.assertEqual(len(logs.output), 1)
        self.assertEqual(self.states(deployment), {"one": "done", "two": "unknown"})
        self.assertEqual(deployment.databases, "1 of 2 databases")
        self.answers("two", part("two", 7, CODE))
        self.read(18)
        self.assertEqual(self.states(deployment), {"one": "done", "two": "done"})

    def test_what_is_done_stays_done(self):
        deployment = self.deploy()
        self.answers("one", part("one", 7, CODE))
        self.read(8)
        self.others["one"] = psycopg2.OperationalError("no connection")
        with mute_logger(reading.__name__):
            self.read(60)
        self.assertEqual(self.states(deployment), {"one": "done"})

    def test_a_database_that_was_dropped_is_not_behind(self):
        deployment = self.deploy()
        self.answers("one")
        self.follow(11)
        self.read(12)
        self.assertEqual(deployment.state, "partial")
        del self.others["one"]
        self.answers("two", part("two", 7, CODE))
        self.read(17)
        self.follow(18)
        self.assertEqual(self.states(deployment), {"two": "done"})
        self.assertEqual(deployment.state, "done")

    def test_those_that_could_not_be_asked_come_last(self):
        self.deploy()
        self.others["a_slow_one"] = psycopg2.OperationalError("timeout")
        self.answers("one")
        with mute_logger(reading.__name__):
            self.assertEqual(self.read(8), ["a_slow_one", "one"])
            self.assertEqual(self.read(13), ["one", "a_slow_one"])

    def test_when_time_is_over_the_others_are_asked_the_next_time(self):
        self.deploy()
        self.answers("one")
        with patch.object(reading, "_SECONDS", -1):
            self.assertEqual(self.read(8), [])
        self.assertEqual(self.read(13), ["one"])


@tagged("-at_install", "post_install")
class TestCost(DatabasesCase):
    def test_nobody_is_asked_in_other_databases(self):
        self.answers("one")
        ours = replace(settings(), operator_database="another")
        self.patch(reading, "settings", lambda: ours)
        self.assertEqual(self.read(0), [])

    def test_nobody_is_asked_in_a_neutralized_copy(self):
        self.answers("one")
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.assertEqual(self.read(0), [])

    def test_each_half_an_hour_while_nothing_is_deployed(self):
        self.answers("one")
        found = {minute: self.read(minute) for minute in range(0, 65, 5)}
        asked = [minute for minute, names in found.items() if names]
        self.assertEqual(asked, [0, 30, 60])

    def test_those_that_are_not_done_each_five_minutes(self):
        self.answers("one")
        self.read(0)
        self.deploy()
        self.answers("done", part("done", 6, CODE))
        self.answers("running", part("running", 6, CODE, state=RUNNING))
        self.read(10)
        self.assertEqual(self.read(15), ["one", "running"])

    def test_those_that_it_does_not_concern_a_quarter_of_an_hour(self):
        self.answers("new", known_since=after(6))
        self.read(0)
        self.deploy()
        found = {minute: self.read(minute) for minute in range(10, 35, 5)}
        asked = [minute for minute, names in found.items() if names]
        self.assertEqual(asked, [10, 15, 20, 30])


@tagged("-at_install", "post_install")
class TestWhoSeesIt(DatabasesCase):
    def user(self, group):
        return new_test_user(self.env, group, f"base.group_user,reliability.{group}")

    def test_administrators_only(self):
        deployment = self.deploy()
        self.answers("one")
        self.follow(11)
        self.read(12)
        admin = deployment.with_user(self.user("group_admin"))
        self.assertEqual(admin.database_ids.name, "one")
        for group in ("group_viewer", "group_manager"):
            other = deployment.with_user(self.user(group))
            for name in ("database_ids", "databases"):
                with self.assertRaises(AccessError):
                    other.read([name])
            with self.assertRaises(AccessError):
                self.env[deployment.database_ids._name].with_user(
                    other.env.user
                ).search([])

    def test_the_alert_has_no_names(self):
        deployment = self.deploy()
        self.answers("one")
        self.follow(11)
        self.read(12)
        provider = self.env["reliability.health.provider"]
        with freeze_time(after(13)):
            (alert,) = [
                one for one in provider._alerts() if one.cause == "databases_behind"
            ]
        self.assertEqual(
            provider._describe_alert(alert).text,
            f"{deployment.name} is not done in 1 database of the server: upgrade it",
        )
