"""The token that opens ``/metrics`` for one database."""

import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..collector import snapshot, token_origin
from ..collector.token_origin import TOKEN, TOKEN_OF
from ..odoo_conf import settings
from ..telemetry.access import digest_of

_SNIPPET = """\
scrape_configs:
  - job_name: odoo
    authorization:
      credentials_file: /etc/prometheus/odoo.token
    static_configs:
      - targets: ["{target}"]
"""


class ReliabilityToken(models.AbstractModel):
    """A form that shows a new token once.

    Only the hash of a token is stored, and the database that it was made for: a copy
    of that database has the hash, too.
    """

    _name = "reliability.token"
    _description = "Token for Prometheus"

    # A form of a model without a table needs this field.
    id = fields.Id()
    token = fields.Char(readonly=True)
    snippet = fields.Text(readonly=True)

    @api.model
    def _make(self):
        """Make a token that replaces the current one, and return an action to show it.

        :raise AccessError: the user is no system administrator
        """
        self._check_is_system()
        token = secrets.token_urlsafe(32)
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(TOKEN, digest_of(token))
        self._store_origin()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your new token"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_token": token,
                "default_snippet": self._snippet(),
            },
        }

    @api.model
    def _revoke(self):
        """Make the token of this database invalid.

        :raise AccessError: the user is no system administrator
        """
        self._check_is_system()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(TOKEN, False)
        parameters.set_param(TOKEN_OF, False)

    @api.model
    def _keep(self):
        """Let the token open this database, to which its original has moved.

        :raise AccessError: the user is no system administrator
        :raise UserError: the original is still there
        """
        self._check_is_system()
        token = self._stored()
        if token is None:
            return
        origin = token.origin
        is_copy = token_origin.own(self.env.cr) is None
        if is_copy and origin and token_origin.has_original(self.env.cr, origin):
            raise UserError(
                self.env._(
                    "The original of this database, %(name)s, still exists, and a"
                    " token opens one database only. Make a token for this one.",
                    name=origin.name,
                )
            )
        self._store_origin()

    @api.model
    def _store_origin(self):
        """Store that the token is that of this database."""
        parameters = self.env["ir.config_parameter"].sudo()
        origin = token_origin.here(self.env.cr, self.env.cr.now().isoformat())
        parameters.set_param(TOKEN_OF, origin.dumps())

    @api.model
    def _stored(self):
        """Return the token in this database, also that of its original."""
        self.env["ir.config_parameter"].flush_model()
        return token_origin.stored(self.env.cr)

    @api.model
    def _state(self):
        """Return what the token of this database opens.

        :return: ``none``: it has no token, or Odoo made this database as a copy;
            ``open``: it opens this database; ``copied``: it opens the original of this
            database only; ``unknown``: nobody knows for which database it was made;
            ``elsewhere``: this server knows it from another database or PostgreSQL
        :rtype: str
        """
        token = self._stored()
        if token is None:
            return "none"
        if token.origin is None:
            return "unknown"
        if token_origin.own(self.env.cr) is None:
            is_made_by_odoo = token.origin.uuid != token_origin.uuid(self.env.cr)
            return "none" if is_made_by_odoo else "copied"
        last = snapshot.last(settings().telemetry_dir)
        is_refused = last is not None and self.env.cr.dbname in last.refused
        return "elsewhere" if is_refused else "open"

    @api.model
    def _problem(self):
        """Return why the token does not open this database, and what to do about it."""
        state = self._state()
        if state == "copied":
            return self.env._(
                "This database is a copy of %(name)s and has its token for Prometheus,"
                " which does not show the numbers of this copy. Make a token for it"
                " below, or revoke the copied one. If this database replaces %(name)s,"
                " keep the token.",
                name=self._stored().origin.name,
            )
        if state == "unknown":
            return self.env._(
                "It is not known for which database the token for Prometheus was made,"
                " so it shows no numbers. If it was made for this one, keep it below."
                " If this database is a copy, make another token."
            )
        if state == "elsewhere":
            return self.env._(
                "On this server, the token for Prometheus shows the numbers of another"
                " database, or of one on another PostgreSQL server that has moved here."
                " If this one replaces it, keep the token below. If this database is a"
                " copy, make another token."
            )
        return ""

    @api.model
    def _snippet(self):
        """Return the scrape configuration for prometheus.yml."""
        ours = settings()
        return _SNIPPET.format(target=f"{ours.metrics_interface}:{ours.metrics_port}")

    @api.model
    def _check_is_system(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._("Only a system administrator (Settings) may do this.")
            )
