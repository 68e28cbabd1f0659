"""Rules from objectives in Prometheus: what they accept, and when their alerts fire."""

import itertools
import re

import promtool
import pytest
import yaml
from promtool import Expected
from reliability_slo import rules
from reliability_slo.objective import EVENTS, RATIO_SLICES, SLICES, SPLITS, Objective
from reliability_slo.window import CALENDAR, ROLLING

from setup import paths

PAGE, TICKET = "page", "ticket"
HOUR = 60
CLEAN = 7 * HOUR
"""Minutes without failures before those of a test: longer than the windows of pages."""
COMPANY = 'db="main", slo="orders", company="1"'


def objective(goal_ppm=999_000, window="30d", **values):
    values = {"code": "orders", "service": "order_processing"} | values
    return Objective(
        name="Orders confirmed", goal_ppm=goal_ppm, window=window, **values
    )


def rules_of(*objectives, names=rules.ODOO):
    return rules.rules({"main": objectives}, names)


def counter(*steps, labels=COMPANY, start=(0, 0)):
    """Return the series of a budget, as scraped once between two steps.

    :param steps: (number of steps, good events in each, bad events in each)
    """
    numbers = [start]
    for count, good, bad in steps:
        for _step in range(count):
            numbers.append((numbers[-1][0] + good, numbers[-1][1] + bad))
    return series(labels, *zip(*numbers, strict=True))


def series(labels, good, bad):
    name = f"odoo_slo_events_total{{{labels}, instance='a', job='odoo', result="
    return {
        f"{name}'{result}'}}": " ".join(map(str, values))
        for result, values in (("good", good), ("bad", bad))
    }


def firing(at, severity, count, more=""):
    """Expect so many alerts of burn rates."""
    expression = (
        f"ALERTS{{alertname='OdooErrorBudgetBurn', severity='{severity}'{more}}}"
    )
    return number(f"count({expression})", at, count)


def number(expression, at, value):
    """Expect a number without labels, or nothing."""
    return Expected(expression, at, {"{}": value} if value else {})


def error_ratio(window):
    return f"sum(round(slo:odoo_slo_error:ratio_increase{window}, 0.000001))"


class TestPromtoolFindsNoFault:
    @pytest.mark.parametrize("names", rules.NAMES)
    def test_in_rules_of_any_window_goal_split_and_budgeting(self, tmp_path, names):
        goals = (1, 500_000, 900_000, 930_556, 999_000, 999_999)
        budgets = (EVENTS, SLICES, RATIO_SLICES)
        cases = itertools.product((*ROLLING, *CALENDAR), goals, SPLITS, budgets)
        files = []
        for index, (window, goal, split, budgeting) in enumerate(cases):
            files.append(tmp_path / f"{index}.yml")
            one = objective(goal, window, split=split, budgeting=budgeting)
            files[-1].write_text(rules_of(one, names=names))
        assert promtool.check(*files).count("SUCCESS") == len(files)

    @pytest.mark.parametrize("names", rules.NAMES)
    def test_in_one_file_of_databases_that_do_not_agree(self, tmp_path, names):
        shop = objective(code="shop", service="customer_portal")
        text = rules.rules(
            {
                "main": [objective(), shop],
                "north": [objective(), shop],
                "south": [objective(995_000), shop],
                "west": [objective(window="month"), shop],
            },
            names,
        )
        (tmp_path / "rules.yml").write_text(text)
        assert "SUCCESS" in promtool.check(tmp_path / "rules.yml")

    def test_in_names_that_would_be_code(self, tmp_path):
        name = 'Orders {{ .Confirmed }} "50 %": \\ #\n- x: {{ template "y" }}'
        text = rules.rules({'a"b\\c|d.*{': [objective()._replace(name=name)]})
        (tmp_path / "rules.yml").write_text(text)
        assert "SUCCESS" in promtool.check(tmp_path / "rules.yml")


