"""Owners, thresholds and objectives from the files of a folder; see :mod:`..files`.

Once a minute, each database compares a fingerprint of the folder with that of what it
has applied; usually there is nothing else to do.
"""

import json

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.reliability.api import (
    masked_logger,
    settings,
    store_text,
    stored_text,
)

from ..files import openslo
from ..files.content import Content
from ..files.folder import fingerprint, read_folder
from ..files.remarks import TEXTS, Origin, Remark

OPTION = "reliability_objectives"
"""The option of odoo.conf with the path of the folder."""
APPLIED = "reliability.files_applied"
"""System parameter: the fingerprint of the files that were applied."""
REMARKS = "reliability.files_remarks"
"""System parameter: problems and notices, and since when there are any, as JSON."""
_MAX_REMARKS = 20

_logger = masked_logger(__name__)


class _Refused(Exception):
    """A record refuses what a document says.

    :ivar remark: the problem
    """

    def __init__(self, remark: Remark):
        super().__init__(str(remark))
        self.remark = remark


class ReliabilityFiles(models.AbstractModel):
    _name = "reliability.files"
    _description = "Objectives as Code"

    @api.model
    def _apply_files(self, now):
        """Apply the files of the folder, if they have changed since they were applied.

        With one problem, nothing is applied; it is an alert, and tried again.

        :param datetime now: in UTC
        """
        path = self._folder()
        current = fingerprint(path) if path else ""
        if current == stored_text(self.env, APPLIED):
            return
        content = read_folder(path) if path else Content()
        content = self._of_this_database(content)
        problems = content.problems or self._unknown(content)
        if not problems:
            problems = self._apply(content)
        if problems:
            store_text(self.env, REMARKS, self._stored(now, problems, content.notices))
            return
        for notice in content.notices:
            _logger.info("%s", notice)
        store_text(self.env, APPLIED, current)
        store_text(self.env, REMARKS, self._stored(now, (), content.notices))

    @api.model
    def _folder(self):
        """Return the path of the folder; empty without one."""
        return settings().options.get(OPTION, "").strip()

    # Problems and notices

    @api.model
    def _stored(self, now, problems, notices):
        """Return problems and notices as JSON, as many as anybody reads."""
        _problems, _notices, since = self._remarks()
        if not problems or not since:
            since = now
        return json.dumps(
            {
                "since": fields.Datetime.to_string(since) if problems else "",
                "problems": problems[:_MAX_REMARKS],
                "notices": notices[:_MAX_REMARKS],
            }
        )

    @api.model
    def _remarks(self):
        """Return the problems and notices of the files, and since when there are
        problems.

        :rtype: tuple[list[Remark], list[Remark], datetime | None]
        """
        stored = json.loads(stored_text(self.env, REMARKS) or "{}")
        problems, notices = (
            [
                Remark(Origin(*origin), code, values)
                for origin, code, values in stored.get(kind, ())
            ]
            for kind in ("problems", "notices")
        )
        since = fields.Datetime.to_datetime(stored.get("since") or None)
        return problems, notices, since or None

    @api.model
    def _text(self, remark):
        """Return a problem or notice in the language of the reader."""
        # The texts are marked in remarks.py.
        text = self.env._(TEXTS[remark.code], **remark.values)
        origin = remark.origin
        if not origin.file:
            return text
        values = {"file": origin.file, "document": origin.document, "text": text}
        if not origin.line:
            return self.env._("%(file)s: %(text)s", **values)
        return self.env._(
            "%(file)s, document %(document)s, line %(line)s: %(text)s",
            line=origin.line,
            **values,
        )

    @api.model
    def _of_this_database(self, content):
        """Return the content without documents whose addon is not installed."""
        if not content.addons:
            return content
        names = {*content.addons.values()}
        modules = self.env["ir.module.module"].sudo().search([("name", "in", [*names])])
        known = {*modules.mapped("name")}
        installed = {
            *modules.filtered(lambda one: one.state == "installed").mapped("name")
        }
        problems = tuple(
            Remark(content.origins[key], "unknown_addon", {"value": addon})
            for key, addon in content.addons.items()
            if addon not in known
        )

        def chosen(kind, items):
            return tuple(
                item
                for item in items
                if content.addons.get((kind, item.code)) in {None, *installed}
            )

        return content._replace(
            services=chosen(openslo.SERVICE, content.services),
            operations=chosen(openslo.OPERATION, content.operations),
            objectives=chosen(openslo.SLO, content.objectives),
            problems=content.problems + problems,
        )

    @api.model
    def _unknown(self, content):
        """Return a problem for each name that this database does not have.

        :rtype: tuple[Remark]
        """
        return tuple(
            Remark(content.origins[key], code, values)
            for key, code, values in self._unknown_names(content)
        )

    @api.model
    def _unknown_names(self, content):
        services = self._codes("reliability.service")
        operations = self._codes("reliability.operation")
        for service in content.services:
            key = openslo.SERVICE, service.code
            if service.code not in services and service.has_values:
                yield key, "unknown_service", {"value": service.code}
            yield from self._unknown_user(key, service.owner)
        for operation in content.operations:
            if operation.code not in operations:
                key = openslo.OPERATION, operation.code
                yield key, "unknown_operation", {"value": operation.code}
        choices = {
            name: [value for value, _label in self._selection(name)]
            for name in ("measure", "family", "gauge")
        }
        for spec in content.objectives:
            key = openslo.SLO, spec.code
            if spec.service not in services:
                yield key, "unknown_service", {"value": spec.service}
            for code in spec.operations if spec.family == "operation" else ():
                if code not in operations:
                    yield key, "unknown_operation", {"value": code}
            for name, known in choices.items():
                value = getattr(spec, name)
                if value and value not in known:
                    values = {"value": value, "choices": ", ".join(known)}
                    yield key, f"unknown_{name}", values
            yield from self._unknown_user(key, spec.owner)
            yield from self._unknown_calendar(key, spec.calendar)

    @api.model
    def _codes(self, model):
        """Return the codes of all records, also of archived ones."""
        every = self.env[model].sudo().with_context(active_test=False)
        return {*every.search([]).mapped("code")}

    @api.model
    def _selection(self, name):
        slo = self.env["reliability.slo"]
        return slo._fields[name]._description_selection(slo.env)

    @api.model
    def _unknown_user(self, key, login):
        if login and not self._user(login):
            yield key, "unknown_user", {"value": login}

    @api.model
    def _unknown_calendar(self, key, name):
        if name and len(found := self._calendars(name)) != 1:
            code = "several_calendars" if found else "unknown_calendar"
            yield key, code, {"value": name}

    @api.model
    def _user(self, login):
        return self.env["res.users"].sudo().search([("login", "=", login)])

    @api.model
    def _calendars(self, name):
        return self.env["resource.calendar"].sudo().search([("name", "=", name)])

    # Application

    @api.model
    def _apply(self, content):
        """Write what documents say into their records, all of them or none.

        :return: the problem of the record that refuses, if one does
        :rtype: tuple[Remark]
        """
        try:
            with self.env.cr.savepoint():
                self.sudo()._write_all(content)
        except _Refused as refused:
            self.env.invalidate_all()
            return (refused.remark,)
        return ()

    @api.model
    def _write_all(self, content):
        kinds = (
            (openslo.SERVICE, "reliability.service", content.services),
            (openslo.OPERATION, "reliability.operation", content.operations),
            (openslo.SLO, "reliability.slo", content.objectives),
        )
        for kind, model, items in kinds:
            records = self.env[model].with_context(active_test=False)
            managed = records.browse()
            for item in items:
                origin = content.origins[kind, item.code]
                try:
                    managed += records._apply_document(item, origin.file)
                    self.env.flush_all()
                except (UserError, IntegrityError) as error:
                    values = {"error": str(error).partition("\n")[0]}
                    raise _Refused(Remark(origin, "refused", values)) from error
            before = records.search([("managed_file", "!=", False)])
            if gone := before - managed:
                gone._release()
