"""Reports of probes: what is stored, what is on /metrics, and which alerts follow."""

from datetime import datetime, timedelta
from unittest.mock import patch

from lxml import html

from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from odoo.addons.reliability.api import formatting
from odoo.addons.reliability_inbound.kinds import InvalidMessage

from .. import families, ways
from ..models.problem_messages import describe_problem
from ..models.reliability_gauge_probe import GAUGES
from ..models.reliability_health_provider import PROVIDER
from ..probe import problems
from ..probe.steps import STEPS as PROBE_STEPS

NOON = datetime(2026, 11, 30, 12)
STEPS = "resolve", "connect", "tls", "certificate", "response"
FRANKFURT, DUBLIN = ("public_address", "frankfurt"), ("public_address", "dublin")


def text(moment):
    return f"{moment.isoformat()}Z"


def step(code, seconds=0.1, **values):
    """Return a step that begins with its run."""
    return {"step": code, "seconds": seconds, "result": "passed", **values}


def failed(code, cause, **values):
    error = f"Error: {cause}"
    return step(code, result="failed", cause=cause, error=error, **values)


class ProbeCase(TransactionCase):
    def setUp(self):
        super().setUp()
        self.journey = self.env.ref("reliability_synthetic.journey_public_address")
        self.runs = self.env["reliability.synthetic.run"]
        self.inbound = self.env["reliability.inbound"]
        self.env.user.tz = "UTC"
        self.provider = self.env["reliability.health.provider"]

    def report(
        self, minutes=0, *attempts, place="frankfurt", ends=90, days=None, **values
    ):
        """Return a report of a run.

        :param minutes: after noon
        :param attempts: lists of steps; without one, all of them pass
        :param ends: days after noon at which the certificate ends; ``None`` without one
        :param days: that it is valid in all, if it is known
        """
        moment = NOON + timedelta(minutes=minutes)
        certificate = {"not_after": text(NOON + timedelta(days=ends or 0))}
        certificate |= {"subject": "odoo.example.com", "issuer": "Test CA"}
        if days:
            certificate["not_before"] = text(NOON + timedelta(days=ends - days))
        attempts = attempts or (map(step, STEPS),)
        begin = {"started_at": text(moment)}
        return {
            "version": 1,
            "journey": "public_address",
            "place": place,
            "host": "probe1",
            "started_at": text(moment),
            "attempts": [
                begin | {"seconds": 0.5, "steps": [begin | one for one in steps]}
                for steps in attempts
            ],
            "certificate": certificate if ends is not None else None,
            "phases": {"resolve": 0.02, "processing": 0.3},
        } | values

    def shown(self, minutes):
        """Return state and last run of the journey some minutes after noon."""
        with freeze_time(NOON + timedelta(minutes=minutes)):
            self.journey.invalidate_recordset()
            return self.journey.state, self.journey.last_run

    def receive(self, *arguments, at=None, **values):
        """Receive a report when it begins, or minutes after noon; return the run."""
        report = self.report(*arguments, **values)
        begin = report["started_at"][:-1]
        moment = begin if at is None else NOON + timedelta(minutes=at)
        with freeze_time(moment):
            answer = self.inbound._receive_synthetic(report)
        return self.runs.browse(answer["run"])

    def maintain(self, begin, end):
        """Approve a maintenance window of all services, in minutes after noon."""
        self.env["reliability.maintenance"].create(
            {
                "name": "Another disk",
                "start": NOON + timedelta(minutes=begin),
                "end": NOON + timedelta(minutes=end),
            }
        ).action_approve()

    def alerts(self, minutes=1):
        """Return cause → severity and text of alerts some minutes after noon."""
        causes = ("certificate", "silent", "clock")
        with freeze_time(NOON + timedelta(minutes=minutes)):
            return {
                alert.cause: (
                    alert.severity,
                    self.provider._describe_alert(alert).text,
                )
                for alert in self.provider._alerts()
                if alert.provider == "synthetic" and alert.cause in causes
            }


