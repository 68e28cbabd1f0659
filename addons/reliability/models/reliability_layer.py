"""Which layer is to blame where a service is in trouble, in a sentence with its evidence.

What is found is data, so that everybody reads it in his own words.  Where nothing is
certain, nothing is said.
"""

from odoo import api, fields, models

from . import wording


class ReliabilityLayer(models.AbstractModel):
    """Override what you know more about, with ``super()``."""

    _name = "reliability.layer"
    _description = "Which Layer Is to Blame"

    @api.model
    def _find_cause(self, sight, place, now):
        """Return what is to blame for what a look at a place shows.

        :param Sight sight: with a reason
        :param Place place: which is in trouble
        :param datetime now: in UTC
        :return: ``layer``, and what its sentence wants; ``None`` where it is not known
        """
        return self._find_locks(place)

    @api.model
    def _describe(self, cause):
        """Say what is to blame, in this user's words, without a full stop.

        :param cause: what ``_find_cause`` has returned
        """
        match (cause or {}).get("layer"):
            case "locks":
                return self._describe_locks(cause)
        return ""

    # Locks of the database

    @api.model
    def _find_locks(self, place):
        """Return the transaction that work of a place waits for, if any does."""
        service = self.env["reliability.service"].browse(place.service_id).code
        waits = self.env["reliability.lock.wait"]._now()
        ours = waits.filtered(
            lambda of: of.service == service and of._where() == place[1:]
        )
        if not ours:
            return None
        first = ours[0]
        others = waits.filtered(lambda of: of.holder_backend == first.holder_backend)
        return {
            "layer": "locks",
            "count": len(others),
            "backend": first.holder_backend,
            "family": first.holder_family,
            "operation": first.holder_operation,
            "program": first.holder_program,
            "state": first.holder_state,
            "opened": fields.Datetime.to_string(first.holder_opened),
        }

    @api.model
    def _describe_locks(self, cause):
        _ = self.env._
        words = {"count": cause["count"], "holder": self._name_holder(cause)}
        opened = fields.Datetime.to_datetime(cause["opened"] or False)
        if not opened:
            text = (
                _("%(count)s transactions wait for a lock of %(holder)s", **words)
                if cause["count"] > 1
                else _("a transaction waits for a lock of %(holder)s", **words)
            )
            return text
        words["age"] = wording.since(self.env, opened)
        text = (
            _(
                "%(count)s transactions wait for a lock of %(holder)s, whose"
                " transaction has been open for %(age)s",
                **words,
            )
            if cause["count"] > 1
            else _(
                "a transaction waits for a lock of %(holder)s, whose transaction has"
                " been open for %(age)s",
                **words,
            )
        )
        if (cause["state"] or "").startswith("idle in transaction"):
            return _("%(text)s and asks the database nothing now", text=text)
        return text

    @api.model
    def _name_holder(self, cause):
        """Return what people call whoever has a lock."""
        _ = self.env._
        if cause["operation"]:
            return self._call_it(cause["family"], cause["operation"])
        program = cause["program"] or ""
        if program == "autovacuum worker":
            return _("PostgreSQL itself, which cleans a table")
        if program.startswith("odoo"):
            return _("a process of Odoo (%(program)s)", program=program)
        if program:
            return _("the program %(program)s", program=program)
        return _("a program that gives no name (%(pid)s)", pid=cause["backend"])

    @api.model
    def _call_it(self, family, operation):
        """Return what people call something that is measured.

        :param str family: of :data:`..telemetry.events.LABELS`
        :param str operation: its code, external id, or method and route
        """
        if family == "cron":
            return self._name_cron(operation)
        if family == "http":
            return self.env._("a request (%(route)s)", route=operation)
        measured = self.env["reliability.operation"].sudo()
        return measured.search([("code", "=", operation)]).name or operation

    @api.model
    def _name_cron(self, external_id):
        found = self.env.ref(external_id, raise_if_not_found=False)
        is_cron = found is not None and found and found._name == "ir.cron"
        return found.sudo().cron_name if is_cron else external_id
