"""Take the pictures of README.md and docs/, run by the virtual environment.

They show the demo's scenario during the incident and after it, in a database of their
own.
"""

import io
from dataclasses import dataclass

from PIL import Image

from . import browser, demo_server, paths, postgres
from .steps import step

FOLDER = paths.ROOT / "docs" / "images"
COLORS = 128  # enough for screens, and a third of the bytes
DESKTOP, PHONE = (1366, 940), (390, 844)
MILLISECONDS_TO_SETTLE = 700  # images in the page are loaded meanwhile
COCKPIT = ".o_rel_canvas canvas >> nth=1"
INCIDENTS = "/odoo/reliability-incidents"
DEPLOYMENTS = "/odoo/reliability-deployments"


@dataclass
class Shot:
    """A picture of a page.

    :ivar name: of its file
    :ivar path: of the page
    :ivar visible: selector of an element that must be visible before the picture
    :ivar size: of the screen, in pixels
    :ivar click: selector of an element to click first, if any
    :ivar find: query for the id of the record, appended to the path
    :ivar part: selector of the element in the picture, if it is not the whole screen
    """

    name: str
    login: str
    path: str
    visible: str
    size: tuple[int, int] = DESKTOP
    click: str = ""
    find: str = ""
    part: str = ""

    def take(self, chromium, server):
        """Open the page and save its picture."""
        width, height = self.size
        opened = browser.page(
            chromium, server, self.login, width, height, zone=demo_server.ZONE
        )
        with opened as (page, _errors):
            record = self.find and postgres.psql(self.find, server.database).strip()
            page.goto(f"{self.path}{record}")
            if self.click:
                page.locator(self.click).click()
            page.locator(self.visible).wait_for()
            page.mouse.move(0, 0)
            page.wait_for_timeout(MILLISECONDS_TO_SETTLE)
            pictured = page.locator(self.part) if self.part else page
            picture = Image.open(io.BytesIO(pictured.screenshot()))
        FOLDER.mkdir(exist_ok=True)
        picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(
            FOLDER / f"{self.name}.png", optimize=True
        )


