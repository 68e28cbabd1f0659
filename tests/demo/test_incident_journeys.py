"""What each reader does about incidents, on each screen and in each language."""

import pytest
from accessibility import is_wider_than_screen
from playwright.sync_api import expect
from walking import Walk

from setup import demo

UNTIL = "recovery"
CHANGES = True

INCIDENTS = "/odoo/reliability-incidents"
DIALOG = ".modal"
REASON = "A customer had called before"
SCREENS = {"desktop": (1366, 900), "tablet": (820, 1180), "phone": (390, 844)}
LANGUAGES = ["de_DE", "es_ES", "fr_FR"]
LABELS = (
    ".o_list_view thead th, .o_form_view .o_form_label, .o_form_view .nav-link,"
    " .o_arrow_button, .o_statusbar_buttons button"
)

CURRENT = (
    ".o_statusbar_status"
    " :is(.o_arrow_button_current, .dropdown-toggle:not([aria-label]))"
)
"""The state of a form; on a phone, the only one that is shown."""

each_screen = pytest.mark.parametrize("screen", SCREENS)


@pytest.fixture(scope="module")
def admin(server):
    return demo.log_in(server, "admin")


@pytest.fixture
def walk(open_page):
    """A function that lets a user walk from a page, on a screen."""

    def walk(login, screen, path=INCIDENTS):
        width, height = SCREENS[screen]
        walk = Walk(open_page(login, path, width=width, height=height))
        walk.arrive()
        return walk

    return walk


@pytest.fixture
def reported(admin):
    """The id of an incident that an administrator has reported."""
    services = [("code", "=", "shipping")]
    (service,) = admin.call("reliability.service", "search", services)
    values = {"title": "The site of the carrier is down", "service_id": service}
    report = admin.call("reliability.incident.report", "create", values)
    return admin.call("reliability.incident.report", "action_report", [report])[
        "res_id"
    ]


def do(way, name):
    """Press a button of the form; on a phone, they are in a menu."""
    buttons = way.page.locator(".o_statusbar_buttons")
    if not buttons.get_by_role("button", name=name).is_visible():
        buttons.locator(".dropdown-toggle").click()
        buttons = way.page.locator(".o-dropdown--menu")
    way.click(buttons.get_by_text(name, exact=True))


def choose(way, label, name):
    """Choose a record; on a phone, a click opens the list of them."""
    field = way.page.get_by_label(label)
    if field.is_editable():
        way.fill(field, name)
        way.click(way.page.get_by_role("option", name=name).first)
    else:
        way.click(field)
        records = way.page.locator(DIALOG).last.locator(".o_kanban_record")
        way.click(records.filter(has_text=name).first)


def expect_state(way, name):
    expect(way.page.locator(f"{CURRENT} >> visible=true")).to_have_text(name)
    assert not is_wider_than_screen(way.page)


def open_tab(way, name):
    way.press(name, ".o_notebook", role="tab")


class TestWarehouseManager:
    """Is a viewer: reports, acknowledges and snoozes."""

    @each_screen
    def test_reports_what_no_alert_has_found_and_takes_care_of_it(self, walk, screen):
        way = walk("warehouse", screen)
        title = f"A customer calls, on a {screen}"
        way.press("Report an Incident")
        way.fill(way.page.get_by_label("What has happened"), title)
        choose(way, "Affected Service", "Shipping")
        way.press("Report", f"{DIALOG} footer")
        expect(way.page.locator(DIALOG)).to_have_count(0)
        expect(way.page.locator("h2 [name=text]")).to_have_text(title)
        expect_state(way, "Open")
        do(way, "Acknowledge")
        expect_state(way, "Acknowledged")
        expect(way.page.locator("[name=user_id]").first).to_contain_text("Warehouse")
        do(way, "Snooze 1 Hour")
        expect(way.page.locator("[name=snoozed_until]")).to_be_visible()

    def test_may_not_resolve(self, walk, reported):
        way = walk("warehouse", "desktop", f"{INCIDENTS}/{reported}")
        for name in ("Impact Is Over", "Resolve", "False Alarm"):
            expect(way.page.get_by_role("button", name=name)).to_have_count(0)


