from odoo import api, models
from odoo.tools import html2plaintext

from odoo.addons.reliability.api import guarded, is_metric_code
from odoo.addons.reliability_integration import IDEMPOTENT, UNSAFE, exchange

_OPERATIONS = {"to_send": ("send", UNSAFE), "to_cancel": ("cancel", IDEMPOTENT)}
_NOBODY = "electronic_invoices"


class AccountEdiDocument(models.Model):
    """Each job of Odoo's own EDI is an exchange with the service of its format."""

    _inherit = "account.edi.document"

    @api.model
    def _process_job(self, job):
        documents = job["documents"]
        asks_nobody = not documents.edi_format_id[:1]._needs_web_services()
        operation, repeatable = _OPERATIONS.get(documents[:1].state, ("send", UNSAFE))
        with exchange(
            documents.move_id,
            _code(documents) or _NOBODY,
            operation,
            repeatable=repeatable,
            only_if_sent=asks_nobody,
        ) as attempt:
            result = super()._process_job(job)
            _judge(attempt, documents)
        return result


@guarded
def _code(documents):
    """Return what the counterpart of a format is called."""
    code = documents.edi_format_id[:1].code
    return code if is_metric_code(code) else f"edi_{code}"


@guarded
def _judge(attempt, documents):
    """Tell of errors that the framework has caught and written down."""
    errors = [
        html2plaintext(of.error)
        for of in documents
        if of.error and of.blocking_level == "error"
    ]
    if errors:
        attempt.fail("; ".join(errors))
