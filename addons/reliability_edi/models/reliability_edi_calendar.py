"""The EDI calendar: documents of each partner and type by day, for four weeks."""

from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.reliability.api import formatting

_DAYS = 28
_STALE_AFTER = timedelta(minutes=2)
_STREAM = ("type_id", "backend_id", "partner_id", "company_id")
"""What documents of one row of the calendar have in common."""
_NAMED = {
    "type_id": "edi.exchange.type",
    "backend_id": "edi.backend",
    "partner_id": "res.partner",
    "company_id": "res.company",
}


class ReliabilityEdiCalendar(models.AbstractModel):
    """What the calendar's browser code calls; a user sees what access rules allow."""

    _name = "reliability.edi.calendar"
    _description = "EDI Calendar"

    @api.model
    @api.readonly
    def read_calendar(self, last_day=None):
        """Return the documents of four weeks.

        :param str last_day: the last one of the days; default: today
        :return: ``days``; ``today``; ``rows``, each with its ``stream``, names and
            ``cells`` by day; ``warning``, empty if what is shown is complete
        :rtype: dict
        :raise AccessError: the user may not read documents
        """
        documents = self.env["reliability.edi.document"]
        documents.check_access("read")
        self.env.flush_all()
        today = self._today()
        last = min(_parse_day(self.env, last_day) or today, today)
        days = [last - timedelta(days=ago) for ago in reversed(range(_DAYS))]
        cells = self._count_documents(days[0], last)
        expected = self.env["reliability.edi.expected.document"].search([])
        self._add_expected(cells, expected, days[0], last)
        return {
            "days": [fields.Date.to_string(day) for day in days],
            "today": fields.Date.to_string(today),
            "warning": self._warning(),
            "can_expect": expected.has_access("create"),
            "rows": self._rows(cells, expected),
        }

    @api.model
    def _today(self):
        """Return the date where it is latest, of the user's companies."""
        companies = self.env["reliability.health.provider"]._business_companies()
        ((today,),) = self.env.execute_query(
            SQL(
                "SELECT max((now() AT TIME ZONE reliability_edi_zone(id))::date)"
                " FROM res_company WHERE id = ANY(%s)",
                list(companies),
            )
        )
        return today

    @api.model
    def _count_documents(self, first, last):
        """Return the numbers of documents: stream and direction → day → cell."""
        documents = self.env["reliability.edi.document"]
        problems = documents._problem_domains()
        domain = Domain("day", ">=", first) & Domain("day", "<=", last)
        query = documents._search(domain & Domain("state", "!=", "gone"))

        def count(condition):
            sql = condition.optimize_full(documents)._to_sql(
                documents, query.table, query
            )
            return SQL("count(*) FILTER (WHERE %s)", sql)

        counts = {
            "documents": SQL("count(*)"),
            "done": count(Domain("state", "in", ("done", "resolved"))),
            "failed": count(problems["failed"] | problems["not_acknowledged"]),
            "waiting": count(problems["waiting"]),
            "duplicates": count(problems["duplicate"]),
            "to_fix": count(Domain.OR(problems.values())),
        }
        names = (*_STREAM, "direction", "day")
        groups = [documents._field_to_sql(query.table, name, query) for name in names]
        query.groupby = SQL(", ").join(groups)
        cells = defaultdict(dict)
        for row in self.env.execute_query(query.select(*groups, *counts.values())):
            *key, day = row[: len(names)]
            numbers = zip(counts, row[len(names) :], strict=True)
            cells[tuple(key)][day] = dict(numbers)
        return cells

    @api.model
    def _add_expected(self, cells, expected, first, last):
        """Add to the cells what was expected on their days."""
        records = {record.id: record for record in expected}
        query = SQL(
            "SELECT expected_document_id, day, usual, state"
            " FROM reliability_edi_days(%s, %s) WHERE expected_document_id = ANY(%s)",
            *(first, last, expected.ids),
        )
        for expected_id, day, usual, state in self.env.execute_query(query):
            record = records[expected_id]
            cell = cells[_key(record)].setdefault(day, {"documents": 0})
            cell |= {"expected": state, "usual": usual, "hour": record._hour_label()}

    @api.model
    def _rows(self, cells, expected):
        """Return the rows of the calendar, in the order of their names."""
        by_stream = expected.grouped(_key)
        keys = cells.keys() | by_stream.keys()
        names = self._names(keys)
        rows = []
        for *stream, direction in keys:
            of_stream = by_stream.get((*stream, direction), expected.browse())
            stream = dict(zip(_STREAM, stream, strict=True))
            named = {field: names[field].get(stream[field], "") for field in _STREAM}
            rows.append(
                {
                    "stream": stream | {"direction": direction},
                    "partner": named["partner_id"] or named["backend_id"],
                    "type": named["type_id"],
                    "company": named["company_id"]
                    if len(names["company_id"]) > 1
                    else "",
                    "week": of_stream._describe_week(),
                    "cells": {
                        fields.Date.to_string(day): cell
                        for day, cell in cells[*stream.values(), direction].items()
                    },
                }
            )
        order = ("partner", "type", "company")
        return sorted(
            rows,
            key=lambda row: (
                *(row[name].casefold() for name in order),
                row["stream"]["direction"],
            ),
        )

    @api.model
    def _names(self, keys):
        """Return the names of what the rows are about: field → id → name."""
        ids = dict(zip(_STREAM, zip(*keys, strict=True), strict=False)) if keys else {}
        return {
            field: {
                record.id: record.name or ""
                for record in self.env[model]
                .sudo()
                .with_context(active_test=False)
                .search([("id", "in", [id_ for id_ in set(ids.get(field, ())) if id_])])
            }
            for field, model in _NAMED.items()
        }

    @api.model
    def _warning(self):
        """Return why documents may be missing here; empty if all are known."""
        polls = self.env["reliability.collector.checkpoint"]._last_polls()
        last = max(polls.values(), default=None)
        if last is None:
            return self.env._(
                "Which documents were exchanged is not known yet: no collector has"
                " connected to this database."
            )
        if last < self.env.cr.now() - _STALE_AFTER:
            return self.env._(
                "Documents since %(time)s are not known: the collector does not"
                " connect to this database.",
                time=formatting.moment(self.env, last),
            )
        return ""

    @api.model
    @api.readonly
    def open_documents(self, stream, day):
        """Return the action that opens the documents of one cell.

        :param dict stream: of a row, as `read_calendar` returns it
        :param str day: of the cell
        :raise UserError: the user sees no such row
        """
        day = _parse_day(self.env, day)
        documents = self.env["reliability.edi.document"]
        domain = self._domain(stream)
        label = self._documents_label(stream)
        cell = [*domain, ("day", "=", day), ("state", "!=", "gone")]
        is_to_fix = documents.search_count([*cell, ("is_to_fix", "=", True)], limit=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "%(documents)s, %(day)s",
                documents=label,
                day=format_date(self.env, day),
            ),
            "res_model": "reliability.edi.document",
            "views": [(False, kind) for kind in ("list", "kanban", "form")],
            "domain": cell,
            "context": {"search_default_to_fix": 1} if is_to_fix else {},
            "help": self._describe_no_documents(stream, day, label),
        }

    @api.model
    @api.readonly
    def open_expected(self, stream):
        """Return the action that opens when documents of one row are expected.

        :param dict stream: of a row, as `read_calendar` returns it
        :raise UserError: the user sees no such row
        """
        domain = self._domain(stream)
        values = {f"default_{name}": stream.get(name) for name in _STREAM}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Expected: %(documents)s", documents=self._documents_label(stream)
            ),
            "res_model": "reliability.edi.expected.document",
            "views": [(False, "list"), (False, "form")],
            "domain": [term for term in domain if term[0] in _STREAM],
            # Days on which none is expected any more can be expected again.
            "context": {**values, "active_test": False},
        }

    @api.model
    def _domain(self, stream):
        """Return the domain of a row's documents.

        :raise UserError: the user sees neither documents nor expected ones
        """
        if not isinstance(stream, dict):
            stream = {}
        domain = [(name, "=", stream.get(name) or False) for name in _STREAM]
        documents = [*domain, ("direction", "=", stream.get("direction"))]
        expected = self.env["reliability.edi.expected.document"]
        expected = expected.with_context(active_test=False)
        if not (
            self.env["reliability.edi.document"].search_count(documents, limit=1)
            or expected.search_count(domain, limit=1)
        ):
            raise UserError(self.env._("There are no such documents."))
        return documents

    @api.model
    def _documents_label(self, stream):
        """Return "ORDERS from ACME", or "INVOIC to ACME"."""
        key = tuple(stream.get(name) or None for name in _STREAM)
        names = self._names([key])
        partner = names["partner_id"] or names["backend_id"]
        values = {
            "documents": "".join(names["type_id"].values()),
            "partner": "".join(partner.values()),
        }
        if stream.get("direction") == "out":
            return self.env._("%(documents)s to %(partner)s", **values)
        return self.env._("%(documents)s from %(partner)s", **values)

    @api.model
    def _describe_no_documents(self, stream, day, label):
        """Say on an empty list why it is empty, and what to do."""
        _ = self.env._
        expected = self.env["reliability.edi.expected.document"].search(
            [
                *(term for term in self._domain(stream) if term[0] in _STREAM),
                ("weekday", "=", str(day.weekday())),
            ],
            limit=1,
        )
        values = {"documents": label, "day": format_date(self.env, day)}
        if not expected:
            return Markup("<p>%s</p>") % _("No %(documents)s on %(day)s.", **values)
        return Markup("<p class='o_view_nocontent_smiling_face'>%s</p><p>%s</p>") % (
            _(
                "No %(documents)s on %(day)s, expected by %(hour)s",
                hour=expected._hour_label(),
                **values,
            ),
            _(
                "Ask whether they were sent. If none are expected on such a day, a"
                " manager changes that in the calendar."
            ),
        )


def _key(record):
    """Return the stream and direction of an expected document, as SQL returns them."""
    return (*(record[name].id or None for name in _STREAM), "in")


def _parse_day(env, text):
    """Return the day that a browser has sent.

    :raise UserError: it is no day
    """
    try:
        return fields.Date.to_date(text)
    except (TypeError, ValueError):
        raise UserError(
            env._("Enter a day such as 2026-03-02, not %(day)s.", day=text)
        ) from None
