"""The synthetic company of a server, and the probe with its accounts."""

import subprocess

from setup import postgres, python_env
from setup.probe import launch
from setup.synthetic_company import COMPANY, new_accounts
from setup.traffic import ApiUser

RUNS = "reliability.synthetic.run"
COMMAND = launch(
    *("--place", "frankfurt", "--attempts", "1"),
    *("--limit", "120"),  # seconds, so long that only a real failure reaches them
)
_PRELUDE = f"one = env['{COMPANY}'].sudo().search([])._in_company()\n"


class Company:
    """The synthetic company of a server, made by the dialog of the administrator.

    :param inbound_key: for the reports of probes
    :ivar database: its name
    :ivar accounts: of the probe, as they are shown
    """

    def __init__(self, server, inbound_key):
        self.server, self.database = server, server.database
        self.user = ApiUser(server.url, server.database, "admin", "admin")
        self.inbound_key = inbound_key
        self._action = self._make_action()
        self.make_new_accounts()

    def make_new_accounts(self):
        """Press *New Accounts*: those before end."""
        self.accounts = new_accounts(self.server)

    def sudo(self, code):
        """Run Python in Odoo with all rights; ``one`` is the synthetic company.

        :return: what the code calls ``action``: a dictionary
        """
        action = [self._action], {"code": _PRELUDE + code}
        self.user.call("ir.actions.server", "write", *action)
        return self.user.call("ir.actions.server", "run", [self._action])

    def psql(self, statement):
        return postgres.psql(statement, self.database)

    def documents(self):
        """Return the numbers of orders and transfers, by state."""
        found = "SELECT '{0} ' || state, count(*) FROM {0} WHERE company_id = {1}"
        company = self.psql("SELECT company_id FROM reliability_synthetic_company")
        tables = ("sale_order", "stock_picking")
        of_each = (f"{found.format(one, company)} GROUP BY 1" for one in tables)
        rows = self.psql(" UNION ALL ".join(of_each)).splitlines()
        return {state: int(count) for state, count in (row.split("|") for row in rows)}

    def _make_action(self):
        (model,) = self.user.call("ir.model", "search", [("model", "=", COMPANY)])
        values = {"name": "Probe", "model_id": model, "state": "code", "code": ""}
        return self.user.call("ir.actions.server", "create", values)


class Probe:
    """Runs journeys by the command, with the accounts that the company has shown."""

    def __init__(self, company, folder):
        self._company, self._folder = company, folder
        (folder / "unsent").mkdir()

    def start(self, journey, *more):
        """Start it; return the process."""
        url = self._company.server.url
        files = {
            "--account-file": self._company.accounts,
            "--key-file": self._company.inbound_key,
        }
        for name, content in files.items():
            path = self._folder / name
            path.touch(0o600)
            path.write_text(content)
            more = [*more, name, path]
        return subprocess.Popen(
            [
                *COMMAND,
                *("--address", url, "--url", url, "--journey", journey),
                *("--folder", self._folder / "unsent", *more),
            ],
            env=python_env.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, journey):
        """Run a journey once; return the run as Odoo shows it."""
        output, _nothing = self.start(journey, "--once").communicate()
        names = ["state", "failed_step", "cause", "problem", "result_ids"]
        domain = [("journey_id.code", "=", journey)]
        order = {"order": "id desc", "limit": 1}
        runs = self._company.user.call(RUNS, "search_read", domain, names, **order)
        assert runs, output
        return runs[0] | {"output": output}


def shipped(before, after):
    """Return how many orders were shipped; ``None`` if anything else remains."""
    orders = after.get("sale_order cancel", 0) - before.get("sale_order cancel", 0)
    transfers = "stock_picking done"
    expected = {
        **before,
        "sale_order cancel": after.get("sale_order cancel", 0),
        transfers: before.get(transfers, 0) + 2 * orders,
    }
    known = {state: count for state, count in expected.items() if count}
    return orders if known == after else None