class TestDetection:
    """Alerts fire when the formula says: budget / errors x long window x factor."""

    @pytest.mark.parametrize(
        ("bad", "minutes"),
        [
            # 0.001 / 0.1 x 1 h x 14.4 = 8 min 38 s
            (100, 8),
            # 0.001 / 0.01 x 6 h x 6 = 3 h 36 min: an hour burns only 10 times too fast
            (10, 216),
        ],
    )
    def test_pages(self, tmp_path, bad, minutes):
        """First none are bad, then so many of 1000 events a minute are bad."""
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            counter((CLEAN, 1000, 0), (5 * HOUR, 1000 - bad, bad)),
            [
                firing(f"{CLEAN + minutes}m", PAGE, 0),
                firing(f"{CLEAN + minutes + 1}m", PAGE, 1),
            ],
        )

    @pytest.mark.parametrize(
        ("bad", "hours"),
        [
            # 0.001 / 0.005 x 1 d x 3 = 14 h 24 min
            (25, 14),
            # 0.001 / 0.002 x 3 d x 1 = 36 h: a day burns only 2 times too fast
            (10, 36),
        ],
    )
    def test_tickets(self, tmp_path, bad, hours):
        """Four days without failures; then so many of 5000 in 5 minutes are bad."""
        since = 4 * 24
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            counter((since * 12, 5000, 0), (40 * 12, 5000 - bad, bad)),
            [
                firing(f"{since + hours}h", TICKET, 0),
                firing(f"{since + hours + 1}h", TICKET, 1),
                firing(f"{since + hours + 1}h", PAGE, 0),
            ],
            interval="5m",
            every="30m",
        )

    def test_an_alert_ends_soon_after_the_failures(self, tmp_path):
        """All fail for ten minutes: the hour has them, the last five minutes do not."""
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            counter((CLEAN, 100, 0), (10, 0, 100), (HOUR, 100, 0)),
            [
                firing(f"{CLEAN + 10}m", PAGE, 1),
                number(error_ratio("1h"), f"{CLEAN + 50}m", 0.166667),
                firing(f"{CLEAN + 50}m", PAGE, 0),
            ],
        )

    def test_it_says_what_burns_and_how_long_a_budget_lasts(self, tmp_path):
        labels = {"db": "main", "slo": "orders", "company": "1", "job": "odoo"}
        where = "Database main, company 1."
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            counter((24 * HOUR, 1000, 0), (HOUR, 980, 20)),
            [],
            alerts=[
                {
                    "alertname": "OdooErrorBudgetBurn",
                    "eval_time": "25h",
                    "exp_alerts": [
                        {
                            "exp_labels": {
                                **labels,
                                "service": "order_processing",
                                "severity": "page",
                            },
                            "exp_annotations": {
                                "summary": "Orders confirmed: the error budget burns"
                                " 20.0 times as fast as allowed",
                                "description": f"{where} More of the error budget is"
                                " used than 2 % within 1h (and as fast in the last"
                                " 5m), or 5 % within 6h (and as fast in the last 30m)."
                                " At this rate, the whole budget of 30d lasts"
                                " 1d 12h 0m 0s.",
                            },
                        }
                    ],
                }
            ],
        )


