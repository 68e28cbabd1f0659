"""Run Odoo's tests when every addon is loaded, with all overrides in place.

Odoo runs ``at_install`` tests of a module before the modules that depend on it are
loaded; such a run proves nothing about our addons.  Takes the arguments of ``odoo``,
without ``-i`` and ``-u``.
"""

import sys

import odoo.cli
from odoo.tests import loader

select = loader.make_suite


def everything_at_the_end(module_names, position="at_install"):
    if position == "at_install":
        return loader.OdooSuite()
    use_extended_job_controller()
    return loader.OdooSuite(
        [*select(module_names, "at_install"), *select(module_names, "post_install")]
    )


def use_extended_job_controller():
    """Let the tests of ``queue_job`` run jobs by the controller that serves requests.

    The tests call OCA's class; Odoo serves requests with the class that extends it.
    """
    main = sys.modules.get("odoo.addons.queue_job.controllers.main")
    for extension in main.RunJobController.__subclasses__() if main else ():
        main.RunJobController = extension


if __name__ == "__main__":
    loader.make_suite = everything_at_the_end
    odoo.cli.main()
