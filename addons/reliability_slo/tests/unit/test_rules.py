"""Rules of Prometheus as text: what is in them, and that numbers are exact."""

import itertools
import re
from datetime import timedelta
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from reliability_slo import burn_rate, rules
from reliability_slo.burn_rate import PPM
from reliability_slo.objective import EVENTS, RATIO_SLICES, SLICES, Objective
from reliability_slo.window import CALENDAR, ROLLING, length

GOALS = st.integers(1, PPM - 1)
WINDOWS = st.sampled_from([*ROLLING, *CALENDAR])


def objective(goal_ppm=995_000, window="28d", code="orders", **values):
    return Objective(code, "Orders", "order_processing", goal_ppm, window, **values)


def groups_of(objectives, names=rules.ODOO):
    """Return the groups of objectives, without those of databases."""
    return yaml.safe_load(rules.rules(objectives, names))["groups"][2:]


def rules_of(*objectives, names=rules.ODOO, **databases):
    groups = groups_of(databases or {"main": objectives}, names)
    return [rule for group in groups for rule in group["rules"]]


def recorded(found, name):
    return [rule for rule in found if rule.get("record") == name]


def alerts(found, name, severity=None):
    return [
        rule
        for rule in found
        if rule.get("alert") == name and severity in (None, rule["labels"]["severity"])
    ]


def value(number):
    """Return a number as rules write it, ``0.005`` or ``14 / 15``."""
    above, _, below = number.partition(" / ")
    return Fraction(above) / Fraction(below or 1)


class TestEvaluationsThatStandStill:
    """The rules of databases, which need no event of an objective."""

    def of_databases(self, **databases):
        text = rules.rules(databases or {"main": [objective()]})
        groups = yaml.safe_load(text)["groups"][:2]
        return {rule["alert"]: rule for group in groups for rule in group["rules"]}

    def test_that_of_health_is_a_page_and_that_of_objectives_a_ticket(self):
        found = self.of_databases()
        severities = {name: rule["labels"]["severity"] for name, rule in found.items()}
        assert severities == {
            "OdooHealthNotEvaluated": "page",
            "OdooHealthEvaluationMissing": "page",
            "OdooObjectivesNotEvaluated": "ticket",
        }

    def test_a_restart_and_a_restored_database_have_time_for_an_evaluation(self):
        found = self.of_databases()
        assert found["OdooHealthNotEvaluated"]["for"] == "2m"
        assert found["OdooHealthEvaluationMissing"]["for"] == "5m"
        assert "for" not in found["OdooObjectivesNotEvaluated"]

    def test_each_is_about_all_databases_of_the_file(self):
        found = self.of_databases(north=[objective()], main=[objective(990_000)])
        for rule in found.values():
            databases = set(re.findall(r"db=~?(\".*?\")", rule["expr"]))
            assert databases == {'"main|north"'}

    def test_there_is_none_without_objectives(self):
        assert yaml.safe_load(rules.rules({}))["groups"] is None


class TestNumbersAreExact:
    @given(GOALS, WINDOWS)
    def test_goals_and_budgets_are_those_of_the_objective(self, goal, window):
        found = rules_of(objective(goal, window))
        (own,) = recorded(found, "slo:odoo_slo_objective:ratio")
        (budget,) = recorded(found, "slo:odoo_slo_error_budget:ratio")
        (days,) = recorded(found, "slo:odoo_slo_period:days")
        assert value(own["expr"].split(" + ")[1]) == Fraction(goal, PPM)
        assert value(budget["expr"].split(" + ")[1]) == Fraction(PPM - goal, PPM)
        assert int(days["expr"].split(" + ")[1]) == length(window).days

    @given(GOALS, WINDOWS)
    def test_factors_and_counts_are_those_of_the_pairs(self, goal, window):
        period, budget = length(window), Fraction(PPM - goal, PPM)
        pairs = [p for p in burn_rate.pairs(period) if p.can_fire(goal, period)]
        text = "\n".join(
            alert["expr"] for alert in alerts(rules_of(objective(goal, window)), _BURN)
        )
        factors = re.findall(r"> ([\d./ ]+)$", text, re.MULTILINE)
        counts = re.findall(r">= ([\d./ ]+) \*", text)
        assert [value(factor) for factor in factors] == [
            pair.factor(period) for pair in pairs for _window in ("long", "short")
        ]
        assert [value(count) for count in counts] == [
            Fraction(pair.budget_ppm, PPM) * budget
            for pair in pairs
            for _window in ("long", "short")
        ]

    def test_no_float_is_printed(self):
        text = rules.rules({"main": [objective(999_000, "28d")]})
        assert "/ 0.001 > 14 / 15" in text
        assert not re.search(r"\d{8}|\de-", text)


class TestPairsThatCannotFire:
    def test_they_are_left_out_with_the_reason(self):
        text = rules.rules({"main": [objective(900_000, "30d")]})
        (page,) = alerts(rules_of(objective(900_000, "30d")), _BURN, "page")
        assert "increase6h" in page["expr"] and "increase1h" not in page["expr"]
        comment = " ".join(text.replace("#", "").split())
        assert "No page for 1h/5m: even without any good event" in comment
        assert "needs more than 14.4 times" in comment
        assert "a goal of 93.0556 % or higher" in comment

    def test_a_severity_without_pairs_has_no_alert(self):
        found = rules_of(objective(800_000, "30d"))
        assert not alerts(found, _BURN, "page") and alerts(found, _BURN, "ticket")


