"""What addons know of an incident: the records that it affects."""

# What is asked during an incident has a file of its own.
# pylint: disable=consider-merging-classes-inherited

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from .formatting import counted

MAX_RECORDS = 1000
"""Of one kind, in one incident: of more, so many are counted, and it is said."""


class Affected(NamedTuple):
    """What an incident affects, and when.

    :ivar services: codes
    :ivar sites: pairs of a company's id, ``None`` for the whole database, and the code
        of a warehouse, empty for all
    :ivar begin, end: in UTC; the end is the present time while the incident lasts
    :ivar left_out: ids of companies that are not affected by what happens in the whole
        database, see ``_left_out_companies``
    """

    services: frozenset[str]
    sites: frozenset[tuple[int | None, str]]
    begin: datetime
    end: datetime
    left_out: frozenset[int] = frozenset()

    def domain(self, company: str = "company_id", warehouse: str = "") -> Domain:
        """Return the domain of records at these sites.

        :param company: the field with the company
        :param warehouse: the path to the code of the warehouse; without one, a company
            is affected by what happens in any of its warehouses
        """
        return Domain.OR(
            [
                Domain(company, "not in", sorted(self.left_out))
                if company_id is None
                else Domain(company, "=", company_id)
                & (Domain(warehouse, "=", code) if warehouse and code else Domain.TRUE)
                for company_id, code in self.sites
            ]
        )

    def includes(self, company_id: int | None, warehouse: str) -> bool:
        """Return whether work of a company and a warehouse is affected.

        Calls on records of several companies, and so of none, may be.
        """
        if company_id is None:
            return True
        companies = {company_id} if company_id in self.left_out else {company_id, None}
        return any(
            company in companies and code in ("", warehouse)
            for company, code in self.sites
        )


class Impact(NamedTuple):
    """Records of one kind, company and warehouse that an incident affects.

    :ivar kind: of the records, such as ``orders``; see ``_describe_impact``
    :ivar company_id: ``None`` for records of no company
    :ivar warehouse: a code, empty for records of no warehouse
    :ivar ids: the records
    :ivar is_least: whether there may be more that are not known
    """

    kind: str
    company_id: int | None
    warehouse: str
    ids: tuple[int, ...]
    is_least: bool = False

    @property
    def count(self) -> int:
        """The number of the records that are known."""
        return len(self.ids)

    def phrase(
        self, one: str, many: str, at_least_one: str, at_least: str, unknown: str
    ) -> str:
        """Return the phrase that fits the count.

        :param one, many: for one record, and for more
        :param at_least_one, at_least: the same where there may be more
        :param unknown: where none is known, but there may be some
        """
        if not self.is_least:
            return counted(self.count, one, many)
        return counted(self.count, at_least_one, at_least) if self.count else unknown


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _impacts(self, affected):
        """Return the records that an incident affects, in words of the business.

        It is called each minute of an incident, with all rights: an index should
        answer it.

        :param Affected affected: what is affected, and when
        :rtype: list[Impact]
        """
        return []

    @api.model
    def _describe_impact(self, impact):
        """Return an impact in the user's language, and an action that opens it.

        :param Impact impact: of this addon, else call ``super()``
        :return: a phrase without a full stop and without a tense, since it is also read
            afterwards; and an action or ``False``
        """
        return "", False

    @api.model
    def _failed_impacts(self, kind, affected, operations, model, undone, warehouse=""):
        """Return the records that failed calls have left undone, as impacts.

        :param operations: codes of the operations whose calls failed
        :param Domain undone: of the records of the model that are not done since
        :param warehouse: the path to the code of the warehouse
        :rtype: list[Impact]
        """
        ids, hidden = self.env["reliability.top.call"]._failed_records(
            operations, affected
        )
        records = self.env[model].sudo()
        if ids:
            here = affected.domain(warehouse=warehouse)
            failed = Domain("id", "in", sorted(ids))
            records = records.search(here & failed & undone, limit=MAX_RECORDS + 1)
        return self._group_impacts(kind, records, warehouse, hidden)

    @api.model
    def _group_impacts(self, kind, records, warehouse="", hidden=()):
        """Return records as impacts, by company and warehouse.

        :param records: ``MAX_RECORDS`` of them are counted
        :param warehouse: the path to the code of the warehouse
        :param hidden: companies and warehouses at which there may be more, as
            ``reliability.top.call._failed_records`` returns them
        :rtype: list[Impact]
        """
        by_site = defaultdict(list)
        for record in records[:MAX_RECORDS]:
            codes = record.mapped(warehouse) if warehouse else []
            by_site[record.company_id.id or None, codes[0] if codes else ""].append(
                record.id
            )
        is_cut = len(records) > MAX_RECORDS
        for site in hidden:
            by_site.setdefault(site, [])
        return [
            Impact(kind, *site, tuple(ids), is_cut or site in hidden)
            for site, ids in by_site.items()
        ]

    @api.model
    def _open_impact(self, name, model, impact):
        """Return an action that opens the records of an impact.

        :return: ``False`` if the user may not read them
        """
        if not impact.ids or not self.env[model].has_access("read"):
            return False
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("id", "in", list(impact.ids))],
            "context": {},
        }
