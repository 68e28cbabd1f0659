"""The dialog that exports the settings of this database, or compares another's."""

import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.reliability.api import settings

from ..drift import HIDDEN, compare
from ..drift_manifest import (
    INCOMPLETE,
    MIN_KEY,
    NO_JSON,
    OTHER_VERSION,
    TOO_LARGE,
    WRONG_SIGNATURE,
    InvalidManifest,
    Manifest,
    export,
    verify,
)
from ..models.drift_problems import describe_problem
from ..models.reliability_drift import KINDS
from ..sources import SOURCE_NAMES

OPTION = "drift_manifest_key"
"""The option of odoo.conf with the key that signs manifests."""
_MAX_SIZE = 20 * 2**20
"""Characters of a file in Base64."""
_INCOMPARABLE = "incomparable"


class ReliabilityDriftManifest(models.TransientModel):
    _name = "reliability.drift.manifest"
    _description = "Manifest of Settings"

    has_key = fields.Boolean(compute="_compute_has_key")
    key = fields.Char(help="Both databases need the same one; it is not kept.")
    manifest = fields.Binary(attachment=False, string="Manifest of the Other Database")
    file = fields.Binary(attachment=False, readonly=True, string="Manifest")
    file_name = fields.Char(readonly=True)
    result = fields.Char(readonly=True)
    refusal = fields.Char(readonly=True)
    """Why it was not done.  An error would be rolled back, and the key stay stored."""
    unknown = fields.Text(string="Not Compared", readonly=True)
    line_ids = fields.One2many(
        "reliability.drift.manifest.line", "manifest_id", readonly=True
    )

    @api.depends_context("uid")
    def _compute_has_key(self):
        self.has_key = bool(settings().options.get(OPTION))

    def action_export(self):
        """Make a signed manifest of this database."""
        return self._answer(self._export)

    def action_compare(self):
        """Compare this database with the manifest of another one."""
        return self._answer(self._compare)

    def _answer(self, do):
        """Delete the key that somebody has typed, and show what was done with it.

        :param do: a function of a key; raises `UserError` to refuse it
        """
        self.ensure_one()
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._("Only administrators of Odoo may compare databases")
            )
        key = (self.key or settings().options.get(OPTION) or "").strip().encode()
        self.line_ids.sudo().unlink()
        self.write(dict.fromkeys(("key", "result", "unknown", "refusal"), False))
        try:
            do(self._checked(key))
        except UserError as error:
            self.refusal = str(error)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare Databases"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _checked(self, key):
        if len(key) < MIN_KEY:
            raise UserError(
                self.env._("A key has %(count)s characters or more", count=MIN_KEY)
            )
        return key

    def _export(self, key):
        now = fields.Datetime.now()
        manifest = Manifest(self.env.cr.dbname, now, self._readings())
        text = export(manifest, key)
        self.write(
            {
                "file": base64.b64encode(text.encode()),
                "file_name": f"{self.env.cr.dbname}-{now:%Y-%m-%d-%H%M}.json",
            }
        )

    def _compare(self, key):
        other = self._verified(key)
        found = compare(other.readings, self._readings())
        names = self.env["reliability.drift.source"]._source_names()
        self.write(
            {
                "result": self._summary(other, found),
                "unknown": "\n".join(
                    self.env._(
                        "%(where)s: %(text)s",
                        where=names.get(source, source),
                        text=describe_problem(self.env, problem),
                    )
                    for source, problem in found.unknown.items()
                ),
                "line_ids": [fields.Command.create(values) for values in _lines(found)],
            }
        )

    def _readings(self):
        """Return code → what is read now."""
        found = self.env["reliability.drift.source"].sudo()._read()
        return {code: reading for code, (reading, _found) in found.items()}

    def _verified(self, key):
        """Return the manifest that was uploaded."""
        content = self.manifest or b""
        if not content:
            raise UserError(self.env._("Choose the manifest of the other database"))
        try:
            if len(content) > _MAX_SIZE:
                raise InvalidManifest(TOO_LARGE)
            return verify(base64.b64decode(content).decode(), key)
        except InvalidManifest as error:
            raise UserError(self._refusal(error.reason)) from error
        except (binascii.Error, UnicodeDecodeError) as error:
            raise UserError(self._refusal(NO_JSON)) from error

    def _refusal(self, reason):
        """Return in words why a file is refused."""
        return {
            NO_JSON: self.env._("The file is no manifest of settings"),
            WRONG_SIGNATURE: self.env._(
                "The manifest was changed, or is signed with another key"
            ),
            OTHER_VERSION: self.env._(
                "The manifest was made by another version of this app"
            ),
            INCOMPLETE: self.env._("The manifest is not complete"),
            TOO_LARGE: self.env._("The file is too large"),
        }[reason]

    def _summary(self, other, found):
        """Return how many settings differ, and from what."""
        count = len(found.differences) + len(found.incomparable)
        values = {
            "count": count,
            "name": other.name,
            "time": fields.Datetime.to_string(other.taken_at),
        }
        if not count:
            return self.env._(
                "Nothing that was compared differs from %(name)s as of %(time)s UTC",
                **values,
            )
        return self.env._(
            "Settings that differ from %(name)s as of %(time)s UTC: %(count)s", **values
        )


class ReliabilityDriftManifestLine(models.TransientModel):
    _name = "reliability.drift.manifest.line"
    _description = "Difference between Databases"
    _order = "id"

    manifest_id = fields.Many2one(
        "reliability.drift.manifest", required=True, readonly=True, ondelete="cascade"
    )
    source = fields.Selection(SOURCE_NAMES, readonly=True)
    key = fields.Char(string="Setting", readonly=True)
    kind = fields.Selection(
        [*KINDS, (_INCOMPARABLE, "Cannot Be Compared")], readonly=True
    )
    there = fields.Char(string="Other Database", readonly=True)
    here = fields.Char(string="This Database", readonly=True)


def _lines(found):
    """Yield values of the lines of a comparison."""
    codes = dict(SOURCE_NAMES)
    for one in found.differences:
        yield {
            "source": one.source if one.source in codes else False,
            "key": one.key,
            "kind": one.kind,
            "there": one.before,
            "here": one.after,
        }
    for source, key in found.incomparable:
        values = {"there": HIDDEN, "here": HIDDEN, "kind": _INCOMPARABLE}
        yield {"source": source, "key": key, **values}
