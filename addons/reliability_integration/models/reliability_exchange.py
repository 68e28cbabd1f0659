"""Exchanges: one request to a partner system, with all its attempts."""

from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tools import SQL

from odoo.addons.reliability.api import (
    NoForeignKeyMany2one,
    create_functions,
    formatting,
    masked,
    masked_logger,
)

from ..ledger.constants import (
    FAILED,
    IDEMPOTENT,
    REJECTED,
    SAFE,
    STATES,
    UNKNOWN,
    UNSAFE,
)
from ..ledger.repeatable import repeatable_methods
from .retention import retention_of

_logger = masked_logger(__name__)

STATE_NAMES = [
    ("open", "In progress"),
    ("succeeded", "Done"),
    ("retrying", "Waiting for retry"),
    ("failed", "Failed"),
    ("unknown", "Unknown"),
    ("rejected", "Refused by Odoo"),
    ("resolved", "Resolved"),
]
assert tuple(state for state, _name in STATE_NAMES) == STATES

REPEATABLE_NAMES = [
    (SAFE, "Safe: only reads"),
    (IDEMPOTENT, "Idempotent: not done twice"),
    (UNSAFE, "Unsafe: done twice"),
]
"""What the partner system does when the same call is repeated."""

_FUNCTIONS = (
    "reliability_record_attempt",
    "reliability_maintain_ledger",
    "reliability_presume_ends",
    "reliability_transaction_state",
    "reliability_has_not_committed",
    "reliability_is_worker_alive",
    "reliability_has_waiting_message",
    "reliability_count_exchanges",
    "reliability_record_transaction_state",
    "reliability_discover_host",
    "reliability_find_or_create_exchange",
    "reliability_find_or_create_integration",
    "reliability_refresh_exchange",
    "reliability_describe_record",
    "reliability_database_time",
    "reliability_database_identity",
    "reliability_protect_attempt",
)
_FINISHED = ("succeeded", "resolved", "rejected")
UNRESOLVED = ("retrying", "failed", "unknown")
"""States in which a person, or another attempt, has something left to do."""
_BATCH_SIZE = 2000
_FIRST_PAUSE, _MAX_PAUSE = timedelta(minutes=1), timedelta(hours=4)


