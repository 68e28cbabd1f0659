"""Dark colours for the web client, as OCA's web_dark_mode has them.

Odoo Community's bundle ``web.assets_web_dark`` has only the rules of dark files: its
greys and its grounds are the light ones.  Odoo Enterprise and OCA's addon give it dark
ones.  Here the addon's style sheets are added to the bundle, without the addon, which
would change what all users see.
"""

import ast

from . import python_env
from .web_user import WebUser

BUNDLE = "web.assets_web_dark"
_ADDON = "web_dark_mode"
_FOLDER = python_env.SAMPLES_FOLDER / "odoo" / "addons"


def ensure(server):
    """Let the dark bundle of a server's database have dark colours.

    :param server: of one of the demo's databases, where passwords are logins
    """
    admin = WebUser(server, "admin")
    if admin.call("ir.asset", "search_count", [("name", "=", _ADDON)]):
        return
    manifest = ast.literal_eval((_FOLDER / _ADDON / "__manifest__.py").read_text())
    for directive, target, path in _commands(manifest["assets"], BUNDLE):
        for sheet in sorted(_FOLDER.glob(path)):
            _add(admin, directive, target, sheet)


def _commands(assets, bundle):
    """Yield the directive, the target and the path of each command of a bundle."""
    for command in assets[bundle]:
        match command:
            case ["include", included]:
                yield from _commands(assets, included)
            case [directive, target, path]:
                yield directive, target, path
            case path:
                yield "append", False, path


def _add(admin, directive, target, sheet):
    """Add a style sheet to the bundle; Odoo reads it from an attachment."""
    url = f"/{sheet.relative_to(_FOLDER)}"
    attachment = {
        "name": sheet.name,
        "type": "binary",
        "url": url,
        "public": True,
        "raw": sheet.read_text(),
        "mimetype": "text/scss",
    }
    admin.call("ir.attachment", "create", [attachment])
    asset = {
        "name": _ADDON,
        "bundle": BUNDLE,
        "directive": directive,
        "target": target,
        "path": url,
    }
    admin.call("ir.asset", "create", [asset])
