"""API keys that open nothing but one kind of message."""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.base.models.res_users import INDEX_SIZE, KEY_CRYPT_CONTEXT

from ..kinds import SCOPE

_NO_KEY = KEY_CRYPT_CONTEXT.hash("no key")


class ResUsersApikeys(models.Model):
    _inherit = "res.users.apikeys"

    inbound_kind = fields.Char(
        string="For Messages of Kind", compute="_compute_inbound_kind"
    )

    @api.depends("scope")
    @api.depends_context("lang")
    def _compute_inbound_kind(self):
        names = dict(self.env["reliability.inbound"]._kind_names())
        for key in self:
            before, prefix, code = (key.scope or "").partition(SCOPE)
            is_inbound = prefix and not before
            key.inbound_kind = is_inbound and names.get(code, code)

    @api.model
    def _find_by_scope(self, scope, key):
        """Return the API key with exactly this scope; empty if it is not valid.

        ``_check_credentials`` also accepts keys without a scope, which are made for
        RPC and may do everything that their user may.

        :param str key: as the sender has it
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT apikey.id, apikey.key
                  FROM %(table)s AS apikey
                  JOIN res_users ON res_users.id = apikey.user_id
                 WHERE res_users.active
                   AND apikey.scope = %(scope)s
                   AND apikey.index = %(index)s
                   AND (apikey.expiration_date IS NULL
                        OR apikey.expiration_date >= now() AT TIME ZONE 'utc')
                """,
                table=SQL.identifier(self._table),
                scope=scope,
                index=key[:INDEX_SIZE],
            )
        )
        # Without a candidate it takes as long: nobody learns how keys begin.
        for key_id, hashed in rows or [(None, _NO_KEY)]:
            if KEY_CRYPT_CONTEXT.verify(key, hashed):
                return self.browse(key_id)
        return self.browse()
