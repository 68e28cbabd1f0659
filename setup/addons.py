"""The addons: their names, and which of them can be installed here."""

import ast
import functools

from . import odoo_source, paths

OCA = paths.SITE_PACKAGES / "odoo" / "addons"
CARRIERS = [
    "delivery_correos_express",
    "delivery_dhl_parcel",
    "delivery_mrw",
    "delivery_seur_atlas",
]
"""OCA's carrier connectors; no addon of ours depends on them."""
PROBES = ["probe_inbound", "probe_jobs", "probe_orders", "reliability_probe"]
"""Test addons with methods, jobs, messages and orders that tests measure and break."""
INVOICING = ["account_edi", "account_peppol", "l10n_it_edi"]
"""Odoo's own EDI of invoices."""
INVOICING_GLUE = ["reliability_account_edi", "reliability_edi_proxy"]
"""Glue addons that install themselves with INVOICING; most databases lack them."""


BATCH_GLUE = "reliability_synthetic_batch"
"""Installs itself with batch transfers, which databases with carriers have."""


def folders():
    """Return the addons path: ours, those for tests, Odoo's, OCA's."""
    every = [paths.ADDONS, paths.TEST_ADDONS, *odoo_source.in_use().addons, OCA]
    return [folder for folder in every if folder.is_dir()]


def installable():
    """Return the names of our addons whose dependencies are all here, sorted.

    Where Odoo lacks a script (Debian's package), ``dfsg_assets`` is included: without
    it the web client logs an error.
    """
    glue = {*INVOICING_GLUE, BATCH_GLUE}
    every = [name for name in names(paths.ADDONS) if name not in glue]
    ours = [name for name in every if _is_complete(name)]
    return ["dfsg_assets", *ours] if odoo_source.in_use().lacks_script else ours


def with_simulated(modules):
    """Return the names of addons, and of those that talk to simulated systems.

    Batch transfers are included: carrier connectors have code of their own for them.
    """
    more = ["delivery_mondialrelay", "stock_picking_batch"]
    return [*modules, *CARRIERS, *more, "simulated_carriers", "simulated_partners"]


def names(folder):
    """Return the names of the addons in a folder, sorted."""
    return sorted(path.parent.name for path in folder.glob("*/__manifest__.py"))


@functools.cache
def _is_complete(name):
    found = manifest(name)
    if not found or not found.get("installable", True):
        return False
    return all(_is_complete(needed) for needed in found.get("depends", ()))


def manifest(name):
    """Return the manifest of an addon; ``None`` if it is not here."""
    for folder in folders():
        path = folder / name / "__manifest__.py"
        if path.is_file():
            return ast.literal_eval(path.read_text())
    return None
