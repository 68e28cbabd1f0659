"""What is done beside the server, in a shell or a script, is measured like the rest."""

import subprocess

from metrics import by_outcome, wait_for

from setup import paths, python_env

COMMITTED = """
order = env["sale.order"].search([("order_line", "!=", False)])[0]
order.copy().action_confirm()
env.cr.commit()
"""
FORGOTTEN = COMMITTED.replace("env.cr.commit()", "")
MEASURED = """
env["reliability.operation"].create({
    "name": "Probe", "code": "probe", "model": "sale.order", "method": "action_draft",
    "service_id": env.ref("reliability.service_platform").id,
})
env.cr.commit()
"""


def shell(server, code):
    """Run code in ``odoo shell`` with the server's configuration."""
    subprocess.run(
        [*(paths.PYTHON, paths.LAUNCHER, "shell", "-c", server.config), "--no-http"],
        input=code,
        text=True,
        env=python_env.environ(),
        check=True,
        capture_output=True,
    )


def test_a_shell_beside_the_server(make_server, admin):
    server = make_server(workers=2, options={"max_cron_threads": 0})
    shell(server, COMMITTED)
    wait_for(server, lambda s: by_outcome(s).get("success") == 1)
    shell(server, FORGOTTEN)
    samples = wait_for(server, lambda s: by_outcome(s).get("rolled_back") == 1)
    assert by_outcome(samples)["success"] == 1

    # What it changes, the server's workers hear of.
    user = admin(server)
    order = user.call("sale.order", "search", [("state", "=", "sale")], limit=1)
    shell(server, MEASURED)
    user.call("sale.order", "action_draft", order)
    wait_for(server, lambda s: by_outcome(s, "probe").get("success") == 1)


def test_an_upgrade_beside_the_server_measures_nothing(make_server):
    server = make_server(workers=2, options={"max_cron_threads": 0})
    command = [paths.PYTHON, paths.LAUNCHER, "-c", server.config, "--no-http"]
    subprocess.run(
        [*command, "-i", "reliability_probe", "--stop-after-init"],
        env=python_env.environ(),
        check=True,
        capture_output=True,
    )
    shell(server, COMMITTED)
    samples = wait_for(server, lambda s: by_outcome(s).get("success"))
    assert by_outcome(samples)["success"] == 1, "the module's own order was measured"