SHOTS = {
    "failing": [
        Shot(
            "error-budgets",
            "warehouse",
            "/odoo/reliability-budgets",
            ".o_data_row >> nth=3",
            (1366, 620),
        ),
        Shot(
            "error-budget",
            "warehouse",
            "/odoo/reliability-budgets/",
            ".o_form_view canvas >> nth=1",
            (1366, 1180),
            find="SELECT budget.id FROM reliability_slo_budget AS budget"
            " JOIN reliability_slo AS slo ON slo.id = budget.slo_id"
            " WHERE slo.code = 'warehouse_execution_success'"
            " ORDER BY budget.remaining_ppm LIMIT 1",
        ),
        Shot("cockpit-outage", "warehouse", "/odoo/reliability", COCKPIT),
        Shot("cockpit-outage-phone", "warehouse", "/odoo/reliability", COCKPIT, PHONE),
        Shot(
            "inventory-outage",
            "warehouse",
            "/odoo/inventory",
            ".o_kanban_record [role=status] >> nth=0",
            (1366, 620),
        ),
    ],
    demo_server.SHIPPED: [
        Shot("cockpit-parcels", "warehouse", "/odoo/reliability", COCKPIT),
        Shot(
            "orphan-parcel",
            "admin",
            "/odoo/action-stock.action_picking_tree_all/",
            ".o_form_view .alert-danger",
            (1366, 620),
            find="SELECT res_id FROM reliability_exchange WHERE orphan_count > 0",
        ),
    ],
    demo_server.EXCHANGED: [
        Shot(
            "edi-documents",
            "ops",
            "/odoo/edi-documents",
            ".o_data_row >> nth=0",
            (1366, 620),
        ),
        Shot(
            "edi-calendar",
            "ops",
            "/odoo/edi-calendar",
            ".o_reliability_edi_table",
            (1366, 860),
        ),
        Shot(
            "edi-document",
            "ops",
            "/odoo/edi-documents/",
            ".o_form_view .alert-danger",
            (1366, 620),
            find="SELECT id FROM reliability_edi_document WHERE number = 'ORD-0917'",
        ),
    ],
    demo_server.ALL: [
        Shot("to-do", "ops", "/odoo/reliability-to-do", ".o_data_row >> nth=5"),
        Shot("incidents", "ops", INCIDENTS, ".o_data_row >> nth=5", (1366, 620)),
        Shot(
            "incidents-phone",
            "warehouse",
            INCIDENTS,
            ".o_kanban_record >> nth=3",
            PHONE,
        ),
        Shot(
            "incident",
            "warehouse",
            f"{INCIDENTS}/",
            ".o_form_view .o_field_widget[name=impact_ids] .o_data_row >> nth=0",
            (1366, 760),
            find="SELECT incident_id FROM reliability_incident_impact"
            " WHERE count > 0 ORDER BY count DESC, id LIMIT 1",
        ),
    ],
    demo_server.NEW: [
        Shot(
            "checklist",
            "admin",
            "/odoo/reliability",
            ".o_rel_setup_step >> nth=3",
            (1366, 860),
        ),
    ],
    demo_server.QUEUED: [
        Shot("cockpit-jobs", "ops", "/odoo/reliability", COCKPIT),
        Shot(
            "job-attempts",
            "admin",
            "/odoo/reliability-job-attempts",
            ".o_data_row >> nth=0",
            (1366, 860),
        ),
    ],
    demo_server.DRIFTED: [
        Shot(
            "drift",
            "admin",
            "/odoo/reliability-drift",
            ".o_data_row >> nth=1",
            (1366, 420),
        ),
    ],
    demo_server.CHECKED: [
        Shot(
            "synthetic-card",
            "warehouse",
            "/odoo/reliability",
            COCKPIT,
            part="[data-service=synthetic_checks]",
        ),
        Shot(
            "synthetic-run",
            "admin",
            "/odoo/reliability-synthetic-runs/",
            ".o_form_view .o_field_widget[name=result_ids] .o_data_row >> nth=1",
            (1366, 860),
            find="SELECT id FROM reliability_synthetic_run WHERE state = 'failed'",
        ),
        Shot(
            "synthetic-run-http",
            "admin",
            "/odoo/reliability-synthetic-runs/",
            ".o_form_view .o_field_widget[name=result_ids] .o_data_row >> nth=8",
            (1366, 900),
            find="SELECT id FROM reliability_synthetic_run"
            " WHERE place = 'warehouse_office'",
        ),
        Shot(
            "synthetic-company",
            "admin",
            "/odoo/reliability-synthetic-company/",
            ".o_form_view .o_field_widget[name=transfer_count]",
            (1366, 620),
            find="SELECT id FROM reliability_synthetic_company",
        ),
    ],
    demo_server.HELD_OPEN: [
        Shot(
            "platform",
            "admin",
            "/odoo/reliability-platform",
            "[data-code=transaction_open]",
            (1366, 1180),
        ),
    ],
    "recovery": [
        Shot(
            "deployments",
            "ops",
            DEPLOYMENTS,
            ".o_data_row >> nth=6",
            (1366, 440),
        ),
        Shot(
            "deployments-phone",
            "warehouse",
            DEPLOYMENTS,
            ".o_kanban_record >> nth=6",
            PHONE,
        ),
        Shot(
            "deployment",
            "ops",
            f"{DEPLOYMENTS}/",
            ".o_form_view .o_field_widget[name=finding_ids] .o_data_row >> nth=0",
            (1366, 620),
            find="SELECT rolls_back_id FROM reliability_deployment"
            " WHERE rolls_back_id IS NOT NULL",
        ),
        Shot(
            "deployment-figures",
            "ops",
            "/odoo/reliability-deployment-figures",
            ".o_pivot tbody tr >> nth=0",
            (1366, 420),
        ),
        Shot(
            "change-freezes",
            "ops",
            "/odoo/reliability-freezes?view_type=calendar",
            ".o_calendar_view .fc-event >> nth=0",
            (1366, 720),
            click=".o_calendar_button_next",
        ),
        Shot(
            "incident-timeline",
            "warehouse",
            f"{INCIDENTS}/",
            ".o_reliability_timeline >> nth=0",
            (1366, 860),
            click="a[name=timeline]",
            find="SELECT id FROM reliability_incident WHERE warehouses = 'WH'",
        ),
        Shot(
            "incident-figures",
            "ops",
            "/odoo/reliability-incident-figures",
            ".o_pivot tbody tr >> nth=3",
            (1366, 620),
        ),
        Shot("cockpit", "warehouse", "/odoo/reliability", COCKPIT),
        Shot("cockpit-phone", "warehouse", "/odoo/reliability", COCKPIT, PHONE),
        Shot(
            "comparison",
            "warehouse",
            "/odoo/reliability",
            ".o_rel_comparison_table",
            (1366, 640),
            click=".o_rel_views button >> nth=1",
        ),
        Shot(
            "calls-by-hour",
            "warehouse",
            "/odoo/action-reliability.reliability_report_action",
            ".o_list_view .o_data_row >> nth=0",
            (1366, 560),
            click=".o_switch_view.o_list",
        ),
        Shot(
            "objective",
            "admin",
            "/odoo/reliability-objectives/",
            ".o_form_view .o_field_widget[name=achieved_text]",
            find="SELECT id FROM reliability_slo"
            " WHERE code = 'transfer_validation_in_time'",
        ),
        Shot(
            "settings",
            "admin",
            "/odoo/settings#reliability",
            ".app_settings_block[data-key=reliability] .o_settings_container >> nth=0",
            (1366, 1180),
        ),
        Shot(
            "operation",
            "admin",
            "/odoo/action-reliability.reliability_operation_action/",
            ".o_form_view .o_field_widget[name=preview]",
            find="SELECT id FROM reliability_operation"
            " WHERE code = 'order_confirmation'",
        ),
    ],
}


def main():
    """Take all pictures."""
    with browser.chromium() as chromium:
        for until, shots in SHOTS.items():
            taking = step(f"Taking {len(shots)} pictures")
            with demo_server.running(until) as server, taking:
                for shot in shots:
                    shot.take(chromium, server)


if __name__ == "__main__":
    main()
