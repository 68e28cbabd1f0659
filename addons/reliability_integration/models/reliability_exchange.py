"""Exchanges: one thing that was asked of a counterpart, however often it was tried."""

import logging
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tools import SQL, file_open

from odoo.addons.reliability.api import NoForeignKeyMany2one, masked

from ..ledger.constants import (
    FAILED,
    IDEMPOTENT,
    REJECTED,
    SAFE,
    STATES,
    UNKNOWN,
    UNSAFE,
)
from .retention import retention_of

_logger = logging.getLogger(__name__)

STATE_NAMES = [
    ("open", "Under way"),
    ("succeeded", "Done"),
    ("retrying", "Waits for another try"),
    ("failed", "Failed"),
    ("unknown", "Nobody knows"),
    ("rejected", "Refused by Odoo"),
    ("resolved", "Settled by a person"),
]
assert tuple(state for state, _name in STATE_NAMES) == STATES

REPEATABLE_NAMES = [
    (SAFE, "Does nothing: it is a question"),
    (IDEMPOTENT, "Is not done twice"),
    (UNSAFE, "Does it once more"),
]
"""What the counterpart does when it is asked the same again."""

_FUNCTIONS = (
    "reliability_record_attempt",
    "reliability_maintain_ledger",
    "reliability_count_exchanges",
    "reliability_record_transaction_state",
    "reliability_discover",
    "reliability_exchange_of",
    "reliability_integration_of",
    "reliability_refresh_exchange",
    "reliability_describe_record",
    "reliability_moment",
    "reliability_database_identity",
    "reliability_attempt_stays",
)
_SETTLED = ("succeeded", "resolved", "rejected")
UNSETTLED = ("retrying", "failed", "unknown")
"""States in which somebody, or another try, has something left to do."""
_AT_A_TIME = 2000
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)


