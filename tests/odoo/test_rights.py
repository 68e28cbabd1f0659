"""Who may do what: each role × each model × each public method × each company.

``RIGHTS``, ``METHODS`` and ``EXTENDED`` are the tables.  A new model, method or view
fails these tests until its rights are decided here.
"""

import pytest
from lxml import etree

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import call_kw
from odoo.tests import Form, get_db_name, new_test_user

ROLES = ("viewer", "manager", "admin", "system")
"""The roles with rights; ``system`` has Odoo's Settings, and no role of Reliability."""
NOBODY = ("plain", "portal")
"""Roles without any right."""

# Rights of each role: read, write, create, delete.
RIGHTS = {
    #                                     viewer  manager admin   system
    "reliability.alertmanager.alert": ("", "", "r", ""),
    "reliability.attempt": ("r", "r", "r", ""),
    "reliability.backup": ("", "", "r", ""),
    "reliability.backup.set": ("", "", "rw", ""),
    "reliability.collector.checkpoint": ("", "", "r", ""),
    "reliability.collector.report": ("", "", "r", ""),
    "reliability.cutoff": ("r", "r", "rwcd", "rwcd"),
    "reliability.deployment": ("r", "r", "r", ""),
    "reliability.deployment.change": ("r", "r", "r", ""),
    "reliability.deployment.commit": ("r", "r", "r", ""),
    "reliability.deployment.database": ("", "", "r", ""),
    "reliability.deployment.finding": ("r", "r", "r", ""),
    "reliability.deployment.figure": ("r", "r", "r", ""),
    "reliability.deployment.override": ("r", "rc", "rc", ""),
    "reliability.deployment.target": ("r", "r", "r", ""),
    "reliability.drift": ("", "r", "r", ""),
    "reliability.drift.baseline": ("", "rwc", "rwc", ""),
    "reliability.drift.host": ("", "", "r", ""),
    "reliability.drift.manifest": ("", "", "", "rwc"),
    "reliability.drift.manifest.line": ("", "", "", "rwc"),
    "reliability.drift.source": ("", "r", "r", ""),
    "reliability.drill": ("", "", "r", ""),
    "reliability.drill.check": ("", "", "r", ""),
    "reliability.drill.phase": ("", "", "r", ""),
    "reliability.edi.document": ("r", "r", "r", ""),
    "reliability.edi.expected.document": ("r", "rwcd", "rwcd", ""),
    "reliability.exchange": ("r", "r", "r", ""),
    "reliability.exchange.total": ("", "", "r", ""),
    "reliability.failover": ("", "", "r", ""),
    "reliability.fingerprint": ("", "", "r", ""),
    "reliability.freeze": ("r", "r", "rwcd", ""),
    "reliability.gauge.lease": ("", "", "r", ""),
    "reliability.hand.over": ("rwc", "rwc", "rwc", ""),
    "reliability.host": ("", "", "r", ""),
    "reliability.incident": ("r", "r", "r", ""),
    "reliability.incident.cause": ("", "rwc", "rwc", ""),
    "reliability.incident.correction": ("", "rwc", "rwc", ""),
    "reliability.incident.evidence": ("r", "r", "r", ""),
    "reliability.incident.figure": ("r", "r", "r", ""),
    "reliability.incident.impact": ("r", "r", "r", ""),
    "reliability.incident.report": ("rwc", "rwc", "rwc", ""),
    "reliability.incident.review": ("", "rwc", "rwc", ""),
    "reliability.incident.stamp": ("r", "r", "r", ""),
    "reliability.incident.step": ("r", "r", "r", ""),
    "reliability.inbound.key": ("", "", "", "rwc"),
    "reliability.inbound.message": ("", "", "r", ""),
    "reliability.integration": ("r", "r", "rwcd", "rwcd"),
    "reliability.job.attempt": ("r", "r", "r", ""),
    "reliability.job.channel": ("r", "r", "r", ""),
    "reliability.job.requeued": ("", "", "r", ""),
    "reliability.lock.wait": ("", "", "r", ""),
    "reliability.maintenance": ("r", "rwc", "rwcd", ""),
    "reliability.monthly.report": ("rwc", "rwc", "rwc", ""),
    "reliability.newest.version": ("", "", "rwcd", ""),
    "reliability.notification": ("r", "r", "r", ""),
    "reliability.on.call": ("r", "r", "rwcd", ""),
    "reliability.operation": ("r", "r", "rw", "rwcd"),
    "reliability.patch": ("", "", "r", ""),
    "reliability.platform.sample": ("", "", "r", ""),
    "reliability.platform.threshold": ("", "", "rw", ""),
    "reliability.recovery.figures": ("", "", "r", ""),
    "reliability.recovery.heartbeat": ("", "", "r", ""),
    "reliability.recovery.manifest": ("", "", "r", ""),
    "reliability.recovery.restoration": ("", "", "r", ""),
    "reliability.reference": ("r", "r", "r", ""),
    "reliability.report": ("r", "r", "r", ""),
    "reliability.resolve": ("rwc", "rwc", "rwc", ""),
    "reliability.retry": ("", "rwc", "rwc", ""),
    "reliability.rollup.hour": ("", "", "r", ""),
    "reliability.rollup.minute": ("", "", "r", ""),
    "reliability.rollup.revision": ("", "", "r", ""),
    "reliability.rollup.top.call": ("", "", "r", ""),
    "reliability.series": ("", "", "r", ""),
    "reliability.service": ("r", "r", "rwcd", "rwcd"),
    "reliability.slo": ("r", "r", "rwcd", ""),
    "reliability.slo.alert": ("r", "r", "rwcd", ""),
    "reliability.slo.budget": ("r", "r", "r", ""),
    "reliability.slo.change": ("", "", "r", ""),
    "reliability.slo.exclusion": ("", "", "r", ""),
    "reliability.slo.slice": ("", "", "r", ""),
    "reliability.slo.window": ("", "", "r", ""),
    "reliability.alert": ("r", "r", "r", ""),
    "reliability.alert.evidence": ("r", "r", "r", ""),
    "reliability.service.status": ("r", "r", "r", ""),
    "reliability.slo.exchange.change": ("", "", "r", ""),
    "reliability.synthetic.company": ("", "", "", "rw"),
    "reliability.synthetic.journey": ("r", "r", "rwcd", ""),
    "reliability.synthetic.place": ("r", "r", "rd", ""),
    "reliability.synthetic.result": ("r", "r", "r", ""),
    "reliability.synthetic.run": ("r", "r", "r", ""),
    "reliability.synthetic.setup": ("", "", "", "rwc"),
    "reliability.synthetic.signal": ("r", "r", "r", ""),
    "reliability.synthetic.step": ("r", "r", "rwcd", ""),
    "reliability.top.call": ("r", "r", "r", ""),
}
OF_NO_COMPANY = {
    "reliability.attempt",
    "reliability.edi.document",
    "reliability.edi.expected.document",
    "reliability.exchange",
    "reliability.job.attempt",
    "reliability.reference",
    "reliability.report",
    "reliability.top.call",
}
"""Models whose records are seen by users of their company only; those of no company are
seen by administrators."""