class TestAlerts:
    def test_both_windows_of_a_pair_must_burn_and_one_pair_is_enough(self):
        (page,) = alerts(rules_of(objective(window="30d")), _BURN, "page")
        arms = page["expr"].split("\nor\n")
        windows = [re.findall(r"bad_events:increase(\w+)", arm)[:2] for arm in arms]
        assert windows == [["1h", "5m"], ["6h", "30m"]]
        assert all(arm.count("\n  and\n") == 5 for arm in arms)

    def test_they_are_those_that_people_have_chosen(self):
        chosen = burn_rate.Pair(burn_rate.PAGE, timedelta(hours=6), 200_000)
        found = rules_of(objective(window="30d", alerts=(chosen,)))
        (page,) = alerts(found, _BURN)
        assert page["labels"]["severity"] == "page"
        assert "> 24" in page["expr"]

    def test_none_waits_for_anything(self):
        assert not any("for" in rule for rule in rules_of(objective()))

    def test_the_labels_are_those_of_the_budget_and_a_severity(self):
        (page,) = alerts(rules_of(objective()), _BURN, "page")
        assert page["labels"] == {
            "slo": "orders",
            "service": "order_processing",
            "severity": "page",
        }

    @pytest.mark.parametrize(
        ("budgeting", "short", "min_bad"),
        [(EVENTS, "5m", 2), (SLICES, "10m", 2), (RATIO_SLICES, "10m", 2_000_000)],
    )
    def test_slices_count_when_they_have_ended(self, budgeting, short, min_bad):
        found = rules_of(objective(budgeting=budgeting, slice_minutes=5))
        (page,) = alerts(found, _BURN, "page")
        windows = re.findall(r"bad_events:increase(\w+)", page["expr"])
        assert windows[:2] == ["1h", short]
        assert f">= {min_bad}\n" in page["expr"]


class TestCalendarWindows:
    def test_what_is_left_is_odoos_own_number(self):
        found = rules_of(objective(window="month"))
        (left,) = recorded(found, "slo:odoo_slo_period_error_budget_remaining:ratio")
        assert "odoo_slo_error_budget_remaining_ratio{" in left["expr"]
        assert not recorded(found, "slo:odoo_slo_error:ratio_increase30d")
        assert "calendar" in rules.rules({"main": [objective(window="month")]})

    def test_they_burn_like_a_window_of_their_length(self):
        month, days = (rules_of(objective(window=code)) for code in ("month", "30d"))
        assert _expressions(month, _BURN) == _expressions(days, _BURN)


class TestManyDatabases:
    def test_they_share_the_rules_of_an_objective(self):
        shared = objective(split="warehouse")
        groups = groups_of({"b": [objective()], "a": [shared]})
        assert len(groups) == 2
        assert 'db=~"a|b"' in groups[0]["rules"][0]["expr"]

    @pytest.mark.parametrize(
        "other",
        [objective(990_000), objective(window="month"), objective(budgeting=SLICES)],
    )
    def test_each_goal_has_rules_of_its_own_that_are_told_apart(self, other):
        found = rules_of(a=[objective()], b=[other])
        keys = [
            (rule.get("record", rule.get("alert")), tuple(rule["labels"].items()))
            for rule in found
        ]
        assert len(set(keys)) == len(keys)
        for rule in found:
            databases = set(re.findall(r'db=~?"(.*?)"', rule["expr"]))
            assert databases in ({"a"}, {"b"})

    def test_the_text_does_not_depend_on_any_order(self):
        several = [objective(code=code) for code in ("a", "b", "c")]
        texts = {
            rules.rules({"y": order, "x": order[:1]} | {"z": order})
            for order in itertools.permutations(several)
            if order[0].code == "a"
        }
        assert len(texts) == 1

    def test_names_are_no_regular_expressions(self):
        found = rules_of(**{"a.b": [objective()], "a|c": [objective()]})
        assert r'db=~"a\\.b|a\\|c"' in found[0]["expr"]

    def test_a_code_must_be_unique_in_its_database(self):
        with pytest.raises(rules.DuplicateObjective, match="main.*orders"):
            rules.rules({"main": [objective(), objective(990_000)]})


class TestNamesOfSloth:
    def test_series_and_labels_are_those_that_its_dashboards_read(self):
        found = rules_of(objective(window="30d"), names=rules.SLOTH)
        names = {rule["record"] for rule in found if "record" in rule}
        windows = ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d")
        assert names >= {
            *(f"slo:sli_error:ratio_rate{window}" for window in windows),
            "slo:objective:ratio",
            "slo:error_budget:ratio",
            "slo:time_period:days",
            "slo:current_burn_rate:ratio",
            "slo:period_burn_rate:ratio",
            "slo:period_error_budget_remaining:ratio",
            "sloth_slo_info",
        }
        (page,) = alerts(found, _BURN, "page")
        assert page["labels"]["sloth_severity"] == "page"
        (info,) = recorded(found, "sloth_slo_info")
        assert info["labels"]["sloth_objective"] == "99.5"


_BURN = "OdooErrorBudgetBurn"


def _expressions(found, name):
    return [alert["expr"] for alert in alerts(found, name)]