class TestFalseAlarms:
    def test_a_pair_that_the_goal_cannot_miss_is_not_there(self, tmp_path):
        """90 %: an outage is a page after 3 h 36 min, and no hour is one."""
        promtool.evaluate(
            tmp_path,
            rules_of(objective(900_000)),
            counter((CLEAN, 1000, 0), (5 * HOUR, 0, 1000)),
            [
                firing(f"{CLEAN + 216}m", PAGE, 0),
                firing(f"{CLEAN + 217}m", PAGE, 1),
            ],
        )

    def test_no_outage_is_a_page_if_no_pair_can_be_missed(self, tmp_path):
        promtool.evaluate(
            tmp_path,
            rules_of(objective(800_000)),
            counter((CLEAN, 1000, 0), (5 * HOUR, 0, 1000)),
            [firing(f"{CLEAN + 5 * HOUR}m", PAGE, 0)],
        )

    def test_one_failure_of_ten_requests_an_hour_is_none(self, tmp_path):
        """It burns 100 times too fast, and is one failure; the next one is an alert."""
        request, failure = [(5, 0, 0), (1, 1, 0)], [(5, 0, 0), (1, 0, 1)]
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            counter(*request * (CLEAN // 6), *failure, *request, *failure),
            [
                number(error_ratio("1h"), f"{CLEAN + 6}m", 0.1),
                *(firing(f"{CLEAN + 6}m", severity, 0) for severity in (PAGE, TICKET)),
                *(firing(f"{CLEAN + 18}m", severity, 1) for severity in (PAGE, TICKET)),
            ],
        )

    def test_a_failure_at_night_does_not_begin_the_alert_of_the_evening_again(
        self, tmp_path
    ):
        """The hour has an outage, and 1 of the last 5 events is bad: that is no 2 % of
        the budget, by an hour."""
        after = CLEAN + 10 + 35
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            counter((CLEAN, 5000, 0), (10, 0, 5000), (35, 1, 0), (1, 0, 1), (9, 1, 0)),
            [
                firing(f"{CLEAN + 10}m", PAGE, 1),
                firing(f"{after}m", PAGE, 0),
                number(error_ratio("5m"), f"{after + 1}m", 0.2),
                firing(f"{after + 1}m", PAGE, 0),
            ],
        )

    def test_a_night_without_events_has_no_ratio_and_no_alert(self, tmp_path):
        """Neither NaN nor 0, and the budget of the period is what it was."""
        remaining = "slo:odoo_slo_period_error_budget_remaining:ratio"
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            counter((12 * HOUR, 1999, 1), (8 * HOUR, 0, 0)),
            [
                number(f"count({error_ratio('6h')})", "20h", 0),
                number(f"sum(round({remaining}, 0.000001))", "12h", 0.5),
                number(f"sum(round({remaining}, 0.000001))", "20h", 0.5),
                number("count(ALERTS)", "20h", 0),
            ],
        )

    def test_a_quiet_bad_night_weighs_as_much_as_its_events(self, tmp_path):
        """A day of 1000 events in 5 minutes, and a night of 1 failure among 2.

        The average of ratios is 25 %; 144 of 144,288 events are 0.0998 %, and inside of
        99.9 %.
        """
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            counter((12 * 12, 1000, 0), (12 * 12, 1, 1)),
            [
                number(error_ratio("30d"), "24h", 0.000998),
                number("count(ALERTS{alertname='OdooErrorBudgetSpent'})", "24h", 0),
            ],
            interval="5m",
            every="5m",
        )

    def test_another_company_is_another_budget(self, tmp_path):
        two = COMPANY.replace("1", "2")
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            counter((CLEAN, 1000, 0), (HOUR, 1000, 0))
            | counter((CLEAN, 100, 0), (HOUR, 50, 50), labels=two),
            [
                firing(f"{CLEAN + HOUR}m", PAGE, 1, ", company='2'"),
                firing(f"{CLEAN + HOUR}m", PAGE, 1),
            ],
        )


class TestCounters:
    def test_one_that_begins_anew_is_added_up(self, tmp_path):
        """A restored database counts from 0 again: 60 and 60 events, 6 and 12 bad."""
        good = [*range(0, 3300, 54), *range(0, 3300, 54)]
        bad = [*range(0, 366, 6), *range(0, 366, 6)]
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            series(COMPANY, good, bad),
            [number(error_ratio("2h"), "121m", 0.1)],
        )

    def test_the_value_with_which_a_series_begins_is_not_seen(self, tmp_path):
        """Why it has to begin with 0: here, three failures are missing."""
        bad = "sum(slo:odoo_slo_bad_events:increase1h)"
        for start, failures in ((0, 3), (3, 0)):
            promtool.evaluate(
                tmp_path,
                rules_of(objective()),
                counter((1, 7, 3 - start), (HOUR, 10, 0), start=(0, start)),
                [number(f"round({bad}) > 0", "1h", failures)],
            )

    def test_another_host_may_export_them(self, tmp_path):
        """Only what happens between its first scrape and the last one is missing."""
        first = counter((HOUR, 9, 1))
        other = {
            name.replace("'a'", "'b'"): f"_x{HOUR} {values}"
            for name, values in counter((HOUR, 9, 1), start=(540, 60)).items()
        }
        total = "sum(slo:odoo_slo_events:increase2h)"
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            {name: f"{values} stale" for name, values in first.items()} | other,
            [number(f"round({total}, 100)", "121m", 1200)],
        )


class TestMissing:
    def test_an_objective_whose_counter_is_gone(self, tmp_path):
        missing = "ALERTS{alertname='OdooObjectiveMissing', db='main', slo='orders'}"
        values = {
            name: f"{values} stale" for name, values in counter((HOUR, 9, 1)).items()
        }
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            values,
            [
                number(f"count({missing})", "70m", 0),
                number(f"count({missing})", "80m", 1),
            ],
        )

    def test_an_evaluation_that_stands_still(self, tmp_path):
        name = "odoo_slo_evaluated_timestamp_seconds{db='main', instance='a'}"
        alert = "ALERTS{alertname='OdooObjectivesNotEvaluated', db='main'}"
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            {name: "0+60x60 3600x30"},
            [
                number(f"count({alert})", "70m", 0),
                number(f"count({alert})", "71m", 1),
            ],
        )

    @pytest.mark.parametrize(
        ("goal", "window", "alerts"),
        [("0.999", "30d", 0), ("0.995", "30d", 1), ("0.999", "28d", 1)],
    )
    def test_rules_of_an_objective_that_was_changed(
        self, tmp_path, goal, window, alerts
    ):
        labels = f"{COMPANY}, service='order_processing', window='{window}'"
        changed = "ALERTS{alertname='OdooObjectiveChanged', db='main', slo='orders'}"
        promtool.evaluate(
            tmp_path,
            rules_of(objective()),
            {f"odoo_slo_objective_ratio{{{labels}}}": f"{goal}x10"},
            [number(f"count({changed})", "5m", alerts)],
        )


