"""The health provider: what addons know of backlogs, alerts, cards and departures.

Calls are measured by this addon.  Other addons know the backlogs in their tables, what
somebody should act on, what else deserves a card on the cockpit, and what leaves at
which time.  They extend ``reliability.health.provider`` and return data; evaluation,
screens and notifications read it from here, and name no addon.
"""

from datetime import datetime
from typing import NamedTuple

from odoo import api, models

from ..collector import scrapes
from ..odoo_conf import settings
from . import formatting

STATE_NAMES = [
    ("no_data", "No data"),
    ("fine", "Fine"),
    ("degraded", "Degraded"),
    ("interrupted", "Interrupted"),
]

INFORMATION = "information"
SEVERITY_NAMES = [
    (INFORMATION, "Information"),
    ("degraded", "Degraded"),
    ("interrupted", "Interrupted"),
]
"""Of alerts, the worst last.  Those of the last two are states of a service, too."""


class Warehouse(NamedTuple):
    """A warehouse, or another unit that splits work, as a user may see it."""

    id: int
    name: str
    code: str
    company_id: int


class Scope(NamedTuple):
    """The companies and the warehouse that a user looks at.

    :ivar companies: ids
    :ivar warehouse: the only one; ``None`` for all warehouses of these companies
    """

    companies: tuple[int, ...]
    warehouse: Warehouse | None = None

    @property
    def where(self) -> dict:
        """Conditions for ``reliability.query``; work of no warehouse is included."""
        where = {"company_id": list(self.companies)}
        return where | ({"warehouse": self.codes} if self.warehouse else {})

    @property
    def codes(self) -> list[str]:
        """The warehouse's code, and the one of no warehouse."""
        return [self.warehouse.code, ""]

    def has(self, company_id: int, warehouse: str) -> bool:
        """Return whether work of a company and a warehouse is in this scope."""
        has_company = not company_id or company_id in self.companies
        return has_company and (not self.warehouse or warehouse in self.codes)


class Backlog(NamedTuple):
    """Work of one kind, company and warehouse that is not done yet.

    :ivar kind: of the work, such as ``transfers``; see ``_describe_backlog``
    :ivar service: the code of the service that does it
    :ivar company_id: ``None`` if it concerns the whole database
    :ivar warehouse: a code, empty for work of no warehouse
    :ivar count: of the things that wait
    :ivar late: how many of them were due within the last day and are not done
    :ivar oldest: when the first of the late ones was due
    """

    kind: str
    service: str
    company_id: int | None
    warehouse: str
    count: int
    late: int = 0
    oldest: datetime | None = None


class Alert(NamedTuple):
    """Something at one place that somebody should act on, as data.

    Provider, cause, service, company, warehouse, subject and error identify it: what
    has the same cause at the same place is one alert.

    :ivar provider: the addon that describes it, such as ``delivery``
    :ivar cause: what is wrong, such as ``no_label``
    :ivar service: the code of the service that suffers
    :ivar severity: ``degraded`` or ``interrupted``; ``information`` for work that is to
        be done although nothing is in trouble
    :ivar count: the number of its records
    :ivar since: when the first of them was affected, in UTC
    :ivar last: when the last of them was affected, in UTC
    :ivar company_id: ``None`` if it concerns the whole database
    :ivar warehouse: a code, empty for work of no warehouse
    :ivar subject: what it is about besides, such as the code of a partner system
    :ivar error: the class of the error, if there is one
    :ivar values: whatever else its sentence needs, as JSON; ``systems`` are codes of
        partner systems whose cards it degrades, besides that of the subject; ``system``
        is the only one that it is about; ``tier`` is ``page`` or ``ticket`` where the
        severity does not say how soon somebody has to act;
        ``explains`` are operations whose failures are these, and no alerts of their own
    :ivar is_shared: whether people of all companies may read it
    :ivar is_sampled: whether it is computed from a sample, such as the calls of the
        last minutes, and so has to be observed for a while before it counts
    """

    provider: str
    cause: str
    service: str
    severity: str
    count: int
    since: datetime | None = None
    last: datetime | None = None
    company_id: int | None = None
    warehouse: str = ""
    subject: str = ""
    error: str = ""
    values: dict | None = None
    is_shared: bool = False
    is_sampled: bool = False


