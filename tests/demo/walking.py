"""Walk through Odoo as its users do: click, count clicks, and look for dead ends."""

import re

from accessibility import is_wider_than_screen
from playwright.sync_api import expect

RECORDS = (
    ".o_data_row, .o_group_header, .o_kanban_record:not(.o_kanban_ghost),"
    " .o_kanban_group,"
    " .o_form_view .o_form_sheet, .o_form_view .app_settings_block,"
    " .o_pivot table tbody tr, .o_graph_renderer canvas, .o_activity_view tbody tr,"
    " .o_rel_page, .o_reliability_edi_calendar, .o_reliability_platform article,"
    " .o_calendar_view, .o_wizard, .modal .o_form_view"
)
"""What a page shows that is not empty."""
EMPTY = ".o_view_nocontent"
ERROR = ".o_error_dialog, .modal:has-text('Access Error'), .modal:has-text('Oops')"

SCROLLED = ("kanban", "pivot", "activity")
"""Views whose columns are scrolled, if there are many."""

_MENUS = """
async () => {
    const menus = odoo.__WOWL_DEBUG__.root.env.services.menu;
    const isOurs = (menu) => menu.xmlid === "reliability.menu_reliability";
    const app = menus.getApps().find(isOurs);
    const found = [];
    const visit = (menu, path) => {
        if (menu.actionID && path.length) {
            found.push([path.join(" › "), menu.actionID]);
        }
        for (const child of menu.childrenTree) {
            visit(child, [...path, child.name]);
        }
    };
    visit(menus.getMenuAsTree(app.id), []);
    return found;
}
"""
_OPEN = """
([action, options]) =>
    odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action, options)
"""
_VIEWS = """
() => {
    const { currentController } = odoo.__WOWL_DEBUG__.root.env.services.action;
    return (currentController.views || []).map((view) => view.type);
}
"""
_FIRST_RECORD = """
async () => {
    const { action, orm } = odoo.__WOWL_DEBUG__.root.env.services;
    const { res_model: model, context } = action.currentController.action;
    return (await orm.search(model, [], { limit: 1, context }))[0];
}
"""


class Walk:
    """A user's way from one page to the next.

    :ivar clicks: how many of them he has made
    """

    def __init__(self, page):
        self.page = page
        self.clicks = 0

    def click(self, locator):
        """Click an element; the page that follows must be no dead end."""
        locator.click()
        self.clicks += 1
        self.arrive()

    def press(self, name, inside="", role="button"):
        """Click the first control with this name."""
        area = self.page.locator(inside or "body").first
        self.click(area.get_by_role(role, name=name).first)

    def fill(self, locator, text):
        """Type into a field: one click."""
        locator.fill(str(text))
        self.clicks += 1

    def arrive(self):
        """Check that the page has records, or says why it has none."""
        page = self.page
        expect(page.locator(".o_blockUI")).to_have_count(0)
        shown = page.locator(f"{RECORDS}, {EMPTY}, {ERROR}")
        expect(shown.first).to_be_visible()
        assert page.locator(ERROR).all_inner_texts() == []
        reasons = page.locator(EMPTY)
        if reasons.count() and not page.locator(RECORDS).count():
            title, _, reason = reasons.first.inner_text().strip().partition("\n")
            assert title and reason.strip(), f"{page.url}: empty without a reason"

    def row(self, text):
        """Return the row of a list that has a text."""
        return self.page.locator(".o_data_row", has_text=text).first

    def alert(self, text):
        """Return the line of an alert on the cockpit."""
        return self.page.locator(".o_rel_alert", has_text=text).first


def menus(page):
    """Return the entries of Reliability's menu that the user sees: path → action."""
    page.locator(".o_main_navbar .o_menu_sections, .o_main_navbar").first.wait_for()
    return dict(page.evaluate(_MENUS))


def open_action(page, action, **options):
    """Open an action of the menu as a click on it does.

    :param options: of Odoo's action service
    """
    page.evaluate(_OPEN, [action, {"clearBreadcrumbs": True, **options}])
    Walk(page).arrive()


def open_everything(page, sizes):
    """Open each view of each entry of the menu, and a record, at each size.

    :return: what is wrong, as texts
    """
    found = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        for path, action in menus(page).items():
            for view, options in _views(page, action):
                try:
                    open_action(page, action, **options)
                    if view not in SCROLLED:
                        assert not is_wider_than_screen(page), "wider than the screen"
                except AssertionError as error:
                    found.append(f"{path}, {view}, {width}: {str(error)[:300]}")
    return found


def _views(page, action):
    """Yield each view of an action, and how to open it; the form with a record."""
    open_action(page, action)
    views = page.evaluate(_VIEWS)
    for view in views:
        if view == "form":
            record = page.evaluate(_FIRST_RECORD)
            if record:
                yield view, {"viewType": view, "props": {"resId": record}}
        elif view != "search":
            yield view, {"viewType": view}
    if not views:
        yield "client action", {}


def count_records(page):
    """Return how many records the list on the page has; a form has one."""
    if page.locator(".o_form_view").count():
        return 1
    groups = page.locator(".o_group_header .o_group_name").all_inner_texts()
    if groups:
        counts = [re.search(r"\((\d+)\)\s*$", text.strip()) for text in groups]
        return sum(int(count[1]) for count in counts if count)
    pager = page.locator(".o_pager_limit")
    if pager.count():
        return int(pager.first.inner_text().replace(",", "").rstrip("+"))
    return page.locator(".o_data_row").count()


def show_groups(page):
    """Open all groups of the list on the page, and wait for a record."""
    closed = page.locator(".o_group_header .fa-caret-right")
    page.locator(".o_list_view .o_data_row, .o_group_header").first.wait_for()
    while closed.count():
        shown = page.locator(".o_list_view tbody tr").count()
        closed.first.click()
        expect(page.locator(".o_list_view tbody tr")).not_to_have_count(shown)
    expect(page.locator(".o_list_view .o_data_row").first).to_be_visible()