def documented():
    """Return the rules of docs/running.md, which are for all databases."""
    text = (paths.ROOT / "docs" / "running.md").read_text()
    (block,) = re.findall(r"```yaml\n(groups:.*?)```", text, re.DOTALL)
    return block


class TestHealthEvaluation:
    """The dead man's switch: alerts that need nothing of the evaluation itself."""

    @pytest.fixture(params=["made", "documented"])
    def switch(self, request):
        """The rules of the databases main and north."""
        if request.param == "documented":
            return documented()
        return rules.rules({"main": [objective()], "north": [objective()]})

    def evaluated(self, db="main", instance="a"):
        name = "odoo_reliability_evaluated_timestamp_seconds"
        return f"{name}{{db='{db}', instance='{instance}', job='odoo'}}"

    def known(self, db="main", instance="a"):
        name = "odoo_reliability_waiting_batches"
        return f"{name}{{db='{db}', instance='{instance}', job='odoo'}}"

    def firing(self, at, *databases):
        """Expect one alert of each of these databases, and no other."""
        expression = (
            "count by (db) (ALERTS{alertname=~'OdooHealth.*', alertstate='firing'})"
        )
        return Expected(expression, at, {f'{{db="{db}"}}': 1 for db in databases})

    def test_the_documented_rules_are_those_that_are_made(self):
        made = rules_of(objective()).replace('{db="main"}', "")
        groups = yaml.safe_load(made)["groups"]
        assert yaml.safe_load(documented())["groups"] == groups[:1]

    def test_promtool_finds_no_fault_in_the_documented_rules(self, tmp_path):
        (tmp_path / "rules.yml").write_text(documented())
        assert "SUCCESS" in promtool.check(tmp_path / "rules.yml")

    def test_one_that_stands_still_is_a_page_of_its_database(self, tmp_path, switch):
        """Older than 5 minutes after the 65th, for 2 minutes."""
        promtool.evaluate(
            tmp_path,
            switch,
            {
                self.evaluated(): "0+60x60 3600x30",
                self.evaluated("north"): "0+60x90",
                self.known(): "0x90",
                self.known("north"): "0x90",
            },
            [
                self.firing("60m"),
                self.firing("67m"),
                self.firing("68m", "main"),
                self.firing("90m", "main"),
            ],
            alerts=[
                {
                    "alertname": "OdooHealthNotEvaluated",
                    "eval_time": "68m",
                    "exp_alerts": [
                        {
                            "exp_labels": {
                                "db": "main",
                                "job": "odoo",
                                "severity": "page",
                            },
                            "exp_annotations": {
                                "summary": "Odoo does not evaluate the health of main",
                                "description": "The last evaluation was 8m 0s ago: Odoo"
                                " notifies nobody of trouble in this database. Check"
                                " its scheduled actions, and the log of Odoo.",
                            },
                        }
                    ],
                }
            ],
        )

    def test_a_restored_database_has_two_minutes_for_its_first_one(
        self, tmp_path, switch
    ):
        promtool.evaluate(
            tmp_path,
            switch,
            {self.evaluated(): "0+60x10 0x1 780+60x20", self.known(): "0x33"},
            [self.firing(f"{minute}m") for minute in (11, 12, 13, 30)],
        )

    def test_another_host_may_export_it(self, tmp_path, switch):
        """The one before exports an old time for a moment, which does not count."""
        promtool.evaluate(
            tmp_path,
            switch,
            {
                self.evaluated(): "0+60x60 0x5 stale",
                self.evaluated(instance="b"): "_x60 3660+60x30",
                self.known(): "0x90",
                self.known(instance="b"): "0x90",
            },
            [self.firing(f"{minute}m") for minute in (61, 66, 68, 80)],
        )

    def test_a_database_that_is_down_is_a_page(self, tmp_path, switch):
        """Its gauges are not exported; the collector knows it all the same."""
        promtool.evaluate(
            tmp_path,
            switch,
            {
                self.evaluated(): "0+60x60 stale",
                self.known(): "0x60 7x30",
                self.evaluated("north"): "0+60x90",
                self.known("north"): "0x90",
            },
            [
                self.firing("65m"),
                self.firing("66m", "main"),
                self.firing("90m", "main"),
            ],
        )

    def test_a_database_that_was_never_evaluated_is_a_page(self, tmp_path, switch):
        promtool.evaluate(
            tmp_path,
            switch,
            {self.known(): "0x30"},
            [self.firing("4m"), self.firing("5m", "main")],
        )

    def test_a_restart_of_postgresql_is_none(self, tmp_path, switch):
        promtool.evaluate(
            tmp_path,
            switch,
            {self.evaluated(): "0+60x60 stale _x2 3840+60x30", self.known(): "0x90"},
            [self.firing(f"{minute}m") for minute in (61, 64, 66, 70)],
        )

    def test_a_database_that_was_dropped_is_none(self, tmp_path, switch):
        promtool.evaluate(
            tmp_path,
            switch,
            {self.evaluated(): "0+60x60 stale", self.known(): "0x60 stale"},
            [self.firing(f"{minute}m") for minute in (61, 68, 90)],
        )


