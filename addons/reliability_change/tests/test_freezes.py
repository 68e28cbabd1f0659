"""Change freezes: deployments inside them, pipelines that ask, and overrides."""

from datetime import date, datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.reliability_inbound.kinds import InvalidMessage

from .common import NEW, NOON, OLD, after
from .test_pipelines import DAY, PipelineCase, at

TODAY = NOON.date()


class FreezeCase(PipelineCase):
    """A database with users of each role, and no freezes but those of a test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.freezes = cls.env["reliability.freeze"]
        cls.overrides = cls.env["reliability.deployment.override"]
        cls.freezes.search([]).active = False
        cls.users = {
            role: new_test_user(
                cls.env,
                f"{role}_of_freezes",
                f"base.group_user,reliability.group_{role}",
                tz="UTC",
            )
            for role in ("viewer", "manager", "admin")
        }
        if "reliability.slo.budget" in cls.env:
            cls.env["reliability.slo.budget"].search([]).unlink()

    def freeze(self, mode="refuse", name="Christmas peak", **values):
        """Return a freeze of the whole day, unless values say otherwise."""
        days = {"first_day": TODAY, "last_day": TODAY, "tz": "UTC"}
        found = self.freezes.create({"name": name, "mode": mode, **days, **values})
        found.flush_recordset()  # the next period follows from the time of now
        return found

    def ask(self, minutes=5, key="17", state="running", **values):
        """Let a pipeline ask whether it may deploy; return the answer."""
        body = self.message(minutes, state, key, ask=True, **values)
        inbound = self.inbound.with_user(self.users["manager"])
        with freeze_time(after(minutes)):
            return inbound._receive_deployment(body)

    def override(self, role="manager", **values):
        """Return a new override of somebody that holds now."""
        period = {"begin": NOON, "until": NOON + timedelta(hours=4)}
        overrides = self.overrides.with_user(self.users[role])
        return overrides.create({"reason": "Labels are wrong", **period, **values})

    def spend(self, service="Probing", companies=(0,)):
        """Let the error budget of a service be spent, of companies or of all."""
        service = self.env["reliability.service"].create(
            {"name": service, "code": service.lower()}
        )
        self.patch(
            type(self.deployments),
            "_services_with_spent_budget",
            lambda _self: {service: set(companies)},
        )
        return service

    def set_zone(self, freeze, name):
        """Let a freeze have a time zone that cannot be chosen any more."""
        self.env.flush_all()
        query = "UPDATE reliability_freeze SET tz = %s WHERE id = %s"
        self.env.cr.execute(query, [name, freeze.id])
        self.env.invalidate_all()


@tagged("-at_install", "post_install")
class TestCalendar(FreezeCase):
    """What a freeze is, and when it comes next."""

    def test_the_next_period_is_shown(self):
        with freeze_time(NOON):
            month = self.freeze(kind="month_end", days_before=1, days_after=1)
            cutoff = self.freeze(kind="cutoff", cutoff=13.5, hours_before=2)
            days = self.freeze(last_day=TODAY + timedelta(days=2))
        self.assertEqual(
            [(one.begin, one.end) for one in (month, cutoff, days)],
            [
                (datetime(2026, 2, 27), datetime(2026, 3, 3)),
                (after(-30), after(90)),
                (after(-DAY / 2), after(2.5 * DAY)),
            ],
        )

    def test_it_follows_once_one_has_ended(self):
        with freeze_time(NOON):
            cutoff = self.freeze(kind="cutoff", cutoff=13.5, hours_before=2)
            days = self.freeze()
        self.follow(89)
        self.assertEqual(cutoff.end, after(90))
        self.follow(DAY)
        self.assertEqual(cutoff.end, after(90 + DAY))
        self.assertFalse(days.begin or days.end, "it does not come again")

    def test_it_says_when_it_is(self):
        self.assertEqual(
            self.freeze(kind="month_end", days_before=2, days_after=1).text,
            "2 working days before, and 1 after the end of each month",
        )
        self.assertEqual(
            self.freeze(kind="cutoff", cutoff=16.5, hours_before=2).text,
            "2 h before 16:30, each day",
        )
        self.assertEqual(self.freeze().text, "03/02/2026 to 03/02/2026")

    def test_what_can_be_no_freeze_is_refused(self):
        for values in (
            {"last_day": TODAY - timedelta(days=1)},
            {"first_day": False},
            {"last_day": date(9999, 12, 31)},
            {"kind": "month_end", "days_before": 0, "days_after": 0},
            {"kind": "month_end", "days_before": 11},
            {"kind": "month_end", "days_after": -1},
            {"kind": "cutoff", "cutoff": 24},
            {"kind": "cutoff", "hours_before": 0},
            {"kind": "cutoff", "hours_before": 25},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.freeze(**values)

    def test_a_time_zone_whose_name_was_removed(self):
        freeze = self.freeze()
        self.set_zone(freeze, "Türkiye")
        self.assertEqual(
            freeze._next_period_values(NOON)["begin"], after(-DAY / 2 - 180)
        )

    def test_one_that_fails_hides_no_others(self):
        broken, freeze = self.freeze(), self.freeze(name="Month end")
        self.set_zone(broken, "Nowhere/Atlantis")
        with mute_logger("odoo.addons.reliability_change.models.reliability_freeze"):
            self.assertEqual(set(self.freezes._between(NOON, NOON)), {freeze})
            self.freezes._refresh(after(DAY))
        self.assertFalse(freeze.begin)

    def test_administrators_make_them_on_the_form(self):
        with Form(self.freezes.with_user(self.users["admin"])) as form:
            form.name = "Trucks"
            form.kind = "cutoff"
            form.mode = "refuse"
        self.assertTrue(form.record.begin)
        with self.assertRaises(AccessError):
            form.record.with_user(self.users["manager"]).mode = "warn"


@tagged("-at_install", "post_install")
class TestRecorded(FreezeCase):
    """What servers show and pipelines report is recorded, and never refused."""

    def setUp(self):
        super().setUp()
        self.roll_out(0, OLD)

    def test_a_deployment_inside_a_freeze(self):
        freeze = self.freeze()
        (deployment,) = self.roll_out()
        self.assertEqual(deployment.freeze_ids, freeze)
        self.assertEqual(deployment.risk, "Inside the freeze Christmas peak")
        alert = self.alerts(30)["risk"]
        self.assertEqual(alert.severity, "degraded")
        self.assertEqual(
            self.text(alert, 30),
            f"The deployment of {deployment.name} began at 12:05 inside the freeze"
            " Christmas peak: give the reason by Override, or roll it back",
        )
        self.assertNotIn("risk", self.alerts(2 * DAY))

    def test_managers_see_its_alert(self):
        self.freeze()
        self.roll_out()
        with freeze_time(after(30)):
            self.env["reliability.evaluator"]._run(after(30))
        alerts = self.env["reliability.alert"].with_user(self.users["manager"])
        self.assertEqual(len(alerts.search([("cause", "=", "risk")])), 1)

    def test_a_way_back_inside_a_freeze_is_no_alert(self):
        self.freeze()
        self.roll_out()
        self.roll_out(20, OLD)
        self.assertNotIn("risk", self.alerts(30))
        again = self.roll_out(40, NEW)[-1]
        self.assertEqual(self.alerts(50)["risk"].values["deployment"], again.id)

    def test_what_never_reached_a_server_is_no_alert(self):
        self.freeze()
        self.report(5, "running")
        self.assertIn("risk", self.alerts(6))
        self.report(7, "failed")
        self.assertNotIn("risk", self.alerts(8))
        self.roll_out(6)
        self.assertIn("risk", self.alerts(8))

    def test_a_freeze_that_warns_is_information(self):
        self.freeze("warn")
        self.roll_out()
        self.assertEqual(self.alerts(30)["risk"].severity, "information")

    def test_before_and_after_a_freeze_nothing_is_recorded(self):
        self.freeze(first_day=TODAY + timedelta(days=1), last_day=date(2026, 12, 31))
        (deployment,) = self.roll_out()
        self.assertTrue(deployment.is_risk_known)
        self.assertFalse(deployment.risk or deployment.not_known)
        self.assertNotIn("risk", self.alerts(30))

    def test_a_report_is_stored_also_in_a_freeze(self):
        freeze = self.freeze()
        found = self.report(5, "running")
        self.assertEqual((found.state, found.freeze_ids), ("running", freeze))

    def test_a_plan_is_judged_once_it_runs(self):
        freeze = self.freeze()
        planned = self.report(5, "planned")
        self.assertFalse(planned.freeze_ids)
        self.assertNotIn("risk", self.alerts(6))
        self.assertEqual(self.report(6, "running").freeze_ids, freeze)

    def test_while_an_error_budget_is_spent(self):
        service = self.spend()
        (deployment,) = self.roll_out()
        self.assertEqual(deployment.spent_service_ids, service)
        self.assertEqual(deployment.risk, "The error budget of Probing was spent")
        alert = self.alerts(30)["risk"]
        self.assertEqual(alert.severity, "information")
        self.assertIn("while the error budget of Probing was spent", self.text(alert))
        self.freeze()
        deployment.is_risk_known = False
        self.follow(10)
        self.assertEqual(
            deployment.risk,
            "Inside the freeze Christmas peak, and the error budget of Probing was"
            " spent",
        )

    def test_of_what_is_reported_late_nobody_knows_the_budgets(self):
        if "reliability.slo.budget" not in self.env:
            self.skipTest("objectives are not installed")
        freeze, _service = self.freeze(), self.spend()
        late = self.receive(self.message(5), 3 * DAY)
        self.assertEqual(late.risk, "Inside the freeze Christmas peak")
        self.assertEqual(late.freeze_ids, freeze)
        self.assertEqual(late.not_known, "Which error budgets were spent when it began")

    def test_of_budgets_of_other_companies_names_are_not_shown(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.spend(companies=[company.id])
        (deployment,) = self.roll_out()
        self.spend("Sending", companies=[company.id, self.env.company.id])
        deployment.is_risk_known = False
        self.follow(10)
        for role, names in (
            ("viewer", "Sending, another company"),
            ("admin", "Probing, Sending"),
        ):
            self.assertEqual(
                deployment.with_user(self.users[role]).risk,
                f"The error budget of {names} was spent",
            )
        alert = self.alerts(30)["risk"]
        text = self.text(alert, 30, self.users["manager"])
        self.assertIn("budget of Sending, another company", text)
        with self.assertRaises(AccessError):
            deployment.with_user(self.users["viewer"]).read(["spent_service_ids"])

    def test_a_freeze_that_is_archived_later_stays_on_record(self):
        freeze = self.freeze()
        (deployment,) = self.roll_out()
        freeze.active = False
        self.env.invalidate_all()
        self.assertEqual(deployment.freeze_ids, freeze)

    def test_a_neutralized_copy_has_no_alert(self):
        self.freeze()
        self.roll_out()
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "True")
        self.assertFalse(self.alerts(30))

    def test_budgets_of_objectives(self):
        if "reliability.slo.budget" not in self.env:
            self.skipTest("objectives are not installed")
        objective = self.env["reliability.slo"].search([], limit=1)
        self.env["reliability.slo.budget"].create(
            {"slo_id": objective.id, "good": 10, "total": 100, "remaining_ppm": -1}
        )
        found = self.deployments._services_with_spent_budget
        self.assertEqual(found(), {objective.service_id: set()})
        self.env["reliability.slo.budget"].create(
            {
                "slo_id": objective.id,
                "company_id": self.env.company.id,
                "total": 100,
                "remaining_ppm": -1,
            }
        )
        self.assertEqual(found(), {objective.service_id: {self.env.company.id}})
        objective.active = False
        self.assertFalse(found())


@tagged("-at_install", "post_install")
class TestAsked(FreezeCase):
    """A pipeline that asks is refused inside a freeze, and stores nothing."""

    def refused(self, minutes=5, **values):
        with self.assertRaises(InvalidMessage) as refusal:
            self.ask(minutes, **values)
        return str(refusal.exception)

    def test_outside_of_freezes_it_may(self):
        answer = self.ask()
        self.assertEqual(answer, {"deployment": self.deployments.search([]).id})

    def test_inside_a_freeze_it_may_not(self):
        self.freeze()
        self.assertEqual(
            self.refused(),
            "Refused: the change freeze Christmas peak lasts until"
            " 2026-03-03T00:00:00Z. Wait, or let a manager of Reliability make an"
            " override at Incidents > Deployment Overrides, and send its number as"
            " override.",
        )
        self.assertFalse(self.deployments.search([]))

    def test_a_freeze_that_warns(self):
        freeze = self.freeze("warn")
        answer = self.ask()
        self.assertEqual(
            answer["detail"],
            "Beware: the change freeze Christmas peak lasts until"
            " 2026-03-03T00:00:00Z.",
        )
        self.assertEqual(self.deployments.search([]).freeze_ids, freeze)

    def test_a_plan_is_asked_about_its_window(self):
        freeze = self.freeze(first_day=date(2026, 3, 9), last_day=date(2026, 3, 9))
        self.ask(state="planned", key="18")
        window = {"begin": at(7 * DAY - 720 - 30), "end": at(7 * DAY)}
        self.assertIn(
            "until 2026-03-10T00:00:00Z", self.refused(state="planned", planned=window)
        )
        window["end"] = at(7 * DAY - 720 - 1)
        self.ask(state="planned", planned=window)
        freeze.kind = "month_end"
        far = {"begin": "9999-12-30T00:00:00Z"}
        self.ask(state="planned", key="19", planned=far)

    def test_it_is_not_asked_again_once_it_runs(self):
        self.freeze(kind="cutoff", cutoff=13, hours_before=0.5)
        first = self.ask(29)
        self.assertEqual(self.ask(31), first, "sent twice")
        self.report(35, "failed")
        self.assertEqual(self.ask(31), first, "delivered late")
        self.assertIn("Refused", self.refused(40), "a new attempt")
        self.assertEqual(self.ask(61), first)

    def test_one_that_was_killed_is_asked_about_again(self):
        self.ask()
        day = TODAY + timedelta(days=3)
        self.freeze(first_day=day, last_day=day)
        self.assertIn("Refused", self.refused(3 * DAY))

    def test_what_an_attempt_began_in_is_not_that_of_the_next_one(self):
        freeze = self.freeze("warn", kind="cutoff", cutoff=13, hours_before=0.5)
        self.ask(31)
        deployment = self.deployments.search([])
        self.assertEqual(deployment.freeze_ids, freeze)
        self.report(35, "failed")
        self.report(70, "running")
        self.assertFalse(deployment.risk)
        self.assertNotIn("risk", self.alerts(71))

    def test_what_servers_have_run_stays_on_record(self):
        self.roll_out(0, OLD)
        freeze = self.freeze("warn", kind="cutoff", cutoff=13, hours_before=0.5)
        self.ask(31)
        self.roll_out(32)
        self.report(35, "failed")
        self.ask(70)
        (deployment,) = self.deployments.search([])
        self.assertEqual(deployment.freeze_ids, freeze)

    def test_a_way_back_is_only_warned_of(self):
        self.ask(1, key="16")
        self.freeze()
        answer = self.ask(rolls_back="16")
        self.assertIn("Beware: the change freeze", answer["detail"])
        self.assertNotIn("risk", self.alerts(30))
        again = self.refused(10, key="18", rolls_back="17")
        self.assertIn("Refused", again, "it deploys again what was undone")

    def test_a_begin_in_the_future_is_none(self):
        self.freeze(kind="month_end")
        for name in ("begin", "end"):
            values = {name: "9999-12-30T00:00:00Z"}
            with self.assertRaisesRegex(InvalidMessage, "correct the clock"):
                self.report(5, "succeeded", **values)

    def test_an_override_that_was_made_before(self):
        freeze = self.freeze()
        override = self.override(freeze_ids=freeze.ids)
        self.assertEqual(self.overrides.search([]), override)
        answer = self.ask(override=override.id)
        deployment = self.deployments.browse(answer["deployment"])
        self.assertEqual(deployment.override_id, override)
        self.assertEqual(override.deployment_ids, deployment)
        self.assertNotIn("risk", self.alerts(30))
        name = self.users["manager"].name
        logged = "".join(deployment.message_ids.mapped("body"))
        self.assertIn(f"Overridden by {name}: Labels are wrong", logged)
        self.assertIn("Labels are wrong", freeze.message_ids[:1].body)

    def test_an_override_of_something_else(self):
        freeze, other = self.freeze(), self.freeze(name="Month end")
        one = self.override(freeze_ids=freeze.ids)
        over = self.override(freeze_ids=(freeze | other).ids, until=after(4))
        for number in (one.id, over.id, over.id + 1):
            text = self.refused(override=number)
            self.assertIn(f"Override {number} does not allow it now", text)
        both = self.override(freeze_ids=(freeze | other).ids)
        self.assertTrue(self.ask(override=both.id))

    def test_the_reason_of_a_pipeline(self):
        freeze = self.freeze()
        reason = "Labels of anna@example.com are wrong"
        self.ask(override=reason, person="anna")
        self.ask(override=reason, person="anna")
        (override,) = self.overrides.search([])
        self.assertEqual(override.deployment_ids, self.deployments.search([]))
        self.assertEqual(override.freeze_ids, freeze)
        self.assertEqual(override.person, "anna")
        self.assertEqual(override.user_id, self.users["manager"])
        self.assertNotIn("anna@example.com", override.reason)
        self.assertNotIn("risk", self.alerts(30))

    def test_a_reason_is_for_one_attempt(self):
        self.freeze()
        values = {"override": "Labels are wrong", "person": "anna"}
        self.ask(**values)
        (first,) = self.overrides.search([])
        self.report(10, "failed")
        self.assertIn("Refused", self.refused(20))
        self.assertIn("does not allow it", self.refused(20, override=first.id))
        self.ask(20, **values)
        second = self.overrides.search([]) - first
        self.assertEqual(first.deployment_id, second.deployment_id)
        self.assertEqual(second.deployment_ids, second.deployment_id)

    def test_what_an_override_is_not_for_stays_an_alert(self):
        freeze, other = self.freeze(), self.freeze("warn", "Month end")
        self.ask(override=self.override(freeze_ids=freeze.ids).id)
        deployment = self.deployments.search([])
        self.assertTrue(deployment.override_id)
        self.assertFalse(deployment.is_overridden)
        alert = self.alerts(30)["risk"]
        self.assertEqual(alert.severity, "information")
        self.assertIn("inside the freeze Month end:", self.text(alert, 30))
        self.override(deployment_id=deployment.id, freeze_ids=(freeze | other).ids)
        self.assertNotIn("risk", self.alerts(30))

    def test_the_override_of_a_plan_holds_when_it_runs(self):
        self.freeze()
        values = {"override": "Labels are wrong", "person": "anna"}
        self.ask(1, state="planned", **values)
        self.assertIn("Refused", self.refused(2, key="18"))
        self.ask(2)
        (override,) = self.overrides.search([])
        self.assertEqual(override.deployment_ids.state, "running")
        number = override.id
        self.assertIn("does not allow it", self.refused(3, key="18", override=number))

    def test_an_override_of_something_else_is_not_used_for_a_warning(self):
        self.freeze("warn")
        override = self.override()
        self.ask(override=override.id)
        self.assertFalse(override.deployment_ids)
        self.assertIn("risk", self.alerts(30))

    def test_where_nothing_is_overridden_nothing_is_recorded(self):
        self.ask(override="Labels are wrong", person="anna")
        self.assertFalse(self.overrides.search([]))

    def test_a_spent_budget_is_refused_where_settings_say_so(self):
        self.spend()
        answer = self.ask(key="18")
        text = "the error budget of Probing is spent"
        self.assertEqual(answer["detail"], f"Beware: {text}.")
        settings = self.env["res.config.settings"].create({})
        settings.reliability_refuse_when_budget_spent = True
        settings.execute()
        self.assertIn(f"Refused: {text}.", self.refused())
        override = self.override(is_for_budgets=True)
        self.assertTrue(self.ask(override=override.id))

    def test_other_environments_are_not_asked_about(self):
        self.freeze()
        answer = self.ask(production=False, environment="staging")
        self.assertFalse(answer["deployment"])

    def test_what_breaks_the_contract(self):
        with self.assertRaisesRegex(InvalidMessage, "person must say who overrides"):
            self.ask(override="Labels are wrong")
        with self.assertRaisesRegex(InvalidMessage, "by a name.*: [^@]*$"):
            self.ask(override="Labels are wrong", person="anna@example.com")

    def test_seen_and_asked_is_one_deployment(self):
        self.roll_out(0, OLD)
        freeze = self.freeze()
        override = self.override(freeze_ids=freeze.ids)
        self.ask(3, override=override.id)
        self.ask(4, key="18", override="Labels are wrong", person="anna", revision=OLD)
        self.roll_out(5, NEW)
        seen = self.deployments.search([("is_seen", "=", True)])
        self.assertEqual((seen.key, seen.override_id), ("17", override))
        self.assertEqual(seen.freeze_ids, freeze)
        self.assertEqual(len(self.overrides.search([])), 2)
        logged = "".join(seen.message_ids.mapped("body"))
        self.assertIn("Overridden by", logged)


@tagged("-at_install", "post_install")
class TestOverrides(FreezeCase):
    """Managers answer for a deployment, also after it; nobody changes that later."""

    def deployed(self):
        self.freeze()
        self.roll_out(0, OLD)
        (deployment,) = self.roll_out()
        return deployment

    def test_a_manager_confirms_a_deployment(self):
        deployment = self.deployed().with_user(self.users["manager"])
        action = deployment.action_override()
        overrides = self.overrides.with_user(self.users["manager"])
        with Form(overrides.with_context(**action["context"])) as form:
            form.reason = "Labels are wrong"
        self.assertEqual(deployment.override_id, form.record)
        self.assertEqual(form.record.freeze_ids, deployment.freeze_ids)
        self.assertEqual(form.record.user_id, self.users["manager"])
        self.assertFalse(form.record.until)
        self.assertNotIn("risk", self.alerts(30))

    def test_one_manager_answers_for_it(self):
        deployment = self.deployed()
        one = {"deployment_id": deployment.id, "freeze_ids": deployment.freeze_ids.ids}
        first = self.override(**one)
        with self.assertRaisesRegex(UserError, "an override already: Labels are wrong"):
            self.override("admin", **one)
        self.assertEqual(deployment.override_id, first)

    def test_it_is_of_its_user(self):
        admin = self.users["admin"]
        override = self.override(user_id=admin.id, person="somebody else")
        self.assertEqual(override.user_id, self.users["manager"])
        self.assertFalse(override.person)

    def test_viewers_make_none_and_nobody_changes_one(self):
        deployment = self.deployed()
        with self.assertRaises(AccessError):
            self.override("viewer")
        with self.assertRaises(AccessError):
            deployment.with_user(self.users["viewer"]).action_override()
        override = self.override("admin")
        for values in ({"reason": "Another"}, {"until": after(DAY)}):
            with self.assertRaises(AccessError):
                override.write(values)
        with self.assertRaises(AccessError):
            override.unlink()

    def test_it_needs_an_end_or_a_deployment(self):
        for values in ({"until": False}, {"until": NOON}):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.override(**values)

    def test_managers_open_the_deployment_from_the_alert(self):
        deployment = self.deployed()
        alert = self.alerts(30)["risk"]
        for role, can_act in (("viewer", False), ("manager", True)):
            provider = self.provider.with_user(self.users[role])
            self.assertEqual(provider._can_act_on(alert), can_act)
            action = provider._describe_alert(alert).action
            self.assertEqual(action["res_id"], deployment.id)
