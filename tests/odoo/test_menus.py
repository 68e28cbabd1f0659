"""The menu of each role: what is in it, and that all of it opens.

``MENUS`` is the table.  A new menu fails these tests until its readers are decided.
"""

import pytest
from lxml import etree
from test_rights import OF_NO_COMPANY, VIEWERS, open_view, sample

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import get_db_name, new_test_user
from odoo.tools import html2plaintext
from odoo.tools.safe_eval import safe_eval

ROOT = "reliability.menu_reliability"

# Path → the roles that see it; viewers and managers see the same.
EVERYBODY, ADMIN, SETTINGS = ("viewer", "manager", "admin"), ("admin",), ("settings",)
MENUS = {
    "Overview": EVERYBODY,
    "To Do": EVERYBODY,
    "Trucks": EVERYBODY,
    "Incidents/Incidents": EVERYBODY,
    "Incidents/Deployments": EVERYBODY,
    "Incidents/Deployment Overrides": EVERYBODY,
    "Incidents/Drift": ("manager", "admin"),
    "Incidents/Baselines": ("manager", "admin"),
    "Integrations/Exchanges": EVERYBODY,
    "Integrations/Systems": EVERYBODY,
    "Integrations/Parcels and References": EVERYBODY,
    "Integrations/EDI Documents": EVERYBODY,
    "Integrations/EDI Calendar": EVERYBODY,
    "Services/Services": ADMIN,
    "Services/Objectives": EVERYBODY,
    "Services/Error Budgets": EVERYBODY,
    "Platform/PostgreSQL, Redis, Ingress, Hosts": ADMIN,
    "Platform/Requests": ADMIN,
    "Platform/Scheduled Actions": ADMIN,
    "Platform/Other Measurements": ADMIN,
    "Platform/Job Attempts": ADMIN,
    "Platform/Lock Waits": ADMIN,
    "Platform/Sent Notifications": ADMIN,
    "Platform/Inbound Messages": ADMIN,
    "Platform/Synthetic Checks": ADMIN,
    "Platform/Synthetic Runs": ADMIN,
    "Platform/Backups": ADMIN,
    "Platform/Restore Drills": ADMIN,
    "Platform/Recovery Objectives": ADMIN,
    "Platform/Failover Drills": ADMIN,
    "Platform/Patches": ADMIN,
    "Reporting/Calls by Hour": EVERYBODY,
    "Reporting/Failed and Slow Calls": EVERYBODY,
    "Reporting/Attempts": EVERYBODY,
    "Reporting/Incident Figures": EVERYBODY,
    "Reporting/Deployment Figures": EVERYBODY,
    "Reporting/Monthly Report": EVERYBODY,
    "Configuration/Settings": SETTINGS,
    "Configuration/Operations": ADMIN,
    "Configuration/Thresholds of Operations": ADMIN,
    "Configuration/Thresholds of Services": ADMIN,
    "Configuration/Platform Thresholds": ADMIN,
    "Configuration/Notifications": ADMIN,
    "Configuration/On Call": ADMIN,
    "Configuration/Truck Cutoffs": ADMIN,
    "Configuration/Expected Documents": ADMIN,
    "Configuration/Maintenance Windows": ("manager", "admin"),
    "Configuration/Change Freezes": EVERYBODY,
    "Configuration/Known Versions": ADMIN,
    "Configuration/Inbound API Keys": SETTINGS,
    "Configuration/Synthetic Company": SETTINGS,
}


CLIENT_ACTIONS = {
    "reliability_dashboard.cockpit": ("reliability.cockpit", "read_cockpit"),
    "reliability_edi.calendar": ("reliability.edi.calendar", "read_calendar"),
    "reliability_platform.page": ("reliability.platform.page", "read_page"),
}
"""The tag of a client action → the method that it calls."""


@pytest.fixture(scope="module")
def env():
    """An environment whose transaction is rolled back."""
    with Registry(get_db_name()).cursor() as cr:
        environment = api.Environment(cr, SUPERUSER_ID, {})
        environment["res.users"].search([]).lang = "en_US"
        yield environment
        cr.rollback()


@pytest.fixture(scope="module")
def users(env):
    """A user of each role; ``settings`` also has Odoo's Settings."""
    groups = {role: f"base.group_user,reliability.group_{role}" for role in VIEWERS}
    groups["settings"] = f"{groups['admin']},base.group_system"
    groups["system"] = "base.group_user,base.group_system"
    groups["plain"] = "base.group_user"
    return {role: new_test_user(env, f"menu_{role}", groups[role]) for role in groups}