class TestCalendarWindows:
    def test_what_is_left_is_odoos_own_number(self, tmp_path):
        left = f"odoo_slo_error_budget_remaining_ratio{{{COMPANY}, instance='a'}}"
        burnt = "slo:odoo_slo_period_burn_rate:ratio"
        spent = "ALERTS{alertname='OdooErrorBudgetSpent', company='1'}"
        promtool.evaluate(
            tmp_path,
            rules_of(objective(window="month")),
            {left: "0.25x30 -0.5x30"},
            [
                number(f"sum({burnt})", "20m", 0.75),
                number(f"count({spent})", "20m", 0),
                number(f"sum({burnt})", "50m", 1.5),
                number(f"count({spent})", "50m", 1),
            ],
        )


class TestDashboardsOfSloth:
    """What its dashboards select finds our series, one for each budget.

    The detail dashboard (14348) selects by ``sloth_service`` and ``sloth_slo``, and
    divides the hours of a month by the budget of the same ``sloth_id``.
    """

    OF = 'sloth_service="order_processing", sloth_slo="orders/main/1"'
    QUERIES = (
        *(
            f"slo:sli_error:ratio_rate{window}{{OF}}"
            for window in ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d")
        ),
        "slo:objective:ratio{OF}",
        "slo:time_period:days{OF}",
        "slo:current_burn_rate:ratio{OF} > 1",
        "slo:period_burn_rate:ratio{OF}",
        "slo:period_error_budget_remaining:ratio{OF}",
        "sum_over_time((slo:sli_error:ratio_rate1h{OF}"
        " * on () group_left () (month() == bool 1))[32d:1h])"
        " / on (sloth_id) (slo:error_budget:ratio{OF}"
        " * on () group_left () (24 * days_in_month()))",
        'ALERTS{OF, sloth_severity="page"}',
        'ALERTS{OF, sloth_severity="ticket"}',
        "sloth_slo_info{OF}",
    )

    def test_each_query_finds_one_series_of_a_budget(self, tmp_path):
        other = counter((36, 1000, 0), labels=COMPANY.replace("1", "2"))
        expressions = [query.replace("OF", self.OF) for query in self.QUERIES]
        promtool.evaluate(
            tmp_path,
            rules_of(objective(), names=rules.SLOTH),
            counter((24, 1000, 0), (12, 900, 100)) | other,
            [number(f"count({expression})", "3h", 1) for expression in expressions],
            interval="5m",
            every="5m",
        )

    def test_its_lists_have_services_and_budgets(self, tmp_path):
        series = "slo:objective:ratio"
        budgets = ("orders/main/1", "orders/main/2")
        promtool.evaluate(
            tmp_path,
            rules_of(objective(), names=rules.SLOTH),
            counter((5, 10, 0)) | counter((5, 10, 0), labels=COMPANY.replace("1", "2")),
            [
                Expected(
                    f"count by (sloth_service) ({series})",
                    "5m",
                    {'{sloth_service="order_processing"}': 2},
                ),
                Expected(
                    f"count by (sloth_slo, sloth_id) ({series})",
                    "5m",
                    {
                        f'{{sloth_id="order_processing/{slo}", sloth_slo="{slo}"}}': 1
                        for slo in budgets
                    },
                ),
            ],
        )
