"""Checks with Odoo: does it start, can people log in, can they work?

Odoo is loaded once the database is neutralized, with a configuration of its own.
"""

import secrets
from pathlib import Path

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules import neutralize as neutralization
from odoo.modules.module import Manifest
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect
from odoo.tools import config

from .cluster import PORT, ROLE, Cluster
from .evidence import Evidence, PhaseFailed
from .inside import ODOO_CONF

_OPEN = [("state", "in", ("confirmed", "waiting", "assigned"))]
_MAX_READ = 200
_MAX_NAMED = 5


def configure(cluster: Cluster, database: str, folder: Path, addons_path: str) -> None:
    """Let Odoo use the restored database, and nothing else.

    :param folder: for Odoo's files; the filestore is in it
    """
    options = {
        "config": folder / ODOO_CONF,
        "addons-path": addons_path,
        "data-dir": folder / "odoo",
        "db_host": cluster.socket,
        "db_port": PORT,
        "db_user": ROLE,
        "database": database,
        "max-cron-threads": 0,
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    config.parse_config([*arguments, "--no-http", "--log-level=error"])


def version() -> str:
    """Return the version of Odoo on this host."""
    return odoo.release.version


def check_code(database: str) -> str:
    """Return which installed addons are not on this host; empty for none."""
    with db_connect(database).cursor() as cr:
        names = neutralization.get_installed_modules(cr)
    missing = [
        one for one in names if not Manifest.for_addon(one, display_warning=False)
    ]
    if not missing:
        return ""
    named = ", ".join(missing[:_MAX_NAMED])
    return f"{len(missing)} installed addons are not on this host, such as {named}."


def neutralize(database: str) -> None:
    """Let it send and run nothing, by the addons' own statements."""
    with db_connect(database).cursor() as cr:
        neutralization.neutralize_database(cr)


def load(database: str) -> None:
    """Load the registry.

    :raise PhaseFailed: an installed addon cannot be loaded
    """
    registry = Registry(database)
    with registry.cursor() as cr:
        names = set(neutralization.get_installed_modules(cr))
    if left := sorted(names - registry._init_modules):
        raise PhaseFailed(f"Addons cannot be loaded: {', '.join(left[:_MAX_NAMED])}.")


def check_business(database: str, evidence: Evidence) -> None:
    """Add to the evidence whether people can log in, read and create deliveries."""
    for name, check in (
        ("login", _log_in),
        ("read", _read_deliveries),
        ("delivery", _create_and_cancel),
    ):
        with Registry(database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            if name != "login" and "stock.picking" not in env:
                text = "The app Inventory is not installed."
                evidence.check(name, text, is_skipped=True)
                continue
            try:
                check(env)
                env.flush_all()
            except Exception as error:
                cr.rollback()
                evidence.check(name, f"{type(error).__name__}: {error}")
            else:
                evidence.check(name, "")


def _log_in(env):
    """Log in as an administrator, whose password is replaced first."""
    system = env.ref("base.group_system")
    user = env["res.users"].search([("all_group_ids", "in", system.ids)], limit=1)
    if not user:
        raise PhaseFailed("There is no active administrator.")
    password = secrets.token_urlsafe()
    user.password = password
    env.flush_all()
    credential = {"type": "password", "login": user.login, "password": password}
    found = env["res.users"].authenticate(credential, {"interactive": False})
    if found["uid"] != user.id:
        raise PhaseFailed(f"Logging in as {user.login} has opened another account.")


def _read_deliveries(env):
    """Read open deliveries, and the last ones, with all that forms show of them."""
    deliveries = env["stock.picking"].with_context(active_test=False)
    recent = deliveries.search([], order="id desc", limit=_MAX_READ)
    found = deliveries.search(_OPEN, order="id desc", limit=_MAX_READ) | recent
    found.read()
    found.move_ids.read()
    found.move_line_ids.read()


def _create_and_cancel(env):
    """Create a delivery order, confirm it, and cancel it."""
    warehouse = env["stock.warehouse"].search([], limit=1)
    goods = [
        ("type", "=", "consu"),
        ("company_id", "in", (False, warehouse.company_id.id)),
    ]
    product = env["product.product"].search(goods, limit=1)
    if not warehouse or not product:
        raise PhaseFailed("There is no warehouse, or no product to deliver.")
    env = env(context={"allowed_company_ids": warehouse.company_id.ids})
    kind = warehouse.out_type_id
    locations = {
        "location_id": warehouse.lot_stock_id.id,
        "location_dest_id": env.ref("stock.stock_location_customers").id,
    }
    move = {"product_id": product.id, "product_uom_qty": 1, **locations}
    delivery = env["stock.picking"].create(
        {"picking_type_id": kind.id, **locations, "move_ids": [(0, 0, move)]}
    )
    delivery.action_confirm()
    if delivery.state not in ("confirmed", "waiting", "assigned"):
        raise PhaseFailed(f"After it was confirmed, a delivery is {delivery.state}.")
    delivery.action_cancel()
    if delivery.state != "cancel":
        raise PhaseFailed(f"After it was canceled, a delivery is {delivery.state}.")