# The roles that may call a public method.
VIEWERS, MANAGERS = ("viewer", "manager", "admin"), ("manager", "admin")
METHODS = {
    ("reliability.alert", "action_acknowledge"): VIEWERS,
    ("reliability.alert", "action_hand_over"): VIEWERS,
    ("reliability.alert", "action_open_records"): VIEWERS,
    ("reliability.alert", "action_snooze"): VIEWERS,
    ("reliability.alert", "action_unsnooze"): VIEWERS,
    ("reliability.alert", "message_subscribe"): VIEWERS,
    ("reliability.cockpit", "hide_setup"): ("admin",),
    ("reliability.cockpit", "open_calls"): VIEWERS,
    ("reliability.cockpit", "read_chart"): VIEWERS,
    ("reliability.cockpit", "read_cockpit"): VIEWERS,
    ("reliability.cockpit", "read_comparison"): VIEWERS,
    ("reliability.cockpit", "read_setup"): ("admin",),
    ("reliability.cockpit", "read_summary"): VIEWERS,
    ("reliability.cockpit", "read_technical"): VIEWERS,
    ("reliability.cockpit", "set_technical"): VIEWERS,
    ("reliability.deployment.finding", "action_open"): VIEWERS,
    ("reliability.deployment", "action_mark_failed"): MANAGERS,
    ("reliability.deployment", "action_open_incidents"): VIEWERS,
    ("reliability.deployment", "action_override"): MANAGERS,
    ("reliability.deployment", "action_unmark_failed"): MANAGERS,
    ("reliability.deployment.figure", "action_open_deployment"): VIEWERS,
    ("reliability.drift", "action_accept"): MANAGERS,
    ("reliability.drift.baseline", "action_take"): MANAGERS,
    ("reliability.drift.manifest", "action_compare"): ("system",),
    ("reliability.drift.manifest", "action_export"): ("system",),
    ("reliability.drill", "action_confirm"): ("admin",),
    ("reliability.edi.calendar", "open_documents"): VIEWERS,
    ("reliability.edi.calendar", "open_expected"): VIEWERS,
    ("reliability.edi.calendar", "read_calendar"): VIEWERS,
    ("reliability.edi.document", "action_assign"): VIEWERS,
    ("reliability.edi.document", "action_open_document"): VIEWERS,
    ("reliability.edi.document", "action_open_exchanges"): VIEWERS,
    ("reliability.edi.document", "action_open_record"): VIEWERS,
    ("reliability.edi.document", "action_resolve"): MANAGERS,
    ("reliability.edi.document", "action_retry"): MANAGERS,
    ("reliability.edi.document", "message_subscribe"): VIEWERS,
    ("reliability.edi.expected.document", "action_learn"): MANAGERS,
    ("reliability.exchange", "action_hand_over"): VIEWERS,
    ("reliability.exchange", "action_open_document"): VIEWERS,
    ("reliability.exchange", "action_resolve"): VIEWERS,
    ("reliability.exchange", "action_retry"): MANAGERS,
    ("reliability.exchange", "read_progress"): VIEWERS,
    ("reliability.failover", "action_confirm"): ("admin",),
    ("reliability.hand.over", "action_hand_over"): VIEWERS,
    ("reliability.incident", "action_acknowledge"): VIEWERS,
    ("reliability.incident", "action_assign"): VIEWERS,
    ("reliability.incident", "action_choose_deployment"): MANAGERS,
    ("reliability.incident", "action_close"): MANAGERS,
    ("reliability.incident", "action_confirm_deployment"): MANAGERS,
    ("reliability.incident", "action_correct"): MANAGERS,
    ("reliability.incident", "action_false_alarm"): MANAGERS,
    ("reliability.incident", "action_follow_up"): MANAGERS,
    ("reliability.incident", "action_merge"): MANAGERS,
    ("reliability.incident", "action_open_alerts"): VIEWERS,
    ("reliability.incident", "action_reject_deployment"): MANAGERS,
    ("reliability.incident", "action_reopen"): MANAGERS,
    ("reliability.incident", "action_restore"): MANAGERS,
    ("reliability.incident", "action_review"): MANAGERS,
    ("reliability.incident", "action_snooze"): VIEWERS,
    ("reliability.incident", "action_start_checklist"): VIEWERS,
    ("reliability.incident", "action_unsnooze"): VIEWERS,
    ("reliability.incident", "message_subscribe"): VIEWERS,
    ("reliability.incident", "read_timeline"): VIEWERS,
    ("reliability.incident.cause", "action_confirm"): MANAGERS,
    ("reliability.incident.correction", "action_correct"): MANAGERS,
    ("reliability.incident.figure", "action_open_incident"): VIEWERS,
    ("reliability.incident.impact", "action_open"): VIEWERS,
    ("reliability.incident.impact", "action_open_worst"): VIEWERS,
    ("reliability.incident.report", "action_report"): VIEWERS,
    ("reliability.incident.review", "action_save"): MANAGERS,
    ("reliability.incident.step", "action_tick"): VIEWERS,
    ("reliability.incident.step", "action_untick"): VIEWERS,
    ("reliability.inbound.key", "action_generate"): ("system",),
    ("reliability.integration", "action_open_exchanges"): VIEWERS,
    ("reliability.maintenance", "action_approve"): ("admin",),
    ("reliability.maintenance", "action_withdraw"): ("admin",),
    ("reliability.monthly.report", "action_print"): VIEWERS,
    ("reliability.operation", "action_open_calls"): ROLES,
    ("reliability.operation", "action_open_calls_today"): ROLES,
    ("reliability.recovery.restoration", "action_confirm"): ("admin",),
    ("reliability.platform.page", "read_page"): ("admin",),
    ("reliability.reference", "action_adopted"): MANAGERS,
    ("reliability.reference", "action_cancel_at_carrier"): MANAGERS,
    ("reliability.reference", "action_cancelled"): MANAGERS,
    ("reliability.reference", "action_hand_over"): VIEWERS,
    ("reliability.reference", "action_open_document"): VIEWERS,
    ("reliability.resolve", "action_resolve"): VIEWERS,
    ("reliability.retry", "action_retry"): MANAGERS,
    ("reliability.service", "action_open_operations"): ROLES,
    ("reliability.slo", "action_open_budgets"): VIEWERS,
    ("reliability.slo", "action_use_proposal"): ("admin",),
    ("reliability.slo.budget", "open_bad_events"): VIEWERS,
    ("reliability.slo.budget", "read_days"): VIEWERS,
    ("reliability.synthetic.company", "action_archive"): ("system",),
    ("reliability.synthetic.company", "action_new_accounts"): ("system",),
    ("reliability.synthetic.company", "clean_up"): (),
    ("reliability.synthetic.company", "plan"): (),
    ("reliability.synthetic.journey", "action_open_runs"): VIEWERS,
    ("reliability.synthetic.journey", "action_run_now"): MANAGERS,
    ("reliability.synthetic.setup", "action_make"): ("system",),
    ("reliability.synthetic.place", "action_remove"): ("admin",),
    ("reliability.top.call", "action_open_documents"): VIEWERS,
    ("res.config.settings", "action_reliability_keep_token"): ("system",),
    ("res.config.settings", "action_reliability_make_token"): ("system",),
    ("res.config.settings", "action_reliability_revoke_token"): ("system",),
}
ORM = {
    *("create", "write", "unlink", "init", "get_values", "set_values"),
    *("copy_data", "get_empty_list_help"),
}

