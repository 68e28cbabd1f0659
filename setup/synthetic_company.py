"""The synthetic company, made in a server's database as its administrator does."""

from .web_user import WebUser

COMPANY = "reliability.synthetic.company"
_DIALOG = "reliability.synthetic.setup"
_ADMIN = "admin"
"""Login and password of the administrator, in all databases of this project."""


def new_accounts(server):
    """Make the company, unless there is one, and new accounts for its probe.

    :return: what the dialog shows for the accounts file: JSON
    """
    admin = WebUser(server, _ADMIN)
    found = admin.call(COMPANY, "search", [])
    if found:
        return _press(admin, COMPANY, "action_new_accounts", found)
    dialog = admin.call(_DIALOG, "create", {})
    return _press(admin, _DIALOG, "action_make", [dialog])


def _press(admin, model, button, ids):
    """Press a button that asks for the password, and read what it then shows."""
    asked = admin.call(model, button, ids)
    check = "res.users.identitycheck", "run_check", [asked["res_id"]]
    shown = admin.call(*check, context={"password": _ADMIN})
    return shown["context"]["default_key"]