def entries(env, user):
    """Return path → menu of all entries of Reliability that a user sees."""
    menus = env["ir.ui.menu"].with_user(user)
    found = menus.load_menus(False)
    root = env.ref(ROOT).id
    paths, waiting = {}, [(root, ())] if root in found else []
    while waiting:
        menu, path = waiting.pop()
        for child in found[menu]["children"]:
            waiting.append((child, (*path, found[child]["name"])))
        if found[menu]["action_id"]:
            paths["/".join(path)] = found[menu]
    return paths


def test_each_role_has_the_menu_of_the_house(env, users):
    found = {role: set(entries(env, user)) for role, user in users.items()}
    assert found.pop("system") == found.pop("plain") == set()
    expected = {
        role: {
            path
            for path, roles in MENUS.items()
            if role in roles or (role == "settings" and "admin" in roles)
        }
        for role in found
    }
    assert found == expected


def test_a_warehouse_manager_does_not_see_the_platform(env, users):
    menus = env["ir.ui.menu"].with_user(users["manager"]).load_menus(False)
    children = menus[env.ref(ROOT).id]["children"]
    names = [menus[child]["name"] for child in children]
    assert names == [
        *("Overview", "To Do", "Trucks", "Incidents", "Integrations", "Services"),
        *("Reporting", "Configuration"),
    ]


@pytest.mark.parametrize("role", [*VIEWERS, "settings"])
def test_everything_in_the_menu_opens(env, users, role):
    opened = 0
    for path, menu in entries(env, users[role]).items():
        actions = env[menu["action_model"]].with_user(users[role])
        action = actions.browse(menu["action_id"]).sudo().read()[0]
        if action["type"] == "ir.actions.act_window":
            opened += open_action(env, users[role], action, path)
        else:
            model, method = CLIENT_ACTIONS[action["tag"]]
            getattr(env[model].with_user(users[role]), method)()
            opened += 1
    assert opened > 20


def open_action(env, user, action, path):
    """Open each view of an action, and a record; return how many were opened."""
    values = {"uid": user.id, "allowed_company_ids": user.company_ids.ids}
    context = safe_eval(action["context"], values)
    model = env[action["res_model"]].with_user(user).with_context(**context)
    views = [(view_id, kind) for view_id, kind in action["views"] if kind != "search"]
    found = model.get_views(views)["views"]
    assert found.keys() == {kind for _view_id, kind in views}, path
    for kind, view in found.items():
        if kind == "form":
            open_form(env, user, model, view["id"])
        elif kind in ("list", "kanban"):
            domain = safe_eval(action["domain"] or "[]", values)
            model.search(domain, limit=1)
            open_view(model, kind, view["id"], None)
        else:
            names = set(etree.fromstring(view["arch"]).xpath(".//field/@name"))
            model.search_read([], sorted(names & model._fields.keys()), limit=1)
    return len(found)


def open_form(env, user, model, view_id):
    """Open a form with a record, or with a new one where the user may create it."""
    record = model.search([], limit=1)
    if not record and model._auto and not model._transient:
        sample(env[model._name])
        record = model.search([], limit=1)
    if record or model.has_access("create"):
        open_view(model, "form", view_id, record)


def test_each_list_says_why_it_is_empty(env, users):
    """Nothing happened, or nothing is measured yet, or its reader has no right."""
    for path, menu in entries(env, users["settings"]).items():
        action = env[menu["action_model"]].browse(menu["action_id"])
        if action.type != "ir.actions.act_window":
            continue
        if env[action.res_model]._transient:
            continue
        model = env[action.res_model].with_user(users["viewer"])
        text = html2plaintext(model.get_empty_list_help(action.help or ""))
        title, _, reasons = text.strip().partition("\n")
        assert title, path
        assert reasons.strip(), path
        if action.res_model in OF_NO_COMPANY:
            assert "administrators" in reasons, path


def test_a_list_that_another_role_opens_is_not_hidden_from_it_by_a_folder(env, users):
    """A folder with groups of its own would hide entries that its reader may open."""
    folders = env["ir.ui.menu"].search(
        [("id", "child_of", env.ref(ROOT).id), ("action", "=", False)]
    )
    assert not (folders - env.ref(ROOT)).group_ids
