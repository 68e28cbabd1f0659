"""Our addons: which there are, and which of them can be installed here."""

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
"""OCA's connectors, of which ours know nothing."""
PROBES = ["probe_jobs", "reliability_probe"]
"""What tests measure and kill."""
INVOICING = ["account_edi", "account_peppol", "l10n_it_edi"]
"""Odoo's own EDI of invoices."""
APART = ["reliability_account_edi", "reliability_edi_proxy"]
"""Ours that come with them, and that databases here lack, as most do."""


def folders():
    """The addons path: ours, those for tests, Odoo's, OCA's."""
    every = [paths.ADDONS, paths.TEST_ADDONS, *odoo_source.in_use().addons, OCA]
    return [folder for folder in every if folder.is_dir()]


def installable():
    """The names of our addons whose dependencies are all here, sorted.

    An Odoo that lacks a script also gets the repair for it: its web client would log an
    error.
    """
    every = [name for name in names(paths.ADDONS) if name not in APART]
    ours = [name for name in every if _is_complete(name)]
    return ["dfsg_assets", *ours] if odoo_source.in_use().lacks_script else ours


def with_simulated(modules):
    """The names of addons, and of those that exchange with whom we simulate.

    Batch transfers come along: connectors of carriers behave in their own way there.
    """
    more = ["delivery_mondialrelay", "stock_picking_batch"]
    return [*modules, *CARRIERS, *more, "simulated_carriers", "simulated_partners"]


def names(folder):
    """The names of the addons in a folder."""
    return sorted(path.parent.name for path in folder.glob("*/__manifest__.py"))


@functools.cache
def _is_complete(name):
    manifest = _manifest(name)
    if not manifest or not manifest.get("installable", True):
        return False
    return all(_is_complete(needed) for needed in manifest.get("depends", ()))


def _manifest(name):
    for folder in folders():
        path = folder / name / "__manifest__.py"
        if path.is_file():
            return ast.literal_eval(path.read_text())
    return None
