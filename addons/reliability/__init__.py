"""Reliability: what the business flows did, how long it took and how it ended.

``install`` hooks this process into Odoo's; every addon of the suite may call it, once
or often.  ``measure`` measures one method.
"""

from .runtime.install import install
from .runtime.measure import measure

install()

from . import models  # noqa: E402 - models are measured by what install() hooked in
