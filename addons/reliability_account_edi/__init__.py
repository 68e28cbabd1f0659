from odoo.addons.reliability.api import install

install()

from . import models  # noqa: E402 - install() must run before methods are overridden
