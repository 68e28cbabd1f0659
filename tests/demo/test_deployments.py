"""Today's release was worse: an incident names it, it was rolled back, and the figures
are those that the scenario knows.
"""

import re
from datetime import timedelta
from statistics import median

import pytest
from playwright.sync_api import expect
from waiting import wait_until
from walking import Walk

from setup import demo, scenario, scenario_of_deployments, scenario_phases
from setup.scenario_of_deployments import GOOD, RELEASES, WORSE

UNTIL = "recovery"
CHANGES = True

DEPLOYMENTS = "/odoo/reliability-deployments"
INCIDENTS = "/odoo/reliability-incidents"
FIGURES = "/odoo/reliability-deployment-figures"
AT = {one.key: one.at for one in RELEASES}
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def admin(server):
    return demo.log_in(server, "admin")


@pytest.fixture
def walk(open_page):
    """A function that lets a user walk from a page."""

    def walk(login, path):
        way = Walk(open_page(login, path))
        way.arrive()
        return way

    return walk


def row_of(page, name):
    """Return the row of a deployment; that of its rollback names it, too."""
    named = page.locator("td[name=name]", has_text=name)
    return page.locator(".o_data_row").filter(has=named)


def test_what_the_server_really_runs_is_what_was_deployed_last(admin):
    fields = ["release", "state", "target_ids", "rolls_back_id"]
    newest, *others = admin.call("reliability.deployment", "search_read", [], fields)
    assert (newest["release"], newest["state"]) == (GOOD, "done")
    assert newest["rolls_back_id"][1].startswith(WORSE)
    assert len(others) == len(RELEASES)  # one of them was made in Apps


class TestList:
    """Says which deployments have failed, and why."""

    @pytest.mark.parametrize(
        ("release", "reason"),
        [
            (WORSE, "Rolled back, Caused an incident"),
            ("19.0.7", "Hot fix within a day"),
        ],
    )
    def test_of_failed_deployments(self, walk, release, reason):
        row = row_of(walk("warehouse", DEPLOYMENTS).page, f"{release} (")
        expect(row.locator("td[name=failure]")).to_have_text(reason)

    def test_a_module_from_apps_has_a_person_and_no_pipeline(self, walk):
        row = row_of(walk("warehouse", DEPLOYMENTS).page, "Stock - SMS")
        expect(row.locator("td[name=user_id]")).to_have_text("Mitchell Admin")
        expect(row.locator("td[name=reported_state]")).to_have_text("")


def test_its_form_says_what_is_worse_and_who_has_approved_it(walk):
    way = walk("ops", DEPLOYMENTS)
    way.click(row_of(way.page, f"{WORSE} (").locator("td[name=name]"))
    page = way.page
    worse = "Order confirmation takes"
    expect(page.locator("[name=finding_ids] .o_data_row")).to_contain_text(worse)
    way.press("Pipeline", ".o_notebook", role="tab")
    expect(page.locator("[name=approver]")).to_have_text(
        scenario_of_deployments.APPROVER
    )
    expect(page.locator("[name=commit_ids] .o_data_row")).to_have_count(3)


class TestIncident:
    """Of a warehouse: began six minutes after the release."""

    @pytest.fixture
    def way(self, walk):
        way = walk("ops", INCIDENTS)
        way.click(way.row("Transfer validation").locator("td[name=text]"))
        return way

    def test_its_form_names_the_release_and_ops_confirms_that(self, way):
        began = way.page.locator("[name=deployment_text]")
        expect(began).to_have_text(re.compile(rf"Began 6 min after: {WORSE} "))
        way.press("Confirm", ".o_form_sheet")
        state = way.page.locator("[name=deployment_state]")
        expect(state).to_have_text("Confirmed")

    def test_its_timeline_has_the_release_and_the_rollback(self, way):
        way.click(way.page.locator("a[name=timeline]"))
        timeline = way.page.locator(".o_reliability_timeline").first
        expect(timeline).to_contain_text(
            re.compile(rf"Deployed: {WORSE} .*Began.*Rolled back: {WORSE} ", re.DOTALL)
        )


def test_the_chart_of_the_day_has_both_deployments(cockpit):
    lines = cockpit("warehouse").locator(".o_rel_annotations li")
    expect(lines.filter(has_text=f"Deployed: {WORSE}")).to_have_count(1)
    expect(lines.filter(has_text=f"Rolled back: {WORSE}")).to_have_count(1)


class TestFigures:
    """The five measures, computed from the times of the scenario."""

    @pytest.fixture
    def expected(self, server):
        start = scenario.start(server)
        restored = scenario_phases.incident_times(start).restored
        recoveries = [AT["19.0.7.1"] - AT["19.0.7"], restored - start - AT[WORSE]]
        leads = [before for one in RELEASES for before in one.commits]
        return {
            "deployments:sum": len(RELEASES) + 1,
            "failed:sum": 2,
            "rework:sum": 2,  # the hot fix and the rollback
            "lead_time:avg": median(leads) / HOUR,
            "recovery_time:avg": median(recoveries) / HOUR,
        }

    @pytest.fixture
    def measure(self, admin, expected):
        """A function that returns the measures of all deployments.

        The real server has incidents, too: they follow the rollback, and are not due
        to it.
        """

        def measure():
            scenario_of_deployments.decide(admin)
            model = "reliability.deployment.figure"
            (found,) = admin.call(model, "formatted_read_group", [], [], [*expected])
            return {name: pytest.approx(found[name]) for name in expected}

        return measure

    def test_are_those_that_the_scenario_knows(self, measure, expected):
        wait_until(lambda: expected == measure(), lambda: (expected, measure()))

    def test_two_of_seven_deployments_have_failed(self, walk, measure):
        def cells():
            measure()
            total = walk("ops", FIGURES).page.locator(".o_pivot tbody tr").first
            return total.locator("td").all_inner_texts()[:4]

        wait_until(lambda: cells() == ["7", "2", "28.6", "28.6"], cells)
