"""The probe of synthetic checks over HTTP, as another host runs it."""

from . import addons, commands, paths, processes, python_env

WHERE = "warehouse_office"
_NAME = "probe"
_LIMIT = 60
"""Seconds of an attempt, on a machine that is busy with all of the servers."""


def launch(*arguments):
    """Return the command that starts a probe, with its arguments."""
    folders = ",".join(map(str, addons.folders()))
    odoo = paths.PYTHON, paths.LAUNCHER, f"--addons-path={folders}"
    return [*odoo, "reliability_probe", *arguments]


class Probe:
    """A probe of a server, which makes orders in its synthetic company.

    :param folder: for its secrets, and for reports that are not sent yet
    :param accounts: of the synthetic company, JSON
    :param key: of the inbound API
    :param address: what it checks; by default where the server is
    """

    def __init__(self, server, folder, accounts, key, address=None):
        self._unsent, self._log = folder / "unsent", folder / "probe.log"
        self._unsent.mkdir(parents=True, exist_ok=True)
        self._url, self._address = server.url, address or server.url
        self._accounts, self._key = folder / "accounts", folder / "key"
        _write_secret(self._accounts, accounts)
        _write_secret(self._key, key)

    @staticmethod
    def is_running():
        """Whether one runs in the background, in this workplace."""
        return bool(processes.running(_NAME))

    @staticmethod
    def stop():
        """Stop the one in the background, after the clean-up of its order."""
        processes.stop(_NAME)

    def start(self, journey, interval):
        """Run a journey in the background, each so many seconds; the first one now."""
        command = self.command(journey, "--interval", str(interval))
        processes.start(_NAME, command, self._log, python_env.environ())

    def run_once(self, journey):
        """Run a journey once.

        :raise Failure: it has failed, or was not reported
        """
        command = self.command(journey, "--once")
        commands.run(command, self._log, env=python_env.environ())

    def command(self, journey, *arguments):
        """Return the command that runs a journey."""
        return launch(
            *("--place", WHERE, "--journey", journey),
            *("--address", self._address, "--url", self._url),
            *("--account-file", self._accounts, "--key-file", self._key),
            *("--folder", self._unsent, "--limit", str(_LIMIT), *arguments),
        )


def _write_secret(path, text):
    """Write a file that others cannot read."""
    path.touch(0o600)
    path.write_text(text)
