"""Shared by the tests of EDI: a partner, types of documents, and their handlers."""

import base64

from odoo.addons.reliability_integration.tests.common import LedgerCase

HANDLER = "edi.oca.handler.noop"
"""OCA's handler that does nothing has all roles: tests replace its methods."""
_ROLES = (
    "generate_model_id",
    "output_validate_model_id",
    "send_model_id",
    "input_validate_model_id",
    "receive_model_id",
    "process_model_id",
)


class EdiCase(LedgerCase):
    """Documents exchanged with ACME over a backend, in real transactions."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            self.acme_id = (
                env["res.partner"].create({"name": "ACME", "is_company": True}).id
            )
            kind = env["edi.backend.type"].create(
                {"name": self.id(), "code": f"kind_{self.acme_id}"}
            )
            self.backend_id = (
                env["edi.backend"]
                .create({"name": f"Hub {self.acme_id}", "backend_type_id": kind.id})
                .id
            )
            self.orders_id = self.make_type(env, "ORDERS", "input")
            self.invoic_id = self.make_type(env, "INVOIC", "output")
        self.addCleanup(self._delete_exchange_records)

    def _delete_exchange_records(self):
        with self.cursor() as cr:
            cr.execute(
                "DELETE FROM edi_exchange_record WHERE backend_id = %s",
                [self.backend_id],
            )
        with self.committed() as env:
            env.registry.clear_cache()  # it has integrations that were deleted

    def make_type(self, env, name, direction, *, roles=_ROLES, **values):
        """Return the id of a new type of documents that is enabled for ACME."""
        backend = env["edi.backend"].browse(self.backend_id)
        handler = env["ir.model"]._get_id(HANDLER)
        return (
            env["edi.exchange.type"]
            .create(
                {
                    "name": name,
                    "code": f"{name.lower()}_{self.acme_id}",
                    "direction": direction,
                    "backend_id": backend.id,
                    "backend_type_id": backend.backend_type_id.id,
                    "partner_ids": [(6, 0, [self.acme_id])],
                    **dict.fromkeys(roles, handler),
                    **values,
                }
            )
            .id
        )

    def make_document(self, type_id, state="", content="", **values):
        """Return the id of a new document, which is committed."""
        with self.committed() as env:
            kind = env["edi.exchange.type"].browse(type_id)
            values = {
                "type_id": type_id,
                "backend_id": self.backend_id,
                "edi_exchange_state": state or "new",
                **values,
            }
            if content:
                values["exchange_file"] = base64.b64encode(content.encode())
            values.setdefault("company_id", env.ref("base.main_company").id)
            self.assertTrue(kind)
            return env["edi.exchange.record"].create(values).id

    def handle(self, **roles):
        """Replace methods of the handler: role → a function of handler and document."""
        handler = self.env_class(HANDLER)
        for role, function in roles.items():
            self.patch(handler, role, function)

    def env_class(self, model):
        """Return the registry's class of a model."""
        with self.committed() as env:
            return type(env[model])

    def do(self, step, document_id, **options):
        """Do a step of a document in its own transaction.

        :return: the message of the framework
        """
        with self.committed() as env:
            document = env["edi.exchange.record"].browse(document_id)
            return getattr(document.backend_id, f"exchange_{step}")(document, **options)

    def state_of(self, document_id):
        """Return the committed state of a document."""
        with self.committed() as env:
            return env["edi.exchange.record"].browse(document_id).edi_exchange_state

    def on_record(self):
        """Return (operation, direction, state) of the exchanges, oldest first."""
        return [
            (exchange["operation"], exchange["direction"], exchange["state"])
            for exchange in self.exchanges()
        ]