@tagged("-at_install", "post_install")
class TestReports(ProbeCase):
    def test_a_run_that_has_passed(self):
        run = self.receive()
        self.assertEqual(run.journey_id, self.journey)
        self.assertEqual((run.place, run.host), ("frankfurt", "probe1"))
        self.assertEqual((run.state, run.started_at), ("passed", NOON))
        self.assertEqual(tuple(run.result_ids.mapped("step")), STEPS)
        self.assertEqual(run.phases, {"resolve": 0.02, "processing": 0.3})
        self.assertEqual(run.certificate_not_after, NOON + timedelta(days=90))
        self.assertEqual(run.certificate_subject, "odoo.example.com")
        self.assertEqual(run.certificate_issuer, "Test CA")

    def test_one_that_has_failed_has_step_cause_and_error(self):
        values = {"host": "odoo.example.com", "port": 443}
        steps = [
            step("resolve"),
            failed("connect", "connection_refused", values=values),
        ]
        run = self.receive(0, steps, steps, ends=None)
        self.assertEqual((run.state, run.attempts), ("failed", 2))
        self.assertEqual(
            (run.failed_step, run.cause), ("connect", "connection_refused")
        )
        self.assertEqual(run.values["host"], "odoo.example.com")
        self.assertFalse(run.is_flaky)
        self.assertFalse(run.certificate_not_after)

    def test_the_last_attempt_decides(self):
        run = self.receive(0, [failed("resolve", "no_dns")], [step("resolve")])
        self.assertEqual(run.state, "passed")
        self.assertTrue(run.is_flaky)

    def test_the_thresholds_of_the_journey_say_what_is_slow(self):
        connect = self.journey.step_ids.filtered(lambda one: one.step == "connect")
        connect.slow_after = 0.2
        self.assertEqual(self.receive(0, [step("connect")]).state, "passed")
        slow = self.receive(5, [step("connect", seconds=0.3)])
        self.assertEqual(slow.state, "slow")
        self.assertEqual(slow.result_ids.result, "slow")
        connect.slow_after = 0
        self.assertEqual(self.receive(10, [step("connect", seconds=9)]).state, "passed")

    def test_sent_again_it_changes_nothing(self):
        run = self.receive()
        self.assertEqual(self.receive(at=60), run)
        self.assertEqual(len(run.result_ids), len(STEPS))

    def test_each_place_has_runs_of_its_own(self):
        self.assertNotEqual(self.receive(place="dublin"), self.receive())

    def test_secrets_are_not_stored(self):
        error = "postgresql://user:secret1@host/prod"
        one = failed("resolve", "no_dns", values={"host": "token=secret1secret"})
        run = self.receive(0, [one | {"error": error}], host="password=secret1")
        stored = f"{run.error} {run.values} {run.host} {run.result_ids.mapped('error')}"
        self.assertNotIn("secret1", stored)

    def test_what_cannot_be_stored_says_what_to_do(self):
        own = self.env.ref("reliability_synthetic.journey_order_to_shipment")
        gone = self.journey.copy({"code": "gone", "active": False})
        for values, sentence in (
            ({"journey": "unknown"}, "There is no journey unknown"),
            ({"journey": own.code}, "Odoo runs the journey order_to_shipment"),
            ({"journey": gone.code}, "gone is archived: stop the probe"),
            ({"place": "odoo"}, "place must not be odoo"),
            ({"place": "password=secret1"}, "looks like a secret"),
            ({"version": 2}, "version must be 1"),
        ):
            with self.assertRaisesRegex(InvalidMessage, sentence):
                self.receive(**values)

    def test_a_clock_that_is_ahead_is_refused(self):
        self.receive(5, at=1)
        with self.assertRaisesRegex(InvalidMessage, "correct the clock"):
            self.receive(10, at=1)

    def test_a_step_that_is_ahead_is_refused(self):
        ahead = failed("resolve", "no_dns", started_at=text(NOON + timedelta(hours=1)))
        with self.assertRaisesRegex(InvalidMessage, "correct the clock"):
            self.receive(0, [ahead])

    def test_times_far_from_the_run_are_refused(self):
        for moment in ("2001-01-01T00:00:00Z", "9999-12-30T00:00:00Z"):
            attempt = {"started_at": moment, "seconds": 9, "steps": [step("resolve")]}
            attempt["steps"][0]["started_at"] = moment
            with self.assertRaisesRegex(InvalidMessage, "check the clock"):
                self.receive(attempts=[attempt])

    def test_it_is_a_kind_of_message(self):
        self.assertIn(("synthetic", "Synthetic Checks"), self.inbound._kind_names())


@tagged("-at_install", "post_install")
class TestCompanies(ProbeCase):
    """The user of a key reports for the companies that he may work in."""

    def setUp(self):
        super().setUp()
        self.own = self.env["res.company"].create({"name": "Own"})
        user = new_test_user(
            self.env,
            "reporting",
            "base.group_user,reliability.group_manager",
            company_id=self.own.id,
            company_ids=[(6, 0, self.own.ids)],
        )
        self.inbound = self.inbound.with_user(user)

    def test_a_journey_of_another_one_is_unknown(self):
        for journey in self.journey, self.journey.copy({"active": False}):
            sentence = f"There is no journey {journey.code}:"
            with self.assertRaisesRegex(InvalidMessage, sentence):
                self.receive(journey=journey.code)

    def test_one_of_their_own_is_stored(self):
        journey = self.journey.copy({"company_id": self.own.id})
        self.assertEqual(self.receive(journey=journey.code).journey_id, journey)