# Forms and lists of other apps that we extend, and the group that opens them.
EXTENDED = {
    "delivery.carrier": "stock.group_stock_manager",
    "edi.exchange.record": "base_edi.group_edi_manager",
    "edi.exchange.type": "base_edi.group_edi_manager",
    "queue.job": "queue_job.group_queue_job_manager",
    "sale.order": "sales_team.group_sale_salesman",
    "stock.picking": "stock.group_stock_manager",
    "stock.picking.type": "stock.group_stock_user",
}

# Values of samples that a generic value would not do for; the others refer to them.
VALUES = {
    "reliability.backup.set": {},
    "reliability.deployment": {
        "state": "done",
        "is_seen": True,
        "end": fields.Datetime.now(),
    },
    "reliability.drift.baseline": {},
    "reliability.drift.source": {"code": "odoo_conf", "host": "sample"},
    "reliability.drill": {},
    "reliability.freeze": {
        "first_day": fields.Date.today(),
        "last_day": fields.Date.today(),
    },
    "reliability.operation": {"model": "res.partner", "method": "address_get"},
    "reliability.series": {"family": "operation", "operation": "order_confirmation"},
    "reliability.rollup.hour": {},
    "reliability.rollup.top.call": {"record_id": 1, "outcome": "failed"},
    "reliability.exchange": {
        "state": "failed",
        "res_model": "res.partner",
        "repeatable": "idempotent",
    },
    "reliability.edi.document": {
        "day": fields.Date.today(),
        "direction": "in",
        "received": fields.Datetime.now(),
        "state": "failed",
    },
    "reliability.attempt": {"transaction_state": "rolled_back", "outcome": "failed"},
    "reliability.reference": {"state": "orphaned", "kind": "tracking"},
    "reliability.on.call": {"user_id": SUPERUSER_ID},
    "reliability.incident": {},
    "reliability.incident.cause": {},
    "reliability.incident.correction": {},
    "reliability.incident.report": {},
    "reliability.incident.review": {},
    "reliability.maintenance": {
        "start": fields.Datetime.now(),
        "end": fields.Datetime.add(fields.Datetime.now(), hours=1),
    },
    "reliability.slo": {},
    "reliability.slo.budget": {},
    "reliability.synthetic.journey": {
        "step_ids": [Command.create({"step": "quotation"})]
    },
    "reliability.synthetic.run": {},
}
OPTIONAL = ("company_id", "exchange_id", "attempt_id", "type_id", "backend_id")
_BY_TYPE = {
    "char": "sample",
    "text": "sample",
    "integer": 1,
    "float": 1.0,
    "boolean": False,
    "json": {"1": 1},
    "date": fields.Date.today,
    "datetime": fields.Datetime.now,
}


