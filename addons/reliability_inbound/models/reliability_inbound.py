"""The inbound API: what addons extend to receive a kind of message."""

import json

import psycopg2

from odoo import api, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError

from odoo.addons.reliability.api import is_neutralized, masked, masked_logger

from .. import problems
from ..body import InvalidBody, parse
from ..kinds import InvalidMessage, scope_of
from .reliability_inbound_message import MAX_A_MINUTE

_logger = masked_logger(__name__)


class ReliabilityInbound(models.AbstractModel):
    """Receives messages at ``/reliability/inbound/<kind>``.

    An addon registers a kind by extending this model::

        from odoo.addons.reliability_inbound.kinds import InboundKind, InvalidMessage

        class ReliabilityInbound(models.AbstractModel):
            _inherit = "reliability.inbound"

            @api.model
            def _kinds(self):
                backup = InboundKind(self.env._("Backups"), "_receive_backup")
                return {**super()._kinds(), "backup": backup}

            @api.model
            def _receive_backup(self, body):
                if not isinstance(body.get("size"), int):
                    raise InvalidMessage("size must be the number of bytes.")
                row = self.env["my.backup"].sudo().create({"size": body["size"]})
                return {"backup": row.id}

    These are the public names: ``InboundKind``, ``InvalidMessage``, ``_kinds``, and the
    method of a kind.  The method

    - runs as the user of the API key, who is at least a Manager of Reliability, in the
      transaction that stores the message; it must not commit, and uses ``sudo()`` only
      where it needs it;
    - gets a JSON object of any content: all of it must be checked;
    - returns what JSON can hold.  That is stored and sent back, with its texts masked:
      ids and numbers, nothing personal;
    - raises ``InvalidMessage``, or Odoo's ``UserError``: the sender gets 422 and its
      text (403 for an ``AccessError``), and what the method has written is undone.
      Other errors are answered with 500, and their text is only in the log;
    - may get the same message twice, at the same time, or after a newer one, and must
      reach the same end.  Only with the header ``Idempotency-Key`` is a message that
      was answered with 200 not processed again.  Where two transactions insert the same
      value of a unique index, the second one is tried again.
    """

    _name = "reliability.inbound"
    _description = "Inbound API"

    @api.model
    def _kinds(self):
        """Return the registered kinds: code → ``InboundKind``.

        A code is part of addresses, scopes and metrics: lowercase letters and ``_``.
        """
        return {}

    @api.model
    def _kind_names(self):
        """Return the codes of the registered kinds, with what people call them."""
        return [(code, kind.title) for code, kind in sorted(self._kinds().items())]

    @api.model
    def _authenticate(self, kind, incoming):
        """Return the API key of a request.

        Nothing of its body is read.

        :param IncomingRequest incoming: the request
        :raise Problem: it is refused
        """
        if incoming.method != "POST":
            raise problems.method_not_allowed()
        if kind not in self._kinds():
            raise problems.unknown_kind()
        if is_neutralized(self.env):
            raise problems.neutralized()
        key = self.env["res.users.apikeys"]._find_by_scope(
            scope_of(kind), incoming.token
        )
        messages = self.env["reliability.inbound.message"].sudo()
        wait = messages._seconds_to_wait(key)
        if not key:
            if wait:
                raise problems.too_many_wrong_keys(wait)
            messages._begin(kind, key)._refuse(problems.wrong_key())
            raise problems.wrong_key()
        if wait:
            raise problems.too_many_messages(MAX_A_MINUTE, wait)
        return key

    @api.model
    def _receive(self, kind, key, incoming):
        """Process the message of a request, as the user of its API key.

        :param key: the API key
        :return: the answer
        :raise Problem: nothing was processed
        """
        message = self.env["reliability.inbound.message"].sudo()._begin(kind, key)
        try:
            if not self.env.user.has_group("reliability.group_manager"):
                raise problems.role_is_missing()
            spec = self._kinds()[kind]
            content = incoming.read(spec.max_bytes)
            idempotency_key = incoming.idempotency_key
            message._set_content(content, idempotency_key)
            body = _parsed(content)
            result = message._earlier_answer(idempotency_key)
            if result is None:
                message._claim(idempotency_key)
                result = self._process(spec, body)
        except problems.Problem as problem:
            message._refuse(problem)
            raise
        message._accept(result)
        return problems.processed(result)

    @api.model
    def _process(self, spec, body):
        """Call the method of a kind.

        :return: its result, as JSON
        :raise Problem: it was refused or failed, and what it has written is undone
        """
        try:
            with self.env.cr.savepoint():
                result = getattr(self, spec.method)(body)
                return json.dumps(_with_masked_texts(result), allow_nan=False)
        except InvalidMessage as error:
            raise problems.invalid_message(masked(error)) from error
        except psycopg2.errors.UniqueViolation as error:
            # Another transaction has inserted the same: now this one can see it.
            raise ConcurrencyError(masked(error)) from error
        except (psycopg2.Error, ConcurrencyError):
            raise  # Odoo tries again where that can help
        except AccessError as error:
            raise problems.right_is_missing(masked(error)) from error
        except UserError as error:
            raise problems.invalid_message(masked(error)) from error
        except Exception as error:
            _logger.exception("A message could not be processed: %s", spec.method)
            raise problems.failed() from error


def _parsed(content):
    try:
        return parse(content)
    except InvalidBody as error:
        raise problems.invalid_body(str(error)) from error


def _with_masked_texts(value):
    """Return a result whose texts have no secrets and no personal data."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {key: _with_masked_texts(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_with_masked_texts(inner) for inner in value]
    return value
