"""Each service comes with procedures that people can read in the middle of trouble."""

import pytest
from lxml import html

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import get_db_name

# External id → the addon that owns the service and its procedures.
SERVICES = {
    "reliability.service_background_work": "reliability",
    "reliability.service_customer_portal": "reliability",
    "reliability.service_integration_api": "reliability",
    "reliability.service_platform": "reliability",
    "reliability_account.service_invoicing": "reliability_account",
    "reliability_delivery.service_shipping": "reliability_delivery",
    "reliability_edi.service_edi": "reliability_edi",
    "reliability_sale.service_order_processing": "reliability_sale",
    "reliability_stock.service_warehouse_execution": "reliability_stock",
    "reliability_synthetic.service_synthetic_checks": "reliability_synthetic",
}
HEADINGS = {
    "contingency": ["Now", "What still works", "Afterwards"],
    "runbook": ["Check", "Do", "Whom to call"],
}
COMPONENTS = ("database", "workers", "queue", "Redis", "ingress", "carrier")
MAX_STEP = 260
"""Characters: about six lines of a phone."""
MAX_STEPS = 8
MAX_LEAD = 200
"""Characters: the sentence on top of the cockpit shows it whole."""


@pytest.fixture(scope="module")
def env():
    """An environment in English whose transaction is rolled back."""
    with Registry(get_db_name()).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        cr.rollback()


def procedure(env, xmlid, name):
    return html.fragment_fromstring(env.ref(xmlid)[name], create_parent="div")


def test_these_are_all_services(env):
    data = env["ir.model.data"].search(
        [("model", "=", "reliability.service"), ("module", "=like", "reliability%")]
    )
    ours = {record.complete_name for record in data}
    assert {name for name in ours if "probe" not in name} == SERVICES.keys()


@pytest.mark.parametrize("name", HEADINGS)
@pytest.mark.parametrize("xmlid", SERVICES)
def test_a_procedure_has_headings_and_short_numbered_steps(env, xmlid, name):
    found = procedure(env, xmlid, name)
    assert [heading.text for heading in found.iter("h3")] == HEADINGS[name]
    for steps in found.iter("ol"):
        assert 3 <= len(steps) <= MAX_STEPS
        for step in steps:
            assert len(step.text_content()) <= MAX_STEP, step.text_content()
    assert not found.xpath(".//table")  # wider than a phone


@pytest.mark.parametrize("xmlid", SERVICES)
def test_it_says_what_still_works_without_each_component(env, xmlid):
    text = procedure(env, xmlid, "contingency").text_content()
    works = text.partition("What still works")[2].partition("Afterwards")[0].lower()
    assert [part for part in COMPONENTS if part.lower() not in works] == []


@pytest.mark.parametrize("xmlid", SERVICES)
def test_the_cockpit_shows_its_first_paragraph(env, xmlid):
    first = env.ref(xmlid)._first_paragraph()
    assert 20 < len(first) <= MAX_LEAD
    assert first.endswith(".")


def test_an_upgrade_fills_only_what_is_empty(env):
    savepoint = env.cr.savepoint()
    for xmlid, addon in SERVICES.items():
        service = env.ref(xmlid)
        shipped = service.runbook
        service.write({"contingency": "<p>Call Ann.</p>", "runbook": "<p><br></p>"})
        env["reliability.service"]._fill_procedures(addon)
        assert service.contingency == "<p>Call Ann.</p>"
        assert service.runbook == shipped
    env.flush_all()
    savepoint.close(rollback=True)
    env.invalidate_all()