@tagged("-at_install", "post_install")
class TestLateReports(ProbeCase):
    """After an outage, reports come that are older than others."""

    def events(self, **values):
        """Return how many events the report of a run at noon records."""
        self.env.cr.postcommit.clear()
        with patch.object(families, "record") as record:
            self.assertEqual(self.receive(0, **values).state, "passed")
            self.env.cr.postcommit.run()
        return record.call_count

    def test_one_that_is_not_late_is_an_event(self):
        self.assertEqual(self.events(at=10), 1)

    def test_one_of_more_than_two_intervals_ago_is_none(self):
        self.assertEqual(self.events(at=11), 0)

    def test_it_has_its_own_time(self):
        self.receive(60)
        late = self.receive(5, at=61)
        self.assertEqual(late.started_at, NOON + timedelta(minutes=5))

    def test_it_does_not_hide_a_newer_one(self):
        newest = self.receive(60, ends=90)
        self.receive(5, at=61, ends=1)
        with freeze_time(NOON + timedelta(minutes=62)):
            latest = self.journey._latest_runs()[self.journey]
            self.assertEqual(latest, newest)
        self.assertEqual(self.alerts(62), {})


@tagged("-at_install", "post_install")
class TestGauges(ProbeCase):
    def setUp(self):
        super().setUp()
        self.now = self.env.cr.now().replace(microsecond=0)
        self.minutes = int((self.now - NOON).total_seconds() // 60)

    def read(self, name):
        """Return labels → value."""
        self.env.flush_all()
        self.env.cr.execute(f"SELECT * FROM reliability_gauge_synthetic_{name}")
        return {tuple(labels): value for *labels, value in self.env.cr.fetchall()}

    def report_now(self, minutes_ago=1, **values):
        """Receive a report of the last minutes: views know no other present."""
        return self.receive(self.minutes - minutes_ago, **values)

    def test_they_are_of_the_last_run_of_each_place(self):
        self.report_now(9, phases={"resolve": 9, "connect": 9})
        self.report_now(1)
        self.report_now(5, place="dublin", phases={"resolve": 0.5})
        phases = self.read("http_duration_seconds")
        self.assertEqual(
            phases,
            {
                (*FRANKFURT, "resolve"): 0.02,
                (*FRANKFURT, "processing"): 0.3,
                (*DUBLIN, "resolve"): 0.5,
            },
        )
        lookups = {FRANKFURT: 0.02, DUBLIN: 0.5}
        self.assertEqual(self.read("dns_lookup_time_seconds"), lookups)

    def test_a_silent_place_has_not_passed_and_takes_no_time(self):
        self.report_now()
        self.report_now(60, place="dublin")
        self.assertEqual(self.read("success"), {FRANKFURT: 1, DUBLIN: 0})
        for name in ("duration_seconds", "dns_lookup_time_seconds"):
            self.assertEqual(self.read(name).keys(), {FRANKFURT}, name)
        for name in ("step_duration_seconds", "http_duration_seconds"):
            places = {place for _journey, place, _step in self.read(name)}
            self.assertEqual(places, {"frankfurt"}, name)
        ages = self.read("last_run_age_seconds")
        self.assertGreaterEqual(ages[DUBLIN], 3600)

    def test_a_place_that_was_removed_has_none(self):
        self.report_now(place="dublin")
        self.journey.place_ids.action_remove()
        self.report_now()
        for name in ("success", "last_run_age_seconds", "ssl_earliest_cert_expiry"):
            self.assertEqual(self.read(name).keys(), {FRANKFURT}, name)

    def test_the_end_of_a_certificate_in_unix_time(self):
        self.report_now(2, ends=90)
        self.report_now(1, ends=None)  # it did not come so far
        found = self.read("ssl_earliest_cert_expiry")
        end = NOON + timedelta(days=90) - datetime(1970, 1, 1)
        self.assertEqual(found, {FRANKFURT: end.total_seconds()})

    def test_an_archived_journey_has_none(self):
        self.report_now()
        self.assertTrue(self.read("http_duration_seconds"))
        self.journey.active = False
        self.assertEqual(self.read("http_duration_seconds"), {})

    def test_uninstalling_drops_them(self):
        self.env["reliability.gauge"]._unregister_gauges(*GAUGES)
        self.env.cr.execute(
            "SELECT count(*) FROM pg_views WHERE viewname LIKE"
            " ANY(ARRAY['%synthetic_ssl%', '%synthetic_dns%', '%synthetic_http%'])"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))


