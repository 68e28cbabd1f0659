from odoo import api, models
from odoo.tools import html2plaintext

from odoo.addons.reliability.api import guarded, is_metric_code
from odoo.addons.reliability_integration import IDEMPOTENT, UNSAFE, exchange

_OPERATIONS = {"to_send": ("send", UNSAFE), "to_cancel": ("cancel", IDEMPOTENT)}
_DEFAULT_SYSTEM = "electronic_invoices"


class AccountEdiDocument(models.Model):
    """Each job of Odoo's own EDI is an exchange with the service of its format."""

    _inherit = "account.edi.document"

    @api.model
    def _process_job(self, job):
        documents = job["documents"]
        calls_no_service = not documents.edi_format_id[:1]._needs_web_services()
        operation, repeatable = _OPERATIONS.get(documents[:1].state, ("send", UNSAFE))
        with exchange(
            documents.move_id,
            _system_code(documents) or _DEFAULT_SYSTEM,
            operation,
            repeatable=repeatable,
            only_if_sent=calls_no_service,
        ) as attempt:
            result = super()._process_job(job)
            _record_errors(attempt, documents)
        return result


@guarded
def _system_code(documents):
    """Return the code of the partner system for the format of documents."""
    code = documents.edi_format_id[:1].code
    return code if is_metric_code(code) else f"edi_{code}"


@guarded
def _record_errors(attempt, documents):
    """Fail the attempt where the framework has caught errors and stored them."""
    errors = [
        html2plaintext(document.error)
        for document in documents
        if document.error and document.blocking_level == "error"
    ]
    if errors:
        attempt.fail("; ".join(errors))