class ReliabilityExchange(models.Model):
    """Written by the functions of ``data/ledger.sql``, beside Odoo's transactions."""

    _name = "reliability.exchange"
    _description = "Exchange"
    _order = "started desc, id desc"
    _log_access = False

    integration_id = NoForeignKeyMany2one(
        "reliability.integration", string="System", readonly=True
    )
    kind = fields.Selection(related="integration_id.kind")
    operation = fields.Char(
        readonly=True, help="What the partner system does, such as label."
    )
    request_summary = fields.Char(string="Request", compute="_compute_display_name")
    direction = fields.Selection(
        [("out", "Odoo calls the system"), ("in", "The system calls Odoo")],
        readonly=True,
    )
    identity = fields.Char(
        readonly=True, help="What all attempts of this exchange have in common."
    )
    res_model = fields.Char(string="Document Type", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document Id", model_field="res_model", readonly=True
    )
    res_name = fields.Char(string="Document", readonly=True)
    company_id = NoForeignKeyMany2one("res.company", readonly=True)
    warehouse = fields.Char(readonly=True, help="Code of the warehouse.")
    deadline = fields.Datetime(readonly=True)
    repeatable = fields.Selection(
        REPEATABLE_NAMES,
        string="If Repeated",
        readonly=True,
        help="What the partner system does when the call is repeated.",
    )
    retry_method = fields.Char(readonly=True)
    state = fields.Selection(
        STATE_NAMES,
        readonly=True,
        help="Unknown: the partner system did not answer and may have done it.",
    )
    counted_state = fields.Char(
        readonly=True, help="The state in which the exchange was counted last."
    )
    attempt_count = fields.Integer(string="Attempts", readonly=True)
    orphan_count = fields.Integer(
        string="Orphans",
        readonly=True,
        help="References that exist in the partner system and not in Odoo.",
    )
    is_possibly_duplicated = fields.Boolean(
        string="Possibly Duplicated",
        readonly=True,
        help="An attempt was not answered, and a later one succeeded: the partner"
        " system may have done the first one, too.",
    )
    first_error = fields.Text(readonly=True)
    last_error = fields.Text(readonly=True)
    error_class = fields.Char(
        readonly=True,
        help="Of the last error: the HTTP status, or the class of the exception.",
    )
    started = fields.Datetime(readonly=True)
    ended = fields.Datetime(readonly=True)
    seconds = fields.Float(
        string="Duration of All Attempts (s)", readonly=True, digits=(16, 3)
    )
    next_attempt = fields.Datetime(readonly=True)
    attempts_left = fields.Integer(readonly=True)
    retry_requested_by_id = NoForeignKeyMany2one("res.users", readonly=True)
    retry_requested_at = fields.Datetime(
        string="Retry Requested on",
        readonly=True,
        help="The same for all exchanges that a user retries at once.",
    )
    is_verified = fields.Boolean(
        string="Verified as Not Done",
        readonly=True,
        help="A person, or the carrier's answer, has confirmed that the partner system"
        " did not do it.",
    )
    resolved_by_id = NoForeignKeyMany2one("res.users", readonly=True)
    resolved_at = fields.Datetime(string="Resolved on", readonly=True)
    resolution = fields.Text(readonly=True)
    attempt_ids = fields.One2many("reliability.attempt", "exchange_id", readonly=True)
    reference_ids = fields.One2many(
        "reliability.reference", "exchange_id", readonly=True
    )
    can_resolve = fields.Boolean(
        compute="_compute_can_resolve",
        help="Whether the reader may resolve it: who may change the document may.",
    )
    can_open_document = fields.Boolean(
        compute="_compute_can_resolve",
        help="Whether the reader may read the document, or it is gone.",
    )
    explanation = fields.Text(
        string="What to Do",
        compute="_compute_explanation",
        help="What has happened at the partner system, and what is to be done.",
    )
    can_retry = fields.Boolean(compute="_compute_can_retry")
    retry_call = fields.Char(
        string="Odoo Will Call",
        compute="_compute_retry_call",
        help="The method of the document that sends the request again.",
    )
    no_retry_reason = fields.Char(string="Why No Retry", compute="_compute_can_retry")

    _by_identity = models.Index("(integration_id, operation, identity, id)")
    _by_start = models.Index("(started)")
    _unresolved = models.Index(
        "(state, integration_id) WHERE state NOT IN ('succeeded', 'resolved')"
    )
    # As Odoo writes its queries: PostgreSQL must prove that they match the predicate.
    _to_act_on = models.Index(
        "(started) INCLUDE (id, state, orphan_count, is_possibly_duplicated,"
        " company_id, warehouse, integration_id, error_class)"
        " WHERE orphan_count > 0 OR state IN ('failed', 'unknown')"
        " OR is_possibly_duplicated IS TRUE"
    )
    _by_document = models.Index("(res_model, res_id)")
    _by_name = models.Index("(res_name varchar_pattern_ops)")
    _orphans = models.Index("(integration_id) WHERE orphan_count > 0")
    _possibly_duplicated = models.Index(
        "(integration_id) WHERE is_possibly_duplicated IS TRUE"
    )
    _not_counted = models.Index("(id) WHERE counted_state <> state")
    _due = models.Index("(next_attempt) WHERE next_attempt IS NOT NULL")
    _retry_requested = models.Index(
        "(retry_requested_by_id, retry_requested_at)"
        " WHERE retry_requested_at IS NOT NULL"
    )

    def init(self):
        """Create the functions that write the ledger."""
        # After all models: the trigger needs the table of another one.
        self.env.registry.post_init(self._create_functions)

    def _create_functions(self):
        self._drop_functions()  # PostgreSQL does not change the types of a function
        create_functions(self.env.cr, "reliability_integration/data/ledger.sql")

    @api.model
    def _drop_functions(self):
        """Drop the functions and the trigger, also when the addon is uninstalled."""
        self.env.cr.execute(
            "DROP TRIGGER IF EXISTS reliability_protect_attempt ON reliability_attempt"
        )
        for function in _FUNCTIONS:
            name = SQL.identifier(function)
            self.env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", name))

    @api.depends("operation", "res_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names_of = self.env["reliability.display.names"]
        for exchange in self:
            code = exchange.operation or ""
            summary = names_of._display_name_of(code) if code else ""
            if summary == code:
                summary = code.replace("_", " ").capitalize()
            exchange.request_summary = summary
            names = summary, exchange.res_name
            exchange.display_name = " · ".join(filter(None, names))

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_resolve(self):
        resolvable = self._resolvable()
        hidden = {
            (name, id_)
            for name, documents in self._documents().items()
            for id_ in (documents - documents._filtered_access("read"))._ids
        }
        for exchange in self:
            document = exchange.res_model, exchange.res_id
            exchange.can_resolve = exchange in resolvable
            exchange.can_open_document = (
                bool(exchange.res_id) and document not in hidden
            )

    @api.depends("state", "orphan_count", "is_possibly_duplicated")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_explanation(self):
        for exchange in self:
            exchange.explanation = exchange._explain()

    @api.depends("state", "repeatable", "retry_method", "orphan_count", "is_verified")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_can_retry(self):
        for exchange in self:
            reason = exchange._reason_not_to_retry()
            if not reason and not exchange.can_resolve:
                reason = exchange._reason_not_to_resolve()
            exchange.no_retry_reason = reason
            exchange.can_retry = not reason

    @api.depends("res_model", "retry_method")
    def _compute_retry_call(self):
        for exchange in self:
            names = exchange.res_model, exchange.retry_method
            exchange.retry_call = ".".join(names) if all(names) else ""

    def _explain(self):
        """Return what has happened and what to do, in a sentence; empty where nothing
        is to be done, or only a retry.
        """
        _ = self.env._
        names = self._names()
        if self.orphan_count:
            return formatting.counted(
                self.orphan_count,
                _(
                    "%(system)s has %(references)s for %(document)s, which Odoo did not"
                    " save: cancel it there, or enter it in Odoo.",
                    **names,
                ),
                _(
                    "%(system)s has %(references)s for %(document)s, which Odoo did not"
                    " save: cancel them there, or enter them in Odoo.",
                    **names,
                ),
            )
        if self.is_possibly_duplicated:
            return _(
                "%(system)s may have done this twice for %(document)s: it did not"
                " answer the first time. Look there for a second one and cancel it,"
                " then resolve this.",
                **names,
            )
        is_settled = self.repeatable != UNSAFE or self.is_verified
        if self.state == UNKNOWN and not is_settled:
            return _(
                "%(system)s did not answer for %(document)s and may have done this."
                " Look there before it is requested again.",
                **names,
            )
        is_open = self.state in (FAILED, UNKNOWN, REJECTED)
        return self.no_retry_reason if is_open else ""

    def _names(self):
        """Return what sentences about this exchange name.

        :rtype: dict
        """
        orphans = self.reference_ids.filtered(
            lambda reference: reference.state == "orphaned"
        )
        return {
            "system": self.integration_id.name,
            "document": self.res_name or self.request_summary,
            "references": ", ".join(filter(None, orphans.mapped("name"))),
        }

    def _reason_not_to_retry(self):
        """Return why the exchange may not be retried, in a sentence; empty if it
        may.
        """
        _ = self.env._
        if self.state not in (FAILED, UNKNOWN, REJECTED, "retrying"):
            return _("There is nothing to retry.")
        model = self.env.get(self.res_model or "")
        if model is None or not self.res_id or not self.retry_method:
            return _("Odoo cannot retry this request. Repeat it on the document.")
        if not callable(getattr(type(model), self.retry_method, None)):
            return _("The connector that would retry is not installed.")
        if self.retry_method not in repeatable_methods(self.res_model):
            return _(
                "Odoo may not call %(method)s again: no addon lists it as repeatable."
                " Repeat the request on the document.",
                method=self.retry_call,
            )
        if not model.browse(self.res_id).exists():
            return _("The document was deleted.")
        if self.repeatable != UNSAFE:
            return ""
        if self.orphan_count:
            return _(
                "The partner system has done this already, and a retry would do it"
                " twice. First cancel the orphan in the partner system, or enter it in"
                " Odoo."
            )
        if self.state == UNKNOWN and not self.is_verified:
            return _(
                "The partner system did not answer and may have done this already."
                " Check in the partner system, and record here what you found."
            )
        return ""

    def _reason_not_to_resolve(self):
        """Return whom an exchange that the user may not resolve is for."""
        if any(self._documents().values()):
            return self.env._(
                "You may not change %(document)s. Hand this over to somebody who may.",
                document=self.res_name,
            )
        return self.env._(
            "Only managers of Reliability may resolve a request without a document."
        )

    # Actions of users

    def action_retry(self):
        """Open a window that retries these exchanges where it is safe."""
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Retry"),
            "res_model": "reliability.retry",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_exchange_ids": self.ids},
        }

    @api.readonly
    @api.model
    def read_progress(self, requested_at):
        """Return the progress of the exchanges that this user retries at once.

        :param str requested_at: when the retry was requested
        :return: dict with the number of all these exchanges (``total``), of those that
            were retried (``done``) and of those that failed again (``failed``)
        :raise UserError: the time is none
        """
        formatting.parse_moment(self.env, requested_at)
        mine = [
            ("retry_requested_by_id", "=", self.env.uid),
            ("retry_requested_at", "=", requested_at),
        ]
        states = dict(self._read_group(mine, ["state"], ["__count"]))
        waiting = self.search_count([*mine, ("next_attempt", "<=", requested_at)])
        unresolved = sum(states.get(state, 0) for state in (*UNRESOLVED, REJECTED))
        total = sum(states.values())
        return {
            "requested_at": requested_at,
            "total": total,
            "done": total - waiting,
            "failed": unresolved - waiting,
        }

    def action_resolve(self):
        """Open a window that records what a person has found out; who may resolve none
        of these exchanges gets the window that hands them over.
        """
        self.check_access("read")
        if resolvable := self._resolvable():
            return resolvable._open_resolve()
        return self.action_hand_over()

    def action_hand_over(self):
        """Open a window that hands these exchanges over to a colleague."""
        self.check_access("read")
        return self._open_window("reliability.hand.over", self.env._("Hand Over"))

    def _open_resolve(self, **options):
        return self._open_window(
            "reliability.resolve", self.env._("Resolve"), **options
        )

    def _open_window(self, model, name, context=None, **values):
        """Return the action of a window about these exchanges.

        Its record is created here: who may change a document need not be allowed to
        read its exchanges.
        """
        window = (
            self.env[model]
            .sudo()
            .create({"exchange_ids": [fields.Command.set(self.ids)], **values})
        )
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "res_id": window.id,
            "views": [(False, "form")],
            "target": "new",
            "context": context or {},
        }

    def action_open_document(self):
        """Open the document of the exchange.

        :raise UserError: the document does not exist any more
        """
        self.ensure_one()
        model = self.env.get(self.res_model or "")
        if model is None or not model.browse(self.res_id or 0).exists():
            raise UserError(
                self.env._(
                    "The document is gone: either it was deleted, or the transaction"
                    " that created it was rolled back. This exchange shows what is"
                    " known of it."
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
            exchange.orphan_count = len(
                exchange.reference_ids.filtered(
                    lambda reference: reference.state == "orphaned"
                )
            )

    def _resolvable(self):
        """Return the exchanges that the current user may resolve.

        Who may change the document may; where there is none, managers may.
        """
        existing, writable = set(), set()
        for name, documents in self._documents().items():
            existing |= {(name, id_) for id_ in documents._ids}
            allowed = documents._filtered_access("write")
            writable |= {(name, id_) for id_ in allowed._ids}
        is_manager = self.env.user.has_group("reliability.group_manager")

        def is_resolvable(exchange):
            document = exchange.sudo().res_model, exchange.sudo().res_id
            if document in existing:
                return document in writable
            return is_manager and exchange.has_access("read")

        return self.filtered(is_resolvable)

    def _documents(self):
        """Return the existing documents of these exchanges.

        :return: name of the model → records in the environment of the user
        :rtype: dict
        """
        return {
            name: self.env[name].browse(filter(None, group.mapped("res_id"))).exists()
            for name, group in self.sudo().grouped("res_model").items()
            if name in self.env
        }

    def _check_resolvable(self):
        """Check that the current user may resolve these exchanges.

        :raise AccessError: the user may not
        """
        if refused := self - self._resolvable():
            raise AccessError(refused[0].sudo()._reason_not_to_resolve())

    def _check_manager(self):
        if not self.env.user.has_group("reliability.group_manager"):
            raise AccessError(
                self.env._("Only managers of Reliability may retry requests.")
            )
        self.check_access("read")

    def _document(self):
        """Return the document, which the current user may write.

        :raise AccessError, MissingError: the user may not, or the document is gone
        """
        document = self.env[self.res_model].browse(self.res_id)
        if not document.exists():
            raise MissingError(self.env._("%s is gone.", self.res_name))
        document.check_access("write")
        return document

    def _schedule_retry(self):
        """Schedule a retry of these exchanges as the current user, where it is safe.

        Retries that fail are repeated with pauses that grow.

        :return: the exchanges that are scheduled
        """
        self._check_manager()
        allowed = self.filtered("can_retry")
        for exchange in allowed:
            exchange._document()
        now = self.env.cr.now()
        for exchange in allowed.sudo():
            exchange.write(
                {
                    "state": "retrying",
                    "next_attempt": now,
                    "attempts_left": exchange.integration_id.max_attempts or 1,
                    "retry_requested_by_id": self.env.uid,
                    "retry_requested_at": now,
                }
            )
        if allowed:
            self.env.ref("reliability_integration.cron_retry")._trigger()
        return allowed

    def _resolve(self, reason, was_done):
        """Record what a person has found out.

        :param bool was_done: whether nothing is left to do; else a retry is allowed
        """
        self._check_resolvable()
        state = "resolved" if was_done else FAILED
        self.sudo().write(
            {
                "state": state,
                "is_verified": not was_done,
                "is_possibly_duplicated": False,
                "next_attempt": False,
                "resolved_by_id": self.env.uid,
                "resolved_at": self.env.cr.now(),
                "resolution": reason,
            }
        )

    # Retries

    @api.model
    def _cron_retry(self):
        """Retry the exchanges that are due, each in its own transaction."""
        are_due = [("next_attempt", "<=", self.env.cr.now())]
        due = self.search(are_due, limit=_BATCH_SIZE, order="next_attempt, id")
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(are_due))
        for exchange in due:
            self._retry_one(exchange.id)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _retry_one(self, exchange_id):
        """Retry an exchange once, and schedule the next attempt if it fails."""
        exchange = self.browse(exchange_id)
        left = exchange.attempts_left - 1
        exchange.write({"attempts_left": left, "next_attempt": False})
        # Count the attempt before the call leaves: the worker may die in it.
        self.env.cr.commit()  # pylint: disable=invalid-commit
        error_message = ""
        try:
            user_id = exchange.retry_requested_by_id.id or self.env.uid
            as_user = exchange.with_user(user_id)
            if exchange.company_id:
                as_user = as_user.with_company(exchange.company_id)
            as_user._repeat()
            self.env.flush_all()
            # The call cannot be undone, so a later error must not undo its result.
            self.env.cr.commit()  # pylint: disable=invalid-commit
        except Exception as error:
            self.env.cr.rollback()
            self.env.invalidate_all()
            error_message = str(error)
            _logger.info("Exchange %s failed again: %s", exchange_id, error)
        exchange.invalidate_recordset()
        if exchange.state in (FAILED, UNKNOWN, REJECTED, "retrying"):
            self._schedule_next_attempt(exchange, left, error_message)

    def _repeat(self):
        """Call the method that repeats the request, as the current user.

        :raise UserError: it may not be retried any more
        """
        if reason := self._reason_not_to_retry():
            raise UserError(reason)
        getattr(self._document(), self.retry_method)()

    @api.model
    def _schedule_next_attempt(self, exchange, left, error_message):
        """Schedule the next attempt of an exchange that failed again, or give up."""
        is_scheduled = left > 0 and not exchange._reason_not_to_retry()
        if exchange.state == "retrying" and not error_message:
            is_scheduled = False
            error_message = self.env._("The retry did not call the partner system.")
        done = max(0, exchange.integration_id.max_attempts - left - 1)
        pause = min(_FIRST_PAUSE * 2**done, _MAX_PAUSE)
        values = {}
        if is_scheduled:
            next_attempt = self.env.cr.now() + pause
            values = {"next_attempt": next_attempt, "state": "retrying"}
        elif exchange.state == "retrying":
            values["state"] = FAILED
        if error_message and exchange.state == "retrying":  # no attempt was recorded
            values["last_error"] = masked(error_message)
        if values:
            exchange.write(values)
        if is_scheduled:
            cron = self.env.ref("reliability_integration.cron_retry")
            cron._trigger(values["next_attempt"])

    # Retention

    @api.autovacuum
    def _gc_exchanges(self):
        retention, now = retention_of(self.env), self.env.cr.now()
        too_many = self._start_of_last_rows(retention.rows)
        before = max(now - timedelta(days=retention.done), too_many)
        done, more_done = self._delete_before([("state", "in", _FINISHED)], before)
        before = max(now - timedelta(days=retention.failed), too_many)
        others, more_others = self._delete_before([], before)
        return done + others, more_done or more_others

    def _delete_before(self, domain, before):
        """Delete a batch of the oldest exchanges, with their attempts and references.

        :return: the number of deleted exchanges, and whether there are more
        """
        domain = [*domain, ("started", "<", before)]
        old = self.sudo().search(domain, limit=_BATCH_SIZE, order="started")
        count = len(old)
        for model in ("reliability.reference", "reliability.attempt"):
            of_old = [("exchange_id", "in", old.ids)]
            self.env[model].sudo().search(of_old).unlink()
        old.unlink()
        return count, count == _BATCH_SIZE

    def _start_of_last_rows(self, max_rows):
        """Return the moment before which exchanges exceed the maximum number."""
        last = self.sudo().search([], order="started desc", offset=max_rows, limit=1)
        return last.started + timedelta(seconds=1) if last else datetime.min