class ReliabilityExchange(models.Model):
    """Written by the functions of ``data/ledger.sql`` only, beside all transactions."""

    _name = "reliability.exchange"
    _description = "Exchange"
    _order = "started desc, id desc"
    _log_access = False

    integration_id = NoForeignKeyMany2one("reliability.integration", readonly=True)
    kind = fields.Selection(related="integration_id.kind")
    operation = fields.Char(readonly=True, help="What was asked, such as label.")
    asked = fields.Char(string="What Was Asked", compute="_compute_display_name")
    direction = fields.Selection(
        [("out", "We asked"), ("in", "We were asked")], readonly=True
    )
    identity = fields.Char(
        readonly=True, help="What the tries of this exchange have in common."
    )
    res_model = fields.Char(string="Document Type", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True
    )
    res_name = fields.Char(string="Concerns", readonly=True)
    company_id = NoForeignKeyMany2one("res.company", readonly=True)
    warehouse = fields.Char(readonly=True, help="Its code.")
    deadline = fields.Datetime(readonly=True)
    repeatable = fields.Selection(
        REPEATABLE_NAMES,
        string="If Asked Again",
        readonly=True,
        help="What the counterpart does then.",
    )
    retry_method = fields.Char(readonly=True)
    state = fields.Selection(STATE_NAMES, readonly=True)
    counted = fields.Char(readonly=True, help="The state that was counted last.")
    attempt_count = fields.Integer(string="Tries", readonly=True)
    orphan_count = fields.Integer(
        string="Orphans",
        readonly=True,
        help="What the counterpart has made for us and Odoo does not have.",
    )
    is_possibly_duplicated = fields.Boolean(
        string="Perhaps Done Twice",
        readonly=True,
        help="It was asked, not answered, and asked again with success: the first time"
        " may have been done, too.",
    )
    first_error = fields.Text(readonly=True)
    last_error = fields.Text(readonly=True)
    started = fields.Datetime(readonly=True)
    ended = fields.Datetime(readonly=True)
    seconds = fields.Float(string="Seconds, All Tries", readonly=True, digits=(16, 3))
    next_try = fields.Datetime(readonly=True)
    tries_left = fields.Integer(readonly=True)
    asked_by_id = NoForeignKeyMany2one(
        "res.users", string="Retry Asked by", readonly=True
    )
    asked_at = fields.Datetime(
        string="Retry Asked on",
        readonly=True,
        help="The same for all that somebody lets Odoo ask again at once.",
    )
    is_made_sure = fields.Boolean(
        string="Made Sure That It Was Not Done", readonly=True
    )
    resolved_by_id = NoForeignKeyMany2one(
        "res.users", string="Settled by", readonly=True
    )
    resolved_at = fields.Datetime(string="Settled on", readonly=True)
    resolution = fields.Text(string="How It Was Settled", readonly=True)
    attempt_ids = fields.One2many("reliability.attempt", "exchange_id", readonly=True)
    reference_ids = fields.One2many(
        "reliability.reference", "exchange_id", readonly=True
    )
    can_retry = fields.Boolean(compute="_compute_can_retry")
    why_not = fields.Char(string="Why Not Again", compute="_compute_can_retry")

    _by_identity = models.Index("(integration_id, operation, identity, id)")
    _by_start = models.Index("(started)")
    _unsettled = models.Index(
        "(state, integration_id) WHERE state NOT IN ('succeeded', 'resolved')"
    )
    # In the words of Odoo's queries: PostgreSQL must see that they ask for no more.
    _to_act_on = models.Index(
        "(started) INCLUDE (state, orphan_count, is_possibly_duplicated, company_id, warehouse)"
        " WHERE orphan_count > 0 OR state IN ('failed', 'unknown')"
        " OR is_possibly_duplicated IS TRUE"
    )
    _by_document = models.Index("(res_model, res_id)")
    _by_name = models.Index("(res_name varchar_pattern_ops)")
    _orphans = models.Index("(integration_id) WHERE orphan_count > 0")
    _possibly_duplicated = models.Index(
        "(integration_id) WHERE is_possibly_duplicated IS TRUE"
    )
    _not_counted = models.Index("(id) WHERE counted <> state")
    _due = models.Index("(next_try) WHERE next_try IS NOT NULL")
    _asked = models.Index("(asked_by_id, asked_at) WHERE asked_at IS NOT NULL")

    def init(self):
        """Make the functions that write the ledger."""
        # At the end: the trigger needs another model's table.
        self.env.registry.post_init(self._make_functions)

    def _make_functions(self):
        self._forget_functions()  # PostgreSQL changes no type of what they return
        with file_open("reliability_integration/data/ledger.sql") as file:
            self.env.cr.execute(file.read())

    @api.model
    def _forget_functions(self):
        """Drop the functions, for who uninstalls the addon."""
        self.env.cr.execute(
            "DROP TRIGGER IF EXISTS reliability_attempt_stays ON reliability_attempt"
        )
        for function in _FUNCTIONS:
            name = SQL.identifier(function)
            self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", name))

    @api.depends("operation", "res_name")
    def _compute_display_name(self):
        for exchange in self:
            exchange.asked = (exchange.operation or "").replace("_", " ").capitalize()
            names = exchange.asked, exchange.res_name
            exchange.display_name = " · ".join(filter(None, names))

    @api.depends("state", "repeatable", "retry_method", "orphan_count", "is_made_sure")
    def _compute_can_retry(self):
        for exchange in self:
            exchange.why_not = exchange._reason_not_to_retry()
            exchange.can_retry = not exchange.why_not

    def _reason_not_to_retry(self):
        """Return why it must not be asked again, in a sentence; nothing if it may."""
        _ = self.env._
        if self.state not in (FAILED, UNKNOWN, REJECTED, "retrying"):
            return _("There is nothing to ask again.")
        model = self.env.get(self.res_model or "")
        if model is None or not self.res_id or not self.retry_method:
            return _("Odoo does not know how to ask again. Do it on the document.")
        if not callable(getattr(type(model), self.retry_method, None)):
            return _("The connector that would ask again is not installed.")
        if not model.browse(self.res_id).exists():
            return _("The document is gone.")
        if self.repeatable != UNSAFE:
            return ""
        if self.orphan_count:
            return _(
                "The counterpart has done it already. Asking again would do it twice:"
                " first cancel what it has made, or take it over."
            )
        if self.state == UNKNOWN and not self.is_made_sure:
            return _(
                "Nobody knows whether the counterpart has done it. Look there, and"
                " settle it here."
            )
        return ""

    # People

    def action_retry(self):
        """Ask again, where that is safe: a window says what will happen."""
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask Again"),
            "res_model": "reliability.retry",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_exchange_ids": self.ids},
        }

    @api.readonly
    @api.model
    def read_progress(self, asked_at):
        """Return how far Odoo is with what this user let it ask again at once.

        :param str asked_at: when that was
        :return: how many they are, how many of them have been asked once more, and how
            many of these have failed again
        """
        mine = [("asked_by_id", "=", self.env.uid), ("asked_at", "=", asked_at)]
        states = dict(self._read_group(mine, ["state"], ["__count"]))
        waiting = self.search_count([*mine, ("next_try", "<=", asked_at)])
        unsettled = sum(states.get(state, 0) for state in (*UNSETTLED, REJECTED))
        total = sum(states.values())
        return {
            "asked_at": asked_at,
            "total": total,
            "done": total - waiting,
            "failed": unsettled - waiting,
        }

    def action_resolve(self):
        """Say what has become of it: a window asks for the reason."""
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settle"),
            "res_model": "reliability.resolve",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_exchange_ids": self.ids},
        }

    def action_open_document(self):
        """Open what it is about.

        :raise UserError: it is gone
        """
        self.ensure_one()
        model = self.env.get(self.res_model or "")
        if model is None or not model.browse(self.res_id or 0).exists():
            raise UserError(
                self.env._(
                    "The document is gone: it was deleted, or the transaction that made"
                    " it was undone. What is known of it is here."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def _count_orphans(self):
        for exchange in self.sudo():
            of = exchange.reference_ids
            exchange.orphan_count = len(of.filtered(lambda of: of.state == "orphaned"))

    def _check_manager(self):
        if not self.env.user.has_group("reliability.group_manager"):
            raise AccessError(
                self.env._("Only managers of Reliability ask again or settle.")
            )
        self.check_access("read")

    def _document(self):
        """Return the document, as the user who asks may write it.

        :raise AccessError, MissingError: he may not, or it is gone
        """
        document = self.env[self.res_model].browse(self.res_id)
        if not document.exists():
            raise MissingError(self.env._("%s is gone.", self.res_name))
        document.check_access("write")
        return document

    def _ask_again(self):
        """Let Odoo ask again, soon and with pauses that grow, as this user.

        :return: those that it will be done for
        """
        self._check_manager()
        allowed = self.filtered("can_retry")
        for exchange in allowed:
            exchange._document()
        now = fields.Datetime.now()
        for exchange in allowed.sudo():
            exchange.write(
                {
                    "state": "retrying",
                    "next_try": now,
                    "tries_left": exchange.integration_id.most_tries or 1,
                    "asked_by_id": self.env.uid,
                    "asked_at": now,
                }
            )
        if allowed:
            self.env.ref("reliability_integration.cron_retry")._trigger()
        return allowed

    def _settle(self, reason, was_done):
        """Take down what a person has found out.

        :param bool was_done: whether nothing is left to do; else it may be asked again
        """
        self._check_manager()
        state = "resolved" if was_done else FAILED
        self.sudo().write(
            {
                "state": state,
                "is_made_sure": not was_done,
                "is_possibly_duplicated": False,
                "next_try": False,
                "resolved_by_id": self.env.uid,
                "resolved_at": fields.Datetime.now(),
                "resolution": reason,
            }
        )

    # Asking again

    @api.model
    def _cron_retry(self):
        """Ask again what is due, one after the other, each in its own transaction."""
        are_due = [("next_try", "<=", fields.Datetime.now())]
        due = self.search(are_due, limit=_AT_A_TIME, order="next_try, id")
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(are_due))
        for exchange in due:
            self._retry_one(exchange.id)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _retry_one(self, exchange_id):
        """Ask again once, and plan the next time if it fails."""
        exchange = self.browse(exchange_id)
        left = exchange.tries_left - 1
        exchange.write({"tries_left": left, "next_try": False})
        # The try is counted before the call leaves, also when the worker dies in it.
        self.env.cr.commit()  # pylint: disable=invalid-commit
        trouble = ""
        try:
            asker = exchange.with_user(exchange.asked_by_id.id or self.env.uid)
            if exchange.company_id:
                asker = asker.with_company(exchange.company_id)
            getattr(asker._document(), exchange.retry_method)()
            self.env.flush_all()
            # The call cannot be undone, so the next exchange must not undo its result.
            self.env.cr.commit()  # pylint: disable=invalid-commit
        except Exception as error:
            self.env.cr.rollback()
            self.env.invalidate_all()
            trouble = str(error)
            _logger.info("Exchange %s failed again: %s", exchange_id, error)
        exchange.invalidate_recordset()
        if exchange.state in (FAILED, UNKNOWN, REJECTED, "retrying"):
            self._plan(exchange, left, trouble)

    @api.model
    def _plan(self, exchange, left, trouble):
        """Plan the next try of an exchange that has failed again, or give up."""
        again = left > 0 and not exchange._reason_not_to_retry()
        if exchange.state == "retrying" and not trouble:
            again, trouble = False, self.env._("The document asked nobody this time.")
        done = max(0, exchange.integration_id.most_tries - left - 1)
        pause = min(_FIRST_PAUSE * 2**done, _LONGEST_PAUSE)
        values = {"next_try": fields.Datetime.now() + pause} if again else {}
        if again:
            values["state"] = "retrying"
        elif exchange.state == "retrying":
            values["state"] = FAILED
        if trouble and exchange.state == "retrying":  # nothing was asked this time
            values["last_error"] = masked(trouble)
        if values:
            exchange.write(values)
        if again:
            cron = self.env.ref("reliability_integration.cron_retry")
            cron._trigger(values["next_try"])

    # Keeping

    @api.autovacuum
    def _gc_exchanges(self):
        keep, now = retention_of(self.env), self.env.cr.now()
        too_many = self._older_than_the_last(keep.rows)
        before = max(now - timedelta(days=keep.done), too_many)
        done, more_done = self._forget_before([("state", "in", _SETTLED)], before)
        before = max(now - timedelta(days=keep.failed), too_many)
        others, more_others = self._forget_before([], before)
        return done + others, more_done or more_others

    def _forget_before(self, domain, before):
        """Delete a few of the oldest, with all that belongs to them.

        :return: how many, and whether there are more
        """
        domain = [*domain, ("started", "<", before)]
        old = self.sudo().search(domain, limit=_AT_A_TIME, order="started")
        count = len(old)
        for model in ("reliability.reference", "reliability.attempt"):
            of_old = [("exchange_id", "in", old.ids)]
            self.env[model].sudo().search(of_old).unlink()
        old.unlink()
        return count, count == _AT_A_TIME

    def _older_than_the_last(self, most):
        """Return the moment before which there are more exchanges than are kept."""
        last = self.sudo().search([], order="started desc", offset=most, limit=1)
        return last.started + timedelta(seconds=1) if last else datetime.min