class AlertText(NamedTuple):
    """An alert as one reader sees it, in his language and with his rights.

    :ivar text: what is wrong, how often and since when, in a sentence
    :ivar button: what to do about it, in two or three words
    :ivar action: opens exactly the records of the alert; ``False`` if he may not
    """

    text: str
    button: str = ""
    action: dict | bool = False


class Card(NamedTuple):
    """A card on the cockpit that is no service.

    :ivar key: identifies the card
    :ivar state: one of :data:`STATE_NAMES`
    :ivar text: why it is not fine, else empty
    :ivar action: opens what the card is about
    :ivar more: what the action opens, in two or three words
    :ivar subject: the subject of the alerts that degrade it
    """

    key: str
    name: str
    state: str
    text: str
    action: dict
    more: str
    subject: str = ""


class CardLine(NamedTuple):
    """A line on the card of a service, such as what is left of its error budget.

    :ivar text: in the user's language, without a full stop
    :ivar action: opens what the line is about; ``False`` if there is nothing to open
    """

    text: str
    action: dict | bool = False


class Departure(NamedTuple):
    """Something that leaves at a time and does not wait, such as a truck.

    Texts are in the user's language and time zone.

    :ivar key: identifies the departure
    :ivar name: what leaves
    :ivar time: when
    :ivar state: one of :data:`STATE_NAMES`, for its colour
    :ivar state_name: the state in the words of what leaves: "In time"
    :ivar ready: how much of it is ready; 0 of ``total`` 0 if nothing is due
    :ivar progress: the same in words: "5 of 18 packed"
    :ivar pace: how fast work goes, and when the last is ready
    :ivar text: what is wrong and what to do, in a sentence; empty if nothing is
    :ivar button: what the action opens, with its number
    :ivar action: opens exactly the records that ``button`` counts; ``False`` if there
        is none, or none that this user may see
    """

    key: str
    name: str
    time: str
    state: str
    state_name: str
    ready: int = 0
    total: int = 0
    progress: str = ""
    pace: str = ""
    text: str = ""
    button: str = ""
    action: dict | bool = False


class SetupStep(NamedTuple):
    """Something that administrators set up in a new database.

    :ivar key: identifies the step
    :ivar sequence: its position in the checklist
    :ivar name: what it is about, in two to four words
    :ivar text: what is missing and what follows from it, or how it is set up
    :ivar is_done: by what the database says: nobody ticks a step
    :ivar button: what to do about it, in two or three words
    :ivar action: opens where it is done
    :ivar group: whose members can do it
    """

    key: str
    sequence: int
    name: str
    text: str
    is_done: bool
    button: str
    action: dict
    group: str = "reliability.group_admin"


