"""The accounts with which a probe logs in: an API key, and a portal password.

They are shown once; Odoo stores their hashes.
"""

import json
import secrets
from datetime import timedelta

from odoo.fields import Datetime
from odoo.models import BaseModel

from .records import NAME

_SCOPE = "rpc"
_VALID = timedelta(days=365)


def new_accounts(service_user: BaseModel, portal_user: BaseModel) -> str:
    """Make a new key and a new password, and return the accounts file of a probe.

    The old ones end, with the sessions of the portal user.

    :return: JSON
    """
    end_accounts(service_user | portal_user)
    keys = service_user.env["res.users.apikeys"].with_user(service_user).sudo()
    key = keys._generate(_SCOPE, NAME, Datetime.now() + _VALID)
    password = secrets.token_urlsafe(24)
    portal_user.sudo().password = password
    accounts = {"key": key, "login": portal_user.login, "password": password}
    return json.dumps(accounts)


def end_accounts(users: BaseModel) -> None:
    """Delete all API keys of users, and their passwords."""
    keys = users.env["res.users.apikeys"].sudo()
    keys.search([("user_id", "in", users.ids)]).unlink()
    for user in users.sudo():
        user.password = secrets.token_urlsafe(24)  # nobody knows it
