from odoo.addons.reliability import install

install()

from . import models  # noqa: E402 - calls are seen from here on
