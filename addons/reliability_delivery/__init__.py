from . import models
from .models.reliability_gauge import FACTS


def know_carriers(env):
    """Let the carriers that there are be known as counterparts, on installation."""
    env["delivery.carrier"].with_context(active_test=False).search(
        []
    )._reliability_make_integrations()


def forget_carriers(env):
    """Tell no more of parcels, when the app is uninstalled."""
    env["reliability.gauge"]._unregister_gauges(*FACTS)
    env["reliability.cutoff"]._forget_forecast()
    env.cr.execute("DROP FUNCTION IF EXISTS reliability_label_unconfirmed(integer)")
