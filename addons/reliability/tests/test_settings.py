import tempfile
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from .. import odoo_conf
from ..instrumentation.kill_switch import KillSwitch


@tagged("-at_install", "post_install")
class TestTheSectionOfOdooConf(BaseCase):
    def read(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(text)
            file.flush()
            return odoo_conf.read(file.name, "/var/lib/odoo")

    def test_without_it_the_defaults_hold(self):
        for text in ("", "[options]\nworkers = 2\n"):
            found = self.read(text)
            self.assertEqual(
                (found.metrics_interface, found.metrics_port), ("127.0.0.1", 9108)
            )
            self.assertIsNone(found.metrics_token_file, "closed")
            self.assertTrue(found.run_collector)

    def test_two_servers_have_two_folders(self):
        folders = {odoo_conf.read(None, place).telemetry_dir for place in ("/a", "/b")}
        self.assertEqual(len(folders), 2)

    def test_what_is_set_counts(self):
        found = self.read(
            "[reliability]\n"
            "telemetry_dir = /run/telemetry ; in memory\n"
            "metrics_port = 9999\n"
            "metrics_token_file = /etc/token\n"
            "run_collector = False\n"
        )
        self.assertEqual(found.telemetry_dir, Path("/run/telemetry"))
        self.assertEqual(found.metrics_port, 9999)
        self.assertEqual(found.metrics_token_file, Path("/etc/token"))
        self.assertFalse(found.run_collector)

    def test_a_typo_is_reported_and_does_not_stop_odoo(self):
        for line, default in (
            ("metrics_port = many", 9108),
            ("metrics_port = 70000", 9108),
            ("run_collector = perhaps", True),
        ):
            name = line.split()[0]
            with self.assertLogs(odoo_conf.__name__, "ERROR") as logs:
                found = self.read(f"[reliability]\n{line}\n")
            self.assertEqual(getattr(found, name), default)
            self.assertIn("correct it in odoo.conf", logs.output[0])

    def test_a_file_that_is_no_configuration_is_reported(self):
        with self.assertLogs(odoo_conf.__name__, "ERROR"):
            self.assertEqual(self.read("nonsense\n").metrics_port, 9108)


@tagged("-at_install", "post_install")
class TestTheSwitchInOdooConf(BaseCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "odoo.conf"
        self.kill_switch = KillSwitch(str(self.file))

    def after(self, text):
        """Return whether it is on, once a file says this and it was looked at."""
        self.file.write_text(text)
        self.kill_switch._next_check = 0.0
        self.kill_switch._seen = None
        return self.kill_switch.is_enabled()

    @mute_logger("odoo.addons.reliability.instrumentation.kill_switch")
    def test_it_is_off_where_the_file_says_so_and_on_otherwise(self):
        for word in ("False", "false", "no", "0", "off", "False  # an incident"):
            self.assertFalse(self.after(f"[reliability]\nenabled = {word}\n"), word)
        for text in ("[reliability]\nenabled = True\n", "[options]\n", ""):
            self.assertTrue(self.after(text), text)

    @mute_logger("odoo.addons.reliability.instrumentation.kill_switch")
    def test_a_file_that_cannot_be_read_changes_nothing(self):
        self.assertFalse(self.after("[reliability]\nenabled = False\n"))
        for text in ("[reliability\nenabled = True", "[reliability]\nenabled = Tru\n"):
            self.assertFalse(self.after(text))
        self.file.unlink()
        self.kill_switch._next_check = 0.0
        self.assertFalse(self.kill_switch.is_enabled())

    def test_it_is_looked_at_every_other_second_only(self):
        self.assertTrue(self.after("[reliability]\nenabled = True\n"))
        self.file.write_text("[reliability]\nenabled = False\n")
        self.assertTrue(self.kill_switch.is_enabled())