@tagged("-at_install", "post_install")
class TestCertificates(ProbeCase):
    def test_one_that_ends_in_two_weeks_is_fine(self):
        self.receive(ends=14.01)
        self.assertEqual(self.alerts(), {})

    def test_one_that_ends_sooner_is_named(self):
        self.receive(ends=13)
        severity, sentence = self.alerts()["certificate"]
        self.assertEqual(severity, "degraded")
        self.assertIn("The certificate of odoo.example.com, which Public", sentence)
        self.assertIn("ends 13 Dec", sentence)
        self.assertIn("renew it", sentence)

    def test_one_that_ends_in_days_is_urgent(self):
        self.receive(ends=2.9)
        self.assertEqual(self.alerts()["certificate"][0], "interrupted")

    def test_one_for_a_week_is_renewed_within_its_last_third(self):
        self.receive(ends=2.4, days=7)
        self.assertEqual(self.alerts(), {})
        self.receive(5, ends=2.3, days=7)
        self.assertEqual(self.alerts(6)["certificate"][0], "degraded")
        self.receive(10, ends=0.4, days=7)
        self.assertEqual(self.alerts(11)["certificate"][0], "interrupted")

    def test_one_for_a_day_is_fine_for_two_thirds_of_it(self):
        self.receive(ends=0.35, days=1)
        self.assertEqual(self.alerts(), {})
        self.receive(5, ends=0.3, days=1)
        self.assertEqual(self.alerts(6)["certificate"][0], "degraded")

    def test_one_for_a_year_has_the_limits_in_days(self):
        self.receive(ends=14.01, days=365)
        self.assertEqual(self.alerts(), {})
        self.receive(5, ends=13, days=365)
        self.assertEqual(self.alerts(6)["certificate"][0], "degraded")
        self.receive(10, ends=2.9, days=365)
        self.assertEqual(self.alerts(11)["certificate"][0], "interrupted")

    def test_its_sentence_outlives_the_run(self):
        run = self.receive(ends=13)
        with freeze_time(NOON):
            (alert,) = [
                one for one in self.provider._alerts() if one.cause == "certificate"
            ]
            run.unlink()
            sentence = self.provider._describe_alert(alert).text
        self.assertIn("The certificate of odoo.example.com, which", sentence)

    def test_one_without_an_end_is_shown_and_fine(self):
        self.env.user.tz = "Europe/Berlin"
        values = {"not_after": "9999-12-31T23:59:59Z"}
        steps = [failed("certificate", "self_signed", values=values)]
        run = self.receive(0, steps, certificate=values)
        self.assertTrue(run.problem and run.result_ids.problem)
        self.assertIn("30", formatting.moment(self.env, run.certificate_not_after))
        self.assertEqual(self.alerts(), {})

    def test_one_of_the_year_1_stops_no_alerts(self):
        self.receive(certificate={"not_after": "0001-01-01T00:00:00Z"})
        self.assertEqual(self.alerts()["certificate"][0], "interrupted")

    def test_it_is_over_when_it_was_renewed(self):
        self.receive(ends=2)
        self.receive(5, ends=90)
        self.assertEqual(self.alerts(6), {})

    def test_a_failure_before_it_changes_nothing(self):
        self.receive(ends=2)
        self.receive(5, [failed("resolve", "no_dns")], ends=None)
        self.assertIn("certificate", self.alerts(6))

    def test_one_that_fails_its_step_is_an_alert_of_the_step(self):
        steps = [failed("certificate", "expired")]
        self.receive(0, steps, ends=-1)
        self.assertEqual(self.alerts(), {})

    def test_of_several_places_the_first_end_counts(self):
        self.receive(ends=90)
        self.receive(ends=10, place="dublin")
        self.assertIn("certificate", self.alerts())

    def test_one_that_is_seen_in_a_maintenance_window_does_not_count(self):
        self.maintain(0, 60)
        self.receive(5, ends=2)
        self.assertEqual(self.alerts(6), {})

    def test_a_silent_place_does_not_count(self):
        self.receive(ends=10, place="dublin")
        self.receive(60, ends=90)
        self.assertNotIn("certificate", self.alerts(61))