@pytest.fixture(scope="module")
def env():
    """An environment whose transaction is rolled back, with a sample of each model."""
    with Registry(get_db_name()).cursor() as cr:
        environment = api.Environment(cr, SUPERUSER_ID, {})
        environment["res.users"].search([]).lang = "en_US"
        environment["reliability.gauge.lease"].search([]).unlink()  # there is only one
        for name in (*VALUES, *(RIGHTS.keys() - VALUES.keys())):
            if environment[name]._auto and not environment[name]._transient:
                create_sample(environment[name])
        environment.flush_all()
        yield environment
        cr.rollback()


@pytest.fixture(scope="module")
def users(env):
    """A user of each role; ``elsewhere`` has all roles in another company."""
    company = env["res.company"].create({"name": "Elsewhere"})
    groups = {
        "plain": "base.group_user",
        "portal": "base.group_portal",
        "system": "base.group_user,base.group_system",
        "elsewhere": "base.group_user,reliability.group_manager",
    }
    for role in VIEWERS:
        groups[role] = f"base.group_user,reliability.group_{role}"
    found = {
        role: new_test_user(env, f"rights_{role}", groups[role]) for role in groups
    }
    found["elsewhere"].write(
        {"company_ids": [fields.Command.set(company.ids)], "company_id": company.id}
    )
    return found


