"""Draw the icon of each addon: a glyph of its subject on the colour of its family.

``make icons`` runs it.  It writes ``static/description/icon.png``, which Odoo shows in
its list of apps.  A new addon needs a line in :data:`ICONS`.
"""

from . import browser, debian, paths
from .steps import step

SIZE = 128
CORE, COCKPIT, LEDGER, EDI = "#115e59", "#3b4a86", "#2c5878", "#5a4687"

GLYPHS = {
    "archive": "M2.5 3.5H21.5V8.5H2.5ZM4 8.5V20.5H20V8.5"
    "M12 11V17.5M9 14.5L12 17.5L15 14.5",
    "arrows": "M3 7H20M16.5 3.5L20 7L16.5 10.5M21 17H4M7.5 13.5L4 17L7.5 20.5",
    "box": "M12 2L21 7V17L12 22L3 17V7ZM3 7L12 12L21 7M12 12V22",
    "branch": "M6 8V16M6 8A2.5 2.5 0 1 0 5.9 8M6 16A2.5 2.5 0 1 1 5.9 16"
    "M18 8A2.5 2.5 0 1 0 17.9 8M18 8V10.5L6 14",
    "cart": "M1.5 3H5L7.5 15.5H19L21.5 7H6M9 19.8V19.9M17.5 19.8V19.9",
    "document": "M14 2H5V22H19V7ZM14 2V7H19M8.5 14.5H15.5M13 12L15.5 14.5L13 17",
    "door": "M13.5 3H20V21H13.5M3 12H14.5M10.5 7.5L15 12L10.5 16.5",
    "envelope": "M2 5H22V19H2ZM2 6L12 13.5L22 6",
    "gauge": "M4.2 19.5A10 10 0 1 1 19.8 19.5M12 13.5L16.5 8",
    "globe": "M12 2A10 10 0 1 0 12.1 2M2 12H22"
    "M12 2C7 7.5 7 16.5 12 22C17 16.5 17 7.5 12 2",
    "bell": "M6 17V10.5A6 6 0 0 1 18 10.5V17L20 19H4ZM10 21.5H14M12 2V4.5",
    "loop": "M20 12A8 8 0 1 1 17.5 6.2M18 2V6.7H13.3M8.5 12L11 14.5L15.5 9.5",
    "heart": "M12 21C5 15.5 2 12 2 8A5.1 5.1 0 0 1 12 6.5A5.1 5.1 0 0 1 22 8"
    "C22 12 19 15.5 12 21Z",
    "queue": "M3 4.5H21M3 12H11M3 19.5H11M15.5 11L22 15.5L15.5 20Z",
    "receipt": "M5 22V2H19V22L16.7 20L14.3 22L12 20L9.7 22L7.3 20ZM9 7.5H15M9 12.5H15",
    "servers": "M3 3H21V10H3ZM3 14H21V21H3ZM7 6.5H7.1M7 17.5H7.1",
    "shield": "M12 2L20 5V12C20 17 16.5 20.5 12 22C7.5 20.5 4 17 4 12V5Z"
    "M8.5 12L11 14.5L15.5 9.5",
    "target": "M12 2A10 10 0 1 0 12.1 2M12 7A5 5 0 1 0 12.1 7M12 11.9V12.1",
    "truck": "M3.5 17.5H1V5H14V17.5H9M14 9H19L23 13V17.5H20.7M15.3 17.5H14"
    "M6.2 15.3A2.2 2.2 0 1 0 6.3 15.3M18 15.3A2.2 2.2 0 1 0 18.1 15.3",
}
"""Lines on a grid of 24, as the attribute ``d`` of an SVG path."""

ICONS = {
    "reliability": (CORE, "shield"),
    "reliability_account": ("#34693f", "receipt"),
    "reliability_account_edi": (EDI, "receipt"),
    "reliability_alertmanager": ("#8a4a1f", "envelope"),
    "reliability_change": ("#8a4a1f", "branch"),
    "reliability_dashboard": (COCKPIT, "gauge"),
    "reliability_delivery": ("#9a4f1d", "truck"),
    "reliability_edi": (EDI, "document"),
    "reliability_edi_proxy": (EDI, "globe"),
    "reliability_health": ("#8f3346", "heart"),
    "reliability_incident": ("#8a4a1f", "bell"),
    "reliability_incident_slo": ("#8a4a1f", "target"),
    "reliability_inbound": ("#4a5a2b", "door"),
    "reliability_integration": (LEDGER, "arrows"),
    "reliability_integration_sale": (LEDGER, "cart"),
    "reliability_integration_stock": (LEDGER, "box"),
    "reliability_mail": ("#2d6f8e", "envelope"),
    "reliability_outbound": ("#8a4a1f", "globe"),
    "reliability_platform": ("#3c4a57", "servers"),
    "reliability_queue_job": ("#4f5661", "queue"),
    "reliability_recovery": ("#3d5a4c", "archive"),
    "reliability_sale": ("#8f3f63", "cart"),
    "reliability_slo": ("#7a3b5e", "target"),
    "reliability_slo_integration": (LEDGER, "target"),
    "reliability_stock": ("#7d5a1c", "box"),
    "reliability_stock_dashboard": (COCKPIT, "box"),
    "reliability_synthetic": ("#3d5a4c", "loop"),
    "reliability_synthetic_batch": ("#7d5a1c", "arrows"),
    "reliability_synthetic_delivery": ("#9a4f1d", "arrows"),
    "reliability_synthetic_edi": (EDI, "arrows"),
}
"""The colour and the glyph of each addon."""

MOTIF = """
<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"
     viewBox="0 0 128 128" fill="none" stroke-linecap="round" stroke-linejoin="round">
  <defs><linearGradient id="light" x2="0" y2="1">
    <stop stop-color="#fff" stop-opacity=".14"/>
    <stop offset="1" stop-color="#000" stop-opacity=".14"/>
  </linearGradient></defs>
  <rect width="128" height="128" rx="26" fill="{color}"/>
  <rect width="128" height="128" rx="26" fill="url(#light)"/>
  <path d="{glyph}" stroke="#fff" stroke-width="2.1"
        transform="translate(31 17) scale(2.75)"/>
  <path d="M22 108H54L60 100L68 114L73 108H106" stroke="#8ee0c8" stroke-width="5"/>
</svg>
"""


def draw():
    """Draw the icons of all addons."""
    debian.ensure("chromium")
    folders = [path.parent for path in paths.ADDONS.glob("*/__manifest__.py")]
    with step("Drawing the icons of the addons"), browser.chromium() as chromium:
        page = chromium.new_page(viewport={"width": SIZE, "height": SIZE})
        for folder in sorted(folders):
            page.set_content(f"<body style='margin:0'>{svg(folder.name)}</body>")
            path = folder / "static" / "description" / "icon.png"
            page.screenshot(path=path, omit_background=True)


def svg(addon):
    """Return the SVG of an addon's icon."""
    color, glyph = ICONS[addon]
    return MOTIF.format(size=SIZE, color=color, glyph=GLYPHS[glyph])


if __name__ == "__main__":
    draw()