@tagged("-at_install", "post_install")
class TestForm(ProbeCase):
    """The form of a run shows its certificate, and how long each phase took."""

    def test_phases_are_rows_with_milliseconds(self):
        run = self.receive(phases={"resolve": 0.0021, "tls": 0.04, "processing": 1.25})
        run.invalidate_recordset()
        cells = html.fromstring(run.phase_table).xpath("//td/text()")
        self.assertEqual(
            cells,
            [
                *("Resolve the name", "2.1 ms", "Begin TLS", "40 ms"),
                *("Wait for the answer", "1,250 ms"),
            ],
        )

    def test_a_run_that_came_to_none_has_no_table(self):
        self.assertFalse(self.receive(phases={}).phase_table)

    def test_what_is_shown_is_what_was_reported(self):
        run = self.receive(ends=60, days=90)
        self.assertEqual(run.certificate_not_before, NOON - timedelta(days=30))


@tagged("-at_install", "post_install")
class TestGone(ProbeCase):
    """An alert is readable when its run is deleted."""

    def test_its_text_stays(self):
        self.receive(0, ends=2)
        alerts = {**self.alerts_at(1), **self.alerts_at(17)}
        self.assertEqual(alerts.keys(), {"certificate", "silent"})
        texts = [self.provider._describe_alert(one).text for one in alerts.values()]
        self.journey.run_ids.unlink()
        gone = [self.provider._describe_alert(one).text for one in alerts.values()]
        self.assertEqual(gone, texts)

    def alerts_at(self, minutes):
        """Return cause → alert some minutes after noon."""
        with freeze_time(NOON + timedelta(minutes=minutes)):
            found = self.provider._alerts()
        return {one.cause: one for one in found if one.provider == PROVIDER}


@tagged("-at_install", "post_install")
class TestSentences(ProbeCase):
    VALUES = {
        "host": "odoo.example.com",
        "port": 443,
        "status": 502,
        "location": "https://www",
        "not_before": "2026-12-02T00:00:00+00:00",
        "not_after": "2026-11-28T10:00:00+00:00",
        "names": "www.example.com",
        "issuer": "Test CA",
        "message": "You may not create orders",
        "model": "sale.order",
        "document": "SYN/0012",
        "state": "draft",
        "expected": "sale",
        "login": "synthetic.portal",
    }

    def describe(self, cause, values=None):
        values = self.VALUES if values is None else values
        return describe_problem(self.env, "response", cause, "Error: x", values)

    def test_each_cause_has_one_that_says_what_to_do(self):
        for cause in problems.CAUSES:
            sentence = self.describe(cause)
            self.assertNotIn("%(", sentence)
            self.assertFalse(sentence.endswith("."), sentence)

    def test_they_name_the_thing(self):
        self.assertEqual(
            self.describe("ingress"),
            "The ingress of odoo.example.com answers 502: Odoo behind it does not."
            " Check the servers of Odoo",
        )
        with freeze_time(NOON):
            self.assertIn("ended 28 Nov", self.describe("expired"))
        self.assertIn("is for www.example.com", self.describe("wrong_host"))

    def test_states_and_steps_have_their_names(self):
        self.assertIn(
            "SYN/0012 is in the state Quotation instead of Sales Order",
            self.describe("order_state"),
        )
        step = {"expected": "confirm"}
        self.assertIn("needs the step Confirm", self.describe("step_missing", step))
        other = {"model": "res.users", "state": "draft"}
        self.assertIn("in the state draft", self.describe("order_state", other))

    def test_those_of_other_ways_stay_as_they_are(self):
        sentence = describe_problem(self.env, "confirm", "refused", "", {"text": "No"})
        self.assertEqual(sentence, "Odoo refuses it: No")

    def test_what_odoo_has_refused_is_shown_in_its_words(self):
        message = "You may not create orders. " * 12
        values = {"host": "odoo.example.com", "message": message.strip()}
        run = self.receive(
            0, [failed("quotation_api", "refused_by_odoo", values=values)]
        )
        self.assertEqual(
            run.problem,
            f"Odoo refuses the step Quotation by API: {message.strip()}",
        )

    def test_odoo_offers_the_steps_that_a_probe_knows(self):
        self.assertEqual(set(ways.STEPS[ways.HTTP]), set(PROBE_STEPS))

    def test_values_that_are_missing_or_no_times_do_not_harm(self):
        for cause in problems.CAUSES:
            self.assertTrue(self.describe(cause, {}))
        self.env.user.tz = "Europe/Berlin"
        for value in ("soon", 5, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"):
            sentence = self.describe("expired", {"not_after": value})
            self.assertIn(f"ended {value}", sentence)

    def test_a_run_that_has_failed_has_its_sentence(self):
        values = {"host": "odoo.example.com", "status": 502}
        run = self.receive(0, [failed("response", "ingress", values=values)])
        self.assertEqual(run.problem, self.describe("ingress", values))
        self.assertEqual(run.failed_step_name, "Answer")
