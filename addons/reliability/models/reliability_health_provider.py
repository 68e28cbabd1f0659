"""How things stand, as far as addons know: the one place where they tell it.

The core knows calls.  An addon knows what waits in its tables, what somebody should act
on, and what else deserves a card on the cockpit.  It extends ``reliability.health.provider``
and returns data; who judges, shows and tells people about it asks here, and names no
addon.
"""

from datetime import datetime
from typing import NamedTuple

from odoo import api, models


class Warehouse(NamedTuple):
    """A warehouse, or whatever work is told apart by, as a user may see it."""

    id: int
    name: str
    code: str
    company_id: int


class Scope(NamedTuple):
    """What somebody looks at.

    :ivar companies: ids
    :ivar warehouse: the one looked at; ``None`` for all of these companies
    """

    companies: tuple[int, ...]
    warehouse: Warehouse | None = None

    @property
    def where(self) -> dict:
        """What to ask ``reliability.query`` for; work of no warehouse is included."""
        where = {"company_id": list(self.companies)}
        return where | ({"warehouse": self.codes} if self.warehouse else {})

    @property
    def codes(self) -> list[str]:
        """The warehouse's code, and the one of no warehouse."""
        return [self.warehouse.code, ""]

    def has(self, company_id: int, warehouse: str) -> bool:
        """Say whether work of a company and a warehouse is looked at."""
        is_ours = not company_id or company_id in self.companies
        return is_ours and (not self.warehouse or warehouse in self.codes)


class Backlog(NamedTuple):
    """Work of one kind, company and warehouse that is not done yet.

    :ivar kind: what waits, such as ``transfers``; see ``_describe_backlog``
    :ivar service: the code of the service that would do it
    :ivar company_id: ``None`` where it is of the whole database
    :ivar warehouse: a code, empty where there is none
    :ivar count: how much of it
    :ivar late: how much of it should have been done by now, since yesterday
    :ivar oldest: since when the latest of these should have been done
    :ivar at_risk: how much of it will not be done by ``deadline`` if all goes on so
    :ivar deadline: the first that will be missed, such as when the truck leaves
    """

    kind: str
    service: str
    company_id: int | None
    warehouse: str
    count: int
    late: int = 0
    oldest: datetime | None = None
    at_risk: int = 0
    deadline: datetime | None = None


class Alert(NamedTuple):
    """Something that somebody should act on.

    :ivar key: tells items apart
    :ivar state: ``degraded`` or ``interrupted``; ``fine`` where nothing is in trouble
        and there is something to do all the same
    :ivar text: what is wrong, in a sentence
    :ivar button: what to do about it, in two or three words
    :ivar action: opens exactly the records that it is about
    :ivar can_act: whether this user can do something about it
    """

    key: str
    state: str
    text: str
    button: str
    action: dict
    can_act: bool = True


class ReliabilityHealthProvider(models.AbstractModel):
    """Override what you know more about, with ``super()``."""

    _name = "reliability.health.provider"
    _description = "How Things Stand"

    @api.model
    def _warehouses(self):
        """Return what this user may look at, the one he works in first.

        :rtype: list[Warehouse]
        """
        return []

    @api.model
    def _backlogs(self):
        """Return what waits, everywhere: it is asked each minute, with all rights.

        Let an index answer it.

        :rtype: list[Waiting]
        """
        return []

    @api.model
    def _describe_backlog(self, kind, scope, count, late, oldest):
        """Say what waits, in this user's words, and how to open it.

        :param str kind: of `Waiting`
        :param Scope scope: what the user looks at
        :return: a sentence without a full stop, and an action, or ``False``
        """
        return "", False

    @api.model
    def _backlog_name(self, kind):
        """Return what people call things of a kind, many of them: "parcels".

        :param str kind: of `Waiting`
        """
        return kind

    @api.model
    def _alerts(self, scope):
        """Return what somebody should act on; the worst first is not necessary.

        :param Scope scope: what the user looks at
        :rtype: list[Attention]
        """
        return []

    @api.model
    def _cards(self, scope):
        """Return cards that are no services, as the cockpit shows them.

        :param Scope scope: what the user looks at
        :return: dicts with ``key``, ``name``, ``state``, ``text``, ``action`` and
            ``more``, which says what the action opens
        """
        return []

    @api.model
    def _scope(self, warehouse_id=None, warehouses=None):
        """Return what this user looks at.

        :param warehouse_id: ``None`` for the one he works in, ``0`` for all of his; one
            that is not his is not looked at
        :param warehouses: his, where they are known already
        :rtype: Scope
        """
        companies = tuple(self.env.companies.ids)
        warehouses = self._warehouses() if warehouses is None else warehouses
        if warehouse_id is None and warehouses:
            warehouse_id = warehouses[0].id
        for warehouse in warehouses:
            if warehouse.id == warehouse_id:
                return Scope((warehouse.company_id,), warehouse)
        return Scope(companies)
