"""Synthetic checks: what the cockpit says of them, and the runs behind it."""

import re

import pytest
from accessibility import is_wider_than_screen
from playwright.sync_api import expect
from walking import Walk

from setup import demo, demo_server, scenario_of_checks

UNTIL = demo_server.CHECKED
CHANGES = True

RUNS = "/odoo/reliability-synthetic-runs"
CARD = "[data-service=synthetic_checks]"
LAST_RUN = r": [^:]+ ago, [\d.]+ (s|min)"
EVERY_STEP = (
    "Preparation",
    "Quotation",
    "Confirm the order",
    "Reserve",
    "Validate the delivery",
    "What a commit would check",
)
EVERY_STEP_OVER_HTTP = (
    *("Resolve the name", "Connect", "Answer", "Log in", "Quotation by API"),
    *("Confirm the order by API", "Reserve by API", "Validate the delivery by API"),
    "Clean up",
)

everybody = pytest.mark.parametrize("login", demo_server.USERS)


@pytest.fixture(scope="module")
def admin(server):
    return demo.log_in(server, "admin")


@pytest.fixture
def walk(open_page):
    """A function that lets a user walk from a page."""

    def walk(login, path="/odoo/reliability"):
        way = Walk(open_page(login, path))
        way.arrive()
        return way

    return walk


class TestCard:
    """The cockpit says when each journey ran last, and how long that took."""

    @everybody
    @pytest.mark.parametrize(
        "journey",
        ["Order to shipment", "Background work", "Order to shipment over HTTP"],
    )
    def test_everybody_reads_the_last_run(self, cockpit, login, journey):
        card = cockpit(login).locator(CARD)
        expect(card).to_contain_text(re.compile(journey + LAST_RUN))

    @everybody
    def test_it_opens_the_runs(self, walk, login):
        way = walk(login)
        way.click(way.page.locator(CARD).get_by_role("button", name="Open runs"))
        expect(way.page.locator(".o_breadcrumb")).to_contain_text("Synthetic Runs")
        expect(way.row("Passed")).to_be_visible()
        assert way.clicks == 1

    def test_the_warehouse_manager_reads_a_run(self, walk):
        way = walk("warehouse", RUNS)
        way.click(way.row("Order to shipment").locator("td[name=journey_id]"))
        expect(way.page.locator(".o_form_view")).to_contain_text("Quotation")


class TestRun:
    """A run says what each step took, and what fails and what to do."""

    def test_what_failed_names_who_lacks_a_right(self, walk):
        way = walk("admin", RUNS)
        way.click(way.row("Failed").locator("td[name=journey_id]"))
        problem = way.page.locator(".o_form_view .alert-danger")
        expect(problem).to_contain_text("lacks a right")
        expect(problem).to_contain_text("Sales Order")

    @pytest.mark.parametrize(
        ("journey", "steps"),
        [
            (scenario_of_checks.ORDER, EVERY_STEP),
            (scenario_of_checks.OVER_HTTP, EVERY_STEP_OVER_HTTP),
        ],
    )
    def test_what_passed_has_all_steps(self, walk, admin, journey, steps):
        passed = [("state", "in", ("passed", "slow"))]
        passed.append(("journey_id", "=", admin.ref(journey)))
        run = admin.call("reliability.synthetic.run", "search", passed, limit=1)
        way = walk("admin", f"{RUNS}/{run[0]}")
        for name in steps:
            expect(way.row(name)).to_be_visible()


class TestJourney:
    """An administrator runs a journey at once, from its form."""

    def test_run_now_opens_the_run(self, walk):
        way = walk("admin")
        way.press("Platform", ".o_main_navbar")
        way.press("Synthetic Checks", role="menuitem")
        way.click(way.row("Order to shipment").locator("td[name=name]"))
        way.press("Run Now")
        expect(way.page.locator("[name=state]").first).to_contain_text("Passed")
        assert way.clicks <= 4


class TestOverHTTP:
    """An order that a probe ships belongs to the synthetic company only."""

    def test_the_administrator_reads_what_remains(self, walk):
        way = walk("admin")
        way.press("Configuration", ".o_main_navbar")
        way.press("Synthetic Company", role="menuitem")
        way.click(way.row("Synthetic Checks").locator("td[name=company_id]"))
        form = way.page.locator(".o_form_view")
        expect(form.locator("[name=order_count]")).to_have_text("1")
        expect(form.locator("[name=transfer_count]")).to_have_text("2")

    @pytest.mark.parametrize("login", ["admin", "warehouse"])
    def test_nobody_else_finds_its_documents(self, server, login):
        user = demo.log_in(server, login)
        for model, name in (
            ("stock.picking", "SYN/%"),
            ("product.product", "Synthetic Checks%"),
        ):
            assert user.call(model, "search", [("name", "=like", name)]) == []


@everybody
def test_the_runs_fit_a_phone(open_page, login):
    page = open_page(login, RUNS, width=390, height=844)
    Walk(page).arrive()
    assert not is_wider_than_screen(page)
