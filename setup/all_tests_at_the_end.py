"""Run Odoo's tests when every addon is loaded, with all overrides in place.

Odoo runs those of the kind ``at_install`` before the addons that depend on theirs
exist: then they prove nothing about ours.  Takes the arguments of ``odoo``, without
``-i`` and ``-u``.
"""

import sys

import odoo.cli
from odoo.tests import loader

select = loader.make_suite


def everything_at_the_end(module_names, position="at_install"):
    if position == "at_install":
        return loader.OdooSuite()
    run_jobs_as_requests_do()
    return loader.OdooSuite(
        [*select(module_names, "at_install"), *select(module_names, "post_install")]
    )


def run_jobs_as_requests_do():
    """Let the tests of ``queue_job`` run jobs by the controller that answers requests.

    They call a method of OCA's class; Odoo answers with the class that extends it.
    """
    main = sys.modules.get("odoo.addons.queue_job.controllers.main")
    for extension in main.RunJobController.__subclasses__() if main else ():
        main.RunJobController = extension


if __name__ == "__main__":
    loader.make_suite = everything_at_the_end
    odoo.cli.main()
