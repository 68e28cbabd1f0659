"""The token that opens ``/metrics`` for one database."""

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
    """A form that shows a new token once.  Only the hash of a token is stored."""

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
        """Make the token of this database invalid.

        :raise AccessError: the user is no system administrator
        """
        self._check_is_system()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(TOKEN, False)
        parameters.set_param(TOKEN_OF, False)

    @api.model
    def _exists(self):
        """Return whether this database has a token of its own, not of its original."""
        parameters = self.env["ir.config_parameter"].sudo()
        here = parameters.get_param("database.uuid")
        is_own = parameters.get_param(TOKEN_OF, here) == here
        return is_own and bool(parameters.get_param(TOKEN))

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