class TestManagers:
    """Resolve, correct and review."""

    @each_screen
    @pytest.mark.parametrize("login", ["ops", "admin"])
    def test_resolve_an_incident_with_a_correction_and_a_review(
        self, walk, admin, reported, login, screen
    ):
        way = walk(login, screen, f"{INCIDENTS}/{reported}")
        do(way, "Impact Is Over")
        expect_state(way, "Restored")
        do(way, "Resolve")
        expect_state(way, "Closed")
        open_tab(way, "Times")
        way.press("Correct a Time")
        expect(way.page.get_by_label("Stamp")).to_have_value("Began")
        way.fill(way.page.get_by_label("Reason"), REASON)
        way.press("Correct", f"{DIALOG} footer")
        expect(way.page.locator(DIALOG)).to_have_count(0)
        open_tab(way, "Review")
        way.press("Write Review")
        happened = way.page.locator(
            f"{DIALOG} [name=what_happened] .odoo-editor-editable"
        )
        way.fill(happened, "Their certificate expired")
        way.press("Save", f"{DIALOG} footer")
        expect(way.page.locator(DIALOG)).to_have_count(0)
        expect(way.page.locator(".o_form_view")).to_contain_text("certificate expired")
        assert not is_wider_than_screen(way.page)
        fields = ["state", "reviewed_by_id"]
        (found,) = admin.call("reliability.incident", "read", [reported], fields)
        assert found["state"] == "closed"
        assert found["reviewed_by_id"]
        corrected = [("incident_id", "=", reported), ("reason", "=", REASON)]
        model = "reliability.incident.stamp"
        assert admin.call(model, "search_count", corrected) == 1


@pytest.mark.parametrize("login", ["warehouse", "ops", "admin"])
def test_the_monthly_report_opens(walk, login):
    way = walk(login, "desktop")
    way.press("Reporting", ".o_main_navbar")
    way.press("Monthly Report", role="menuitem")
    with way.page.expect_download() as download:
        way.page.locator(DIALOG).get_by_role("button", name="Print").click()
    with open(download.value.path(), "rb") as report:
        assert report.read(4) == b"%PDF"


@pytest.fixture(scope="module")
def languages(admin):
    """Activate the languages that we translate to."""
    of_codes = [("code", "in", LANGUAGES), ("active", "=", False)]
    context = {"active_test": False}
    ids = admin.call("res.lang", "search", of_codes, context=context)
    values = {"lang_ids": [(6, 0, ids)], "overwrite": False}
    wizard = admin.call("base.language.install", "create", values)
    admin.call("base.language.install", "lang_install", [wizard])


class TestLanguages:
    """The list and the form are translated, and fit."""

    @pytest.fixture
    def in_language(self, admin, languages):
        """A function that lets the warehouse manager read a language."""
        (user,) = admin.call("res.users", "search", [("login", "=", "warehouse")])

        def in_language(code):
            admin.call("res.users", "write", [user], {"lang": code})

        yield in_language
        in_language("en_US")

    @pytest.mark.parametrize("code", LANGUAGES)
    @pytest.mark.usefixtures("reported")
    def test_list_and_form(self, walk, in_language, code):
        english = self.labels(walk, "desktop")
        in_language(code)
        same = english & self.labels(walk, "desktop")
        assert same <= SAME[code]
        self.labels(walk, "phone")

    def labels(self, walk, screen):
        """Return the labels of list and form."""
        way = walk("warehouse", screen)
        assert not is_wider_than_screen(way.page)
        found = way.page.locator(LABELS).all_inner_texts()
        way.click(way.page.locator(".o_data_row, .o_kanban_record").first)
        way.page.locator(".o_form_view .o_arrow_button:visible").first.wait_for()
        assert not is_wider_than_screen(way.page)
        found += way.page.locator(LABELS).all_inner_texts()
        return {text.strip(" .?\n") for text in found} - {""}


SAME = {
    "de_DE": set(),
    "es_ES": set(),
    "fr_FR": {"Cause", "Incident", "Notifications", "Service"},
}
"""Language → words that are the same in English."""
