"""The pictures of README.md and docs/, from the demo: run by the virtual environment.

What they show is the demo's story, during the outage and when it is over; the demo's
own database has no part in it.
"""

import io
from dataclasses import dataclass

from PIL import Image

from . import browser, paths, postgres, stage
from .steps import step

FOLDER = paths.ROOT / "docs" / "images"
COLORS = 128  # enough for screens, and a third of the bytes
DESKTOP, PHONE = (1366, 940), (390, 844)
A_MOMENT = 700  # milliseconds, in which pictures in the page are loaded
COCKPIT = ".o_rel_canvas canvas >> nth=1"


@dataclass
class Shot:
    """What is to be seen on a picture.

    :ivar name: of its file
    :ivar path: of the page
    :ivar there: a selector of what must be there before it is taken
    :ivar size: of the screen, in pixels
    :ivar click: a selector of what is clicked before, if anything is
    :ivar find: a query of the record's id, which the path is to end with
    """

    name: str
    login: str
    path: str
    there: str
    size: tuple[int, int] = DESKTOP
    click: str = ""
    find: str = ""

    def take(self, chromium, server):
        """Open the page and save what is to be seen."""
        width, height = self.size
        looking = browser.page(
            chromium, server, self.login, width, height, zone=stage.ZONE
        )
        with looking as (page, _errors):
            record = self.find and postgres.psql(self.find, server.database).strip()
            page.goto(f"{self.path}{record}")
            if self.click:
                page.locator(self.click).click()
            page.locator(self.there).wait_for()
            page.mouse.move(0, 0)
            page.wait_for_timeout(A_MOMENT)
            picture = Image.open(io.BytesIO(page.screenshot()))
        FOLDER.mkdir(exist_ok=True)
        picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(
            FOLDER / f"{self.name}.png", optimize=True
        )


SHOTS = {
    "failing": [
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
    stage.SHIPPED: [
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
    stage.EXCHANGED: [
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
            ".fc-event >> nth=0",
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
    "recovery": [
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
            with stage.playing(until) as server, step(f"Taking {len(shots)} pictures"):
                for shot in shots:
                    shot.take(chromium, server)


if __name__ == "__main__":
    main()
