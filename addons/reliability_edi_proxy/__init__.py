from odoo.addons.reliability.api import install

install()

from . import models  # noqa: E402 - calls are seen from here on
