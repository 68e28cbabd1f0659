"""The objectives of this database as files: rules of Prometheus, and OpenSLO."""

from werkzeug.exceptions import Forbidden

from odoo import http
from odoo.http import content_disposition, request

from ..rules import NAMES, ODOO, rules

_TYPE = ("Content-Type", "application/yaml; charset=utf-8")


class ObjectivesDownload(http.Controller):
    @http.route(
        "/reliability/objectives/rules", type="http", auth="user", readonly=True
    )
    def rules(self, names=ODOO):
        """Return recording and alerting rules.

        :param names: of the recorded series: ``odoo``, or ``sloth`` for its dashboards
        """
        objectives = self._objectives()._specifications()
        text = rules({request.db: objectives}, names if names in NAMES else ODOO)
        return self._file(text, f"{request.db}-objectives-rules.yml")

    @http.route(
        "/reliability/objectives/openslo", type="http", auth="user", readonly=True
    )
    def openslo(self):
        """Return the objectives, their services and operations as OpenSLO v1."""
        text = self._objectives().search([])._as_openslo()
        return self._file(text, f"{request.db}-objectives.yaml")

    def _objectives(self):
        if not request.env.user.has_group("reliability.group_admin"):
            raise Forbidden()
        return request.env["reliability.slo"]

    def _file(self, text, name):
        headers = [_TYPE, ("Content-Disposition", content_disposition(name))]
        return request.make_response(text, headers)
