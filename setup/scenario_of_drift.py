"""What somebody changes by hand, past the pipeline: for pictures of drift.

A carrier that ships is put into test mode, and a scheduled action is switched off.
"""

SCHEDULER = "stock.ir_cron_scheduler_action"
COMPARE = "reliability_change.cron_compare_settings"


def run(admin):
    """Compare settings, which makes the baseline, change some, and compare again.

    :param admin: the :class:`~.traffic.ApiUser` who changes them
    """
    carriers = admin.call("delivery.carrier", "search", [], limit=1)
    admin.call("delivery.carrier", "write", carriers, {"prod_environment": True})
    admin.run_scheduled(COMPARE)
    admin.call("delivery.carrier", "write", carriers, {"prod_environment": False})
    admin.call("ir.cron", "write", [admin.ref(SCHEDULER)], {"active": False})
    admin.run_scheduled(COMPARE)
