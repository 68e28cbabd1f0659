"""What is exchanged with partners by OCA's EDI framework, on record."""

from odoo.addons.reliability.api import install

install()

from . import models  # noqa: E402 - calls are seen from here on


def know_partners(env):
    """Let those whom documents are exchanged with be known, on installation."""
    env["edi.backend"]._reliability_know()
    env.cr.execute("SELECT reliability_maintain_edi()")
    env["reliability.edi.expected.document"]._learn()


def forget_documents(env):
    """Drop what Odoo does not drop with our models, when the addon is uninstalled."""
    env["reliability.gauge"]._forget_documents()
    env["reliability.edi.expected.document"]._forget_functions()
    env["reliability.edi.document"]._forget_functions()
    env["reliability.integration"]._forget_edi()
