"""The documents of top calls: which they are, and opening those that one may read."""

# One file for each side of a top call.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ReliabilityTopCall(models.Model):
    _inherit = "reliability.top.call"

    res_model = fields.Char(string="Document Type", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document Id", model_field="res_model", readonly=True
    )
    document_ids = fields.Json(readonly=True)
    documents = fields.Integer(
        readonly=True,
        aggregator="count_distinct",
        help="The number of documents of the call; of a group, without repetitions.",
    )
    document = fields.Char(
        compute="_compute_document",
        help="The document of the call, or their number: those that you may read. If"
        " you may read none, their kind.",
    )
    can_open = fields.Boolean(compute="_compute_document")

    @api.model
    def _columns(self):
        return super()._columns() | {
            "res_model": self._document_model(),
            "document_ids": SQL("document.ids"),
            "documents": SQL("jsonb_array_length(document.ids)"),
            "res_id": SQL(
                "CASE WHEN jsonb_array_length(document.ids) = 1"
                " THEN (document.ids->>0)::integer END"
            ),
        }

    @api.model
    def _joins(self):
        return SQL(
            """
            %s
            CROSS JOIN LATERAL (
                SELECT coalesce(
                           top_call.record_ids,
                           CASE WHEN top_call.record_id > 0
                                THEN jsonb_build_array(top_call.record_id) END
                       ) AS ids
                ) AS called
            CROSS JOIN LATERAL (SELECT %s AS ids) AS document
            """,
            super()._joins(),
            self._document_ids(),
        )

    @api.model
    def _document_paths(self):
        """Return the models whose records are only part of a document.

        Addons extend it.

        :return: model → (model of the document, column that leads to it), such as the
            lines of an order
        """
        return {}

    @api.model
    def _document_model(self):
        cases = [
            SQL("WHEN operation.model = %s THEN %s", model, document)
            for model, (document, _column) in self._document_paths().items()
        ]
        if not cases:
            return SQL("operation.model")
        return SQL("CASE %s ELSE operation.model END", SQL(" ").join(cases))

    @api.model
    def _document_ids(self):
        cases = [
            SQL(
                """
                WHEN operation.model = %s THEN (
                    SELECT jsonb_agg(DISTINCT %s) FROM %s AS part
                     WHERE %s IS NOT NULL AND id IN (
                           SELECT value::integer
                             FROM jsonb_array_elements_text(called.ids)))
                """,
                model,
                SQL.identifier("part", column),
                SQL.identifier(self.env[model]._table),
                SQL.identifier("part", column),
            )
            for model, (_document, column) in self._document_paths().items()
        ]
        if not cases:
            return SQL("called.ids")
        return SQL("CASE %s ELSE called.ids END", SQL(" ").join(cases))

    def _read_group_select(self, aggregate_spec, query):
        expression = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "documents:count_distinct":
            return expression
        ids = self._field_to_sql(self._table, "document_ids", query)
        model = self._field_to_sql(self._table, "res_model", query)
        # Of calls on several kinds of documents, each with its own ids, there is none.
        return SQL(
            "CASE WHEN min(%s) = max(%s) THEN (SELECT count(DISTINCT document)"
            " FROM jsonb_array_elements(jsonb_agg(%s)) AS ids,"
            " jsonb_array_elements(CASE jsonb_typeof(ids) WHEN 'array' THEN ids"
            " ELSE '[]' END) AS document) END",
            model,
            model,
            ids,
        )

    def _read_group_empty_value(self, spec):
        # Nothing is shown where documents cannot be counted.
        if spec == "documents:count_distinct":
            return None
        return super()._read_group_empty_value(spec)

    @api.depends("res_model", "document_ids")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_document(self):
        for model, calls in self.grouped("res_model").items():
            readable = {one.id: one for one in calls._readable_documents()}
            existing = set(calls.sudo()._readable_documents().ids)
            for call in calls:
                own = [readable[n] for n in call.document_ids or () if n in readable]
                call.can_open = bool(own)
                if len(own) > 1:
                    call.document = self._count_documents(model, len(own))
                elif own:
                    call.document = own[0].display_name
                elif existing.intersection(call.document_ids or ()):
                    # So that he can ask a colleague.
                    kind = self.env["ir.model"]._get(model).display_name
                    call.document = self.env._("%(kind)s (no access)", kind=kind)
                else:
                    call.document = False

    def _readable_documents(self):
        """Return the documents of calls on one model, as far as the user may read."""
        (model,) = set(self.mapped("res_model"))
        ids = {one for call in self for one in call.document_ids or ()}
        if not ids or model not in self.env:
            return self.browse()
        documents = self.env[model].browse(sorted(ids))
        return documents.exists()._filtered_access("read")

    @api.model
    def _count_documents(self, model, count):
        """Return a text for several documents of a model; addons name their own.

        :param int count: 2 or more
        """
        return self.env._(
            "%(count)s documents (%(kind)s)",
            count=count,
            kind=self.env["ir.model"]._get(model).display_name,
        )

    def action_open_documents(self):
        """Open the documents of these calls, which must be of one model.

        :raise UserError: they are of several models, or there is none to open
        """
        self.check_access("read")
        calls = self.filtered("document_ids")
        if not calls:
            raise UserError(
                self.env._("It is not known which documents these calls were on.")
            )
        if len(set(calls.mapped("res_model"))) > 1:
            raise UserError(
                self.env._(
                    "These calls were on several kinds of documents. Choose calls on"
                    " one kind."
                )
            )
        documents = calls._readable_documents()
        if not documents:
            raise UserError(
                self.env._(
                    "You may not read the documents of these calls, or they do not"
                    " exist any more."
                )
            )
        action = {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(documents._name).display_name,
            "res_model": documents._name,
        }
        if len(documents) == 1:
            return action | {"res_id": documents.id, "views": [(False, "form")]}
        return action | {
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", documents.ids)],
        }