class ReliabilityHealthProvider(models.AbstractModel):
    """Addons extend these methods, and call ``super()``."""

    _name = "reliability.health.provider"
    _description = "Health Provider"

    @api.model
    def _warehouses(self):
        """Return the warehouses of ``_business_companies``, the user's own one first.

        :rtype: list[Warehouse]
        """
        return []

    @api.model
    def _backlogs(self):
        """Return the backlogs of all companies and warehouses.

        It is called each minute, with all rights: an index should answer it.

        :rtype: list[Backlog]
        """
        return []

    @api.model
    def _describe_backlog(self, kind, scope, count, late, oldest):
        """Return a backlog in the user's language, and an action that opens it.

        :param str kind: of `Backlog`
        :param Scope scope: what the user looks at
        :param count, late, oldest: as in `Backlog`, added up over the scope
        :return: a sentence without a full stop, and an action or ``False``
        """
        return "", False

    @api.model
    def _alerts(self):
        """Return what somebody should act on, of all companies and warehouses.

        It is called each minute, with all rights: an index should answer it.

        :rtype: list[Alert]
        """
        return []

    @api.model
    def _describe_alert(self, alert):
        """Return an alert as this user sees it.

        :param Alert alert: of this addon, else call ``super()``
        :rtype: AlertText
        """
        return AlertText(alert.cause)

    @api.model
    def _can_act_on(self, alert):
        """Return whether this user may do what the button of an alert says.

        It is called for each alert that he sees, so it should take no query.

        :param Alert alert: of this addon, else call ``super()``
        """
        return self.env.user.has_group("reliability.group_manager")

    @api.model
    def _proposed_owner(self, alert):
        """Return who should take care of an alert: the owner of its service.

        :param Alert alert: an addon may know of somebody closer to it
        """
        return self.env["reliability.service"]._by_code(alert.service).sudo().owner_id

    @api.model
    def _cards(self, scope):
        """Return the cards that are no services.

        :param Scope scope: what the user looks at
        :rtype: list[Card]
        """
        return []

    @api.model
    def _service_lines(self, scope):
        """Return lines for the cards of services.

        :param Scope scope: what the user looks at
        :return: code of a service → its lines
        :rtype: dict[str, list[CardLine]]
        """
        return {}

    @api.model
    def _departures(self, scope):
        """Return what leaves today, the first one first.

        :param Scope scope: what the user looks at
        :rtype: list[Departure]
        """
        return []

    @api.model
    def _setup_steps(self):
        """Return what administrators set up in a new database, in any order.

        It is called with all rights, and no more once all of it is done.

        :rtype: list[SetupStep]
        """
        return [self._loading_step(), self._prometheus_step()]

    @api.model
    def _loading_step(self):
        problems = self.env["reliability.self.check"]._loading_problems()
        return SetupStep(
            "loading",
            80,
            self.env._("Loading with the server"),
            "\n".join(problems)
            or self.env._("Reliability is loaded when this server starts."),
            not problems,
            self.env._("Open Settings"),
            self._open_settings(),
            "base.group_system",
        )

    @api.model
    def _prometheus_step(self):
        read = scrapes.last(settings().telemetry_dir, self.env.cr.dbname)
        if read:
            text = self.env._(
                "The metrics of this database were read on this server at %(time)s.",
                time=formatting.moment(self.env, read),
            )
        else:
            text = self.env._(
                "Nothing has read the metrics of this database on this server. Make a"
                " token, and add the server to prometheus.yml."
            )
        return SetupStep(
            "prometheus",
            90,
            self.env._("Prometheus"),
            text,
            bool(read),
            self.env._("Open Settings"),
            self._open_settings(),
            "base.group_system",
        )

    @api.model
    def _open_settings(self):
        """Return an action that opens the settings of Reliability."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "reliability.reliability_settings_action"
        )

    @api.model
    def _scope(self, warehouse_id=None, warehouses=None):
        """Return the scope of this user.

        :param warehouse_id: ``None`` for his own warehouse, ``0`` for all of his; one
            that is not his counts as ``0``
        :param warehouses: his, if the caller has them
        :rtype: Scope
        """
        companies = self._business_companies()
        warehouses = self._warehouses() if warehouses is None else warehouses
        if warehouse_id is None and warehouses:
            warehouse_id = warehouses[0].id
        for warehouse in warehouses:
            if warehouse.id == warehouse_id:
                return Scope((warehouse.company_id,), warehouse)
        return Scope(companies)

    @api.model
    def _business_companies(self):
        """Return the ids of the companies that this user has chosen.

        Those that are left out are among them only where he has chosen no other.

        :rtype: tuple[int]
        """
        chosen, left_out = self.env.companies.ids, self._left_out_companies()
        business = [company for company in chosen if company not in left_out]
        return tuple(business or chosen)

    @api.model
    def _left_out_companies(self):
        """Return the ids of the companies whose work is not business.

        Whatever concerns one of them is left out of evaluations, gauges, impacts and
        ``reliability.query``, so an addon need not check for it, unless it adds up the
        work of all companies itself.  An addon that has such a company sets its field
        ``reliability_left_out``.

        :rtype: frozenset[int]
        """
        return self.env["res.company"]._reliability_left_out()
