"""Messages that were received: who sent them, and what the answer was."""

import hashlib
import math
from datetime import datetime, timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from odoo.addons.reliability.api import delete_oldest, masked_name

from .. import problems

MAX_A_MINUTE = 600
"""Messages with one API key; more are refused, whatever worker they reach."""
MAX_WRONG_KEYS = 20
"""Requests in a minute with keys that are not valid; they have a limit of their own, so
that they never shut out a valid key."""
MAX_ROWS = 100_000
_MINUTE = timedelta(minutes=1)
_RETENTION = timedelta(days=7)
_RETENTION_OF_WRONG_KEYS = timedelta(days=1)
_BATCH = 5000


class ReliabilityInboundMessage(models.Model):
    """One request with a valid API key, or one of the first with wrong ones.

    The body is not stored.  The row is written in the transaction of what the message
    changes, so the one is never without the other.
    """

    _name = "reliability.inbound.message"
    _description = "Inbound Message"
    _log_access = False
    _order = "received_at desc, id desc"

    received_at = fields.Datetime(string="Received", required=True)
    kind = fields.Selection(
        lambda self: self.env["reliability.inbound"]._kind_names(), required=True
    )
    user_id = fields.Many2one("res.users", ondelete="set null")
    key_number = fields.Integer(help="The id of the API key; 0 if it was not valid.")
    key_name = fields.Char(string="API Key")
    status = fields.Integer(string="HTTP Status", aggregator=None)
    answer = fields.Text(
        help="The result that was sent back, or the reason why it was refused."
    )
    is_repeated = fields.Boolean(
        string="Repeated",
        help="It was processed before, so only the answer was sent again.",
    )
    idempotency_key = fields.Char()
    idempotency_digest = fields.Char(
        help="The hash of the idempotency key of a message that was processed."
    )
    body_digest = fields.Char(help="The hash of the body.")
    size = fields.Integer(string="Bytes", aggregator=None)

    _processed_once = models.UniqueIndex(
        "(kind, user_id, idempotency_digest) WHERE idempotency_digest IS NOT NULL"
    )
    _by_key = models.Index("(key_number, received_at)")
    _by_time = models.Index("(received_at)")

    @api.model
    def _seconds_to_wait(self, key):
        """Return how long the sender of a key must wait; 0 if it need not.

        Messages that are processed at this moment do not count yet.

        :param key: the API key; empty for all that are not valid
        """
        limit = MAX_A_MINUTE if key else MAX_WRONG_KEYS
        now = self.env.cr.now()
        newest = self.search(
            [("key_number", "=", key.id or 0), ("received_at", ">", now - _MINUTE)],
            order="received_at desc",
            offset=limit - 1,
            limit=1,
        )
        if not newest:
            return 0
        return max(1, math.ceil((newest.received_at + _MINUTE - now).total_seconds()))

    @api.model
    def _begin(self, kind, key):
        """Store that a message has been received; return it.

        :param key: the API key; empty if it is not valid
        """
        return self.create(
            {
                "received_at": self.env.cr.now(),
                "kind": kind,
                "user_id": key.user_id.id,
                "key_number": key.id or 0,
                "key_name": masked_name(key.name) if key else "",
            }
        )

    def _set_content(self, content, idempotency_key):
        """Store what identifies the message.

        :param bytes content: its body
        :param str idempotency_key: empty without one
        """
        self.body_digest = _digest(content)
        self.size = len(content)
        self.idempotency_key = masked_name(idempotency_key)

    def _earlier_answer(self, idempotency_key):
        """Return the answer to the same message; ``None`` if it was not processed yet.

        :param str idempotency_key: empty without one
        :raise Problem: the key was used for another message
        """
        earlier = self._processed_with(idempotency_key)
        if not earlier:
            return None
        if earlier.body_digest != self.body_digest:
            raise problems.reused_idempotency_key()
        self.is_repeated = True
        return earlier.answer

    def _processed_with(self, idempotency_key):
        if not idempotency_key:
            return self.browse()
        return self.search(
            [
                ("kind", "=", self.kind),
                ("user_id", "=", self.user_id.id),
                ("idempotency_digest", "=", _digest(idempotency_key.encode())),
            ]
        )

    def _claim(self, idempotency_key):
        """Let this message be the one that is processed with its key.

        Another transaction that claims it too waits until this one has ended.
        """
        if not idempotency_key:
            return
        self.idempotency_digest = _digest(idempotency_key.encode())
        try:
            self.flush_recordset()
        except psycopg2.errors.UniqueViolation as error:
            # It was processed at the same time: the next attempt finds its answer.
            raise ConcurrencyError("The message was received twice") from error

    def _accept(self, result):
        """Store the result of a message that was processed, as JSON."""
        self.write({"status": 200, "answer": result})

    def _refuse(self, problem):
        """Store the reason why a message was not processed: it may be sent again."""
        self.write(
            {
                "status": problem.status,
                "answer": problem.detail,
                "idempotency_digest": False,
            }
        )

    @api.autovacuum
    def _gc_messages(self):
        """Delete a batch of messages beyond the retention."""
        surplus = self.sudo().search(
            [], order="received_at desc", offset=MAX_ROWS, limit=1
        )
        before = max(
            self.env.cr.now() - _RETENTION,
            surplus.received_at + timedelta(seconds=1) if surplus else datetime.min,
        )
        return delete_oldest(self, "received_at", before)

    @api.autovacuum
    def _gc_wrong_keys(self):
        """Delete what anybody can send sooner, so that it takes no room from others."""
        before = self.env.cr.now() - _RETENTION_OF_WRONG_KEYS
        domain = [("key_number", "=", 0), ("received_at", "<", before)]
        old = self.sudo().search(domain, limit=_BATCH)
        count = len(old)
        old.unlink()
        return count, count == _BATCH


def _digest(content):
    return hashlib.sha256(content).hexdigest()
