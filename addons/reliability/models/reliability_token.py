"""The token that opens ``/metrics`` for one database: made, shown once, revoked."""

import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..collector.poller import TOKEN, TOKEN_OF
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
    """Shows a new token.  It is nowhere stored, only its hash is."""

    _name = "reliability.token"
    _description = "Token for Prometheus"

    # A form without a table needs it.
    id = fields.Id()
    token = fields.Char(readonly=True)
    snippet = fields.Text(readonly=True)

    @api.model
    def _make(self):
        """Make a token, instead of the one that there was, and open what shows it.

        :raise AccessError: the user is no system administrator
        """
        self._check_may()
        token = secrets.token_urlsafe(32)
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(TOKEN, digest_of(token))
        parameters.set_param(TOKEN_OF, parameters.get_param("database.uuid"))
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
        """Let no token of this database open anything any more.

        :raise AccessError: the user is no system administrator
        """
        self._check_may()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(TOKEN, False)
        parameters.set_param(TOKEN_OF, False)

    @api.model
    def _exists(self):
        """Return whether there is a token for this database."""
        parameters = self.env["ir.config_parameter"].sudo()
        here = parameters.get_param("database.uuid")
        its_own = parameters.get_param(TOKEN_OF, here) == here
        return its_own and bool(parameters.get_param(TOKEN))

    @api.model
    def _snippet(self):
        """Return what to add to prometheus.yml."""
        ours = settings()
        return _SNIPPET.format(target=f"{ours.metrics_interface}:{ours.metrics_port}")

    @api.model
    def _check_may(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._("Only a system administrator (Settings) may do this.")
            )
