"""Systems outside Odoo are notified of incidents.

:mod:`.models.reliability_notification` says how an addon adds another channel.
"""

from . import models