def sample(model):
    """Return the newest record in the main company; create one if there is none."""
    domain = []
    if "company_id" in model._fields:
        main = model.env.ref("base.main_company")
        domain = [("company_id", "in", [main.id, False])]
    model = model.with_context(active_test=False)
    found = model.search(domain, limit=1, order="id desc")
    if found or not model._auto:
        return found
    return create_sample(model)


def create_sample(model):
    """Return a new record of a model in the main company."""
    return model.create(
        {
            name: _sample_value(model, field)
            for name, field in model._fields.items()
            if field.store and name != "id" and not (field.compute or field.related)
            if field.required or name in OPTIONAL
        }
        | VALUES.get(model._name, {})
    )


def _sample_value(model, field):
    if field.comodel_name == "res.company":
        return model.env.ref("base.main_company").id
    if field.type == "many2one":
        return sample(model.env[field.comodel_name]).id
    if field.type == "selection":
        return field.get_values(model.env)[0]
    value = _BY_TYPE[field.type]
    return value() if callable(value) else value


def is_refused(call, *arguments):
    """Return whether a call raises AccessError; other errors come after the check."""
    try:
        call(*arguments)
    except AccessError:
        return True
    except Exception:
        return False
    return False


def own_models(env):
    return {
        name
        for name, model in env.registry.items()
        if model._original_module.startswith("reliability")
    }


def rights_of(model):
    operations = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
    return "".join(
        letter for letter, name in operations.items() if model.has_access(name)
    )


def test_rights_of_each_role_on_each_model(env, users):
    stored = {name for name in own_models(env) if not env.registry[name]._abstract}
    assert stored == RIGHTS.keys()
    found = {
        name: tuple(rights_of(env[name].with_user(users[role])) for role in ROLES)
        for name in RIGHTS
    }
    assert found == RIGHTS
    for role in NOBODY:
        for name in RIGHTS:
            assert rights_of(env[name].with_user(users[role])) == "", (role, name)


def public_methods(env):
    """Return (model, method) of what can be called by RPC and is defined by us."""
    return {
        (name, attribute)
        for name in own_models(env) | {"res.config.settings"}
        for base in env.registry[name].__mro__
        if base.__module__.startswith("odoo.addons.reliability")
        for attribute, value in vars(base).items()
        if callable(value) and not attribute.startswith("_") and attribute not in ORM
        if not getattr(value, "_api_private", False)
    }


ARGUMENTS = {
    "clean_up": [[]],
    "plan": ["order_to_shipment_http"],
    "message_subscribe": [],
    "open_documents": [{}, "2026-01-01"],
    "open_expected": [{}],
    "open_bad_events": ["order_confirmation", False, "", "failed"],
    "open_calls": ["order_confirmation", "2026-01-01 00:00:00", "2026-01-01 01:00:00"],
    "read_chart": ["order_confirmation"],
    "read_comparison": ["order_confirmation"],
    "read_progress": ["2026-01-01 00:00:00"],
    "set_technical": [True],
}


def test_roles_that_may_call_each_public_method(env, users):
    methods = public_methods(env)
    mixin = ("reliability.exchange.mixin", "action_reliability_exchanges")
    assert methods - {mixin} == METHODS.keys()  # see EXTENDED for the mixin
    found = {
        (name, method): tuple(
            role
            for role in (*ROLES, *NOBODY)
            if not is_refused(call_method, env, users[role], name, method)
        )
        for name, method in METHODS
    }
    assert found == METHODS


