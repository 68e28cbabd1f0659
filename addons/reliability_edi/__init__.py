"""The ledger's records of OCA's EDI framework, and which documents are missing."""

from . import models


def post_init_hook(env):
    """Register the partner systems and learn the baselines from existing documents."""
    env["edi.backend"]._reliability_register_systems()
    env.cr.execute("SELECT reliability_maintain_edi()")
    env["reliability.edi.expected.document"]._learn()


def uninstall_hook(env):
    """Drop the SQL functions and views, which Odoo does not drop with our models."""
    env["reliability.gauge"]._unregister_document_gauges()
    env["reliability.edi.expected.document"]._drop_functions()
    env["reliability.edi.document"]._drop_functions()
    env["reliability.integration"]._drop_edi_functions()
