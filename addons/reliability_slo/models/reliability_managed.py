"""Records that files manage: people see the file, and cannot change them."""

from lxml.etree import Element as _element

from odoo import api, fields, models
from odoo.exceptions import UserError


class ReliabilityManaged(models.AbstractModel):
    _name = "reliability.managed"
    _description = "Record Managed by Files"
    _managed_fields = frozenset()
    """Names of the fields that people cannot change while a file manages the record."""

    managed_file = fields.Char(
        string="Managed by",
        readonly=True,
        copy=False,
        help="The file that decides on this record in all databases of the server.",
    )

    def write(self, vals):
        if self._managed_fields & vals.keys():
            self._check_not_managed()
        return super().write(vals)

    def unlink(self):
        self._check_not_managed()
        return super().unlink()

    def _check_not_managed(self):
        """Check that no file manages these records; the application of files may.

        :raise UserError: one does
        """
        if self.env.su:
            return
        self.check_access("read")
        for record in self:
            if record.managed_file:
                raise UserError(
                    self.env._(
                        "The file %(file)s manages %(name)s. Change the file: all"
                        " databases of this server follow within a minute.",
                        file=record.managed_file,
                        name=record.display_name,
                    )
                )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Let forms and lists show what is managed, and not edit it."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in ("form", "list"):
            self._mark_managed(arch, view_type)
        return arch, view

    @api.model
    def _mark_managed(self, arch, view_type):
        for node in arch.xpath("//field[not(ancestor::field)]"):
            if node.get("name") in self._managed_fields:
                own = node.get("readonly")
                condition = f"({own}) or managed_file" if own else "managed_file"
                node.set("readonly", condition)
        hidden = "column_invisible" if view_type == "list" else "invisible"
        arch.append(_element("field", name="managed_file", **{hidden: "1"}))
        for sheet in arch.xpath("./sheet"):
            sheet.insert(0, self._managed_banner())

    @api.model
    def _managed_banner(self):
        banner = _element(
            "div",
            {"class": "alert alert-info"},
            role="status",
            invisible="not managed_file",
        )
        text = _element("span", {"class": "me-2"})
        text.text = self.env._("Managed by a file, which you change instead:")
        banner.append(text)
        banner.append(_element("field", name="managed_file", nolabel="1"))
        return banner