def call_method(env, user, name, method):
    """Call a method as a user does through RPC, on the sample; undo what it does."""
    model = env[name].with_user(user)
    with env.cr.savepoint() as savepoint:
        arguments = ARGUMENTS.get(method, [])
        if not getattr(getattr(model, method), "_api_model", False):
            arguments = [_called_on(env, model).ids, *arguments]
        call_kw(model, method, arguments, {})
        savepoint.rollback()


def _called_on(env, model):
    """Return the sample; a dialog has to be opened by who uses it."""
    if not model._transient:
        return sample(env[model._name])
    return create_sample(model) if model._name in VALUES else model.create({})


def test_records_are_seen_by_users_of_their_company(env, users):
    for name in OF_NO_COMPANY:
        assert not env[name].with_user(users["elsewhere"]).search([]), name
    assert env["reliability.exchange"].with_user(users["viewer"]).search([])


def test_what_a_record_refers_to_belongs_to_its_company(env):
    """Otherwise a document of one company could name a partner of another."""
    for name in own_models(env):
        model = env[name]
        if model._abstract or "company_id" not in model._fields:
            continue
        source = (model._fields["company_id"].related or "").partition(".")[0]
        unchecked = [
            field.name
            for field in model._fields.values()
            if field.type == "many2one" and field.store and not field.readonly
            if "company_id" in env[field.comodel_name]._fields
            if field.name != source and not field.check_company
        ]
        checked = [
            field
            for field in model._fields.values()
            if getattr(field, "check_company", False)
        ]
        assert not unchecked, name
        assert model._check_company_auto or not checked, name


def views(env, model):
    """Return (type, id) of all forms, lists and kanbans of a model."""
    found = env["ir.ui.view"].search(
        [
            ("model", "=", model),
            ("type", "in", ("form", "list", "kanban")),
            ("mode", "=", "primary"),
        ]
    )
    return [(view.type, view.id) for view in found]


def open_view(model, view_type, view_id, record):
    """Open a view as the web client does, and read what it shows.

    :param record: for a form; without it, a new record is shown
    """
    if view_type == "form":
        Form(record or model, view=model.env["ir.ui.view"].sudo().browse(view_id))
        return
    view = model.get_views([(view_id, view_type)])["views"][view_type]
    names = etree.fromstring(view["arch"]).xpath(".//field[not(ancestor::field)]/@name")
    specification = {
        name: {"fields": {"display_name": {}}} if model._fields[name].relational else {}
        for name in names
    }
    model.web_search_read([], specification)


def test_every_form_and_list_opens_for_every_role_that_may_read(env, users):
    opened = 0
    for name in own_models(env) & RIGHTS.keys():
        for role, rights in zip(ROLES, RIGHTS[name], strict=True):
            model = env[name].with_user(users[role])
            for view_type, view_id in views(env, name) if rights else []:
                if not model._transient:
                    record = model.search([], limit=1)
                    assert record, f"{role} sees no record of {name}"
                    open_view(model, view_type, view_id, record)
                if view_type == "form" and "c" in rights:
                    open_view(model, view_type, view_id, None)
                opened += 1
    assert opened > 100


def extended_views(env):
    """Return the views of other apps that we extend; templates have no model."""
    ours = env["ir.model.data"].search(
        [("model", "=", "ir.ui.view"), ("module", "=like", "reliability%")]
    )
    views = env["ir.ui.view"].browse(ours.mapped("res_id")).inherit_id
    views = views.filtered("model")
    other = views.filtered(lambda view: view.model in EXTENDED)
    assert {view.model for view in views - other} - own_models(env) == {
        "res.config.settings"
    }
    return other


def test_forms_and_lists_of_other_apps_open_with_and_without_a_role(env, users):
    for view in extended_views(env):
        if view.type not in ("form", "list", "kanban"):
            continue
        group = env.ref(EXTENDED[view.model])
        for role in ("plain", "viewer"):
            users[role].group_ids += group
            model = env[view.model].with_user(users[role])
            record = model.search([], limit=1)
            if record or view.type != "form":
                open_view(model, view.type, view.id, record)
            users[role].group_ids -= group


def test_settings_open_for_a_system_administrator_without_a_role(env, users):
    Form(env["res.config.settings"].with_user(users["system"]))
