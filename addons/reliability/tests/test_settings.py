import tempfile
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from .. import odoo_conf
from ..instrumentation.kill_switch import KillSwitch


@tagged("-at_install", "post_install")
class TestOdooConf(BaseCase):
    def read(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(text)
            file.flush()
            return odoo_conf.read(file.name, "/var/lib/odoo")

    def test_defaults_without_the_section(self):
        for text in ("", "[options]\nworkers = 2\n"):
            found = self.read(text)
            self.assertEqual(
                (found.metrics_interface, found.metrics_port), ("127.0.0.1", 9108)
            )
            self.assertIsNone(found.metrics_token_file, "closed")
            self.assertTrue(found.run_collector)
            self.assertEqual(found.operator_database, "", "none")

    def test_each_data_folder_has_its_own_telemetry_folder(self):
        folders = {
            odoo_conf.read(None, folder).telemetry_dir for folder in ("/a", "/b")
        }
        self.assertEqual(len(folders), 2)

    def test_values_of_the_section(self):
        found = self.read(
            "[reliability]\n"
            "telemetry_dir = /run/telemetry ; in memory\n"
            "metrics_port = 9999\n"
            "metrics_route = /reliability/metrics\n"
            "metrics_token_file = /etc/token\n"
            "run_collector = False\n"
            "tenancy = shared\n"
        )
        self.assertEqual(found.telemetry_dir, Path("/run/telemetry"))
        self.assertEqual(found.metrics_port, 9999)
        self.assertEqual(found.metrics_route, "/reliability/metrics")
        self.assertEqual(found.metrics_token_file, Path("/etc/token"))
        self.assertFalse(found.run_collector)
        self.assertEqual(found.tenancy, "shared")

    def test_an_invalid_value_is_logged_and_the_default_is_used(self):
        for line, default in (
            ("metrics_port = many", 9108),
            ("metrics_port = 70000", 9108),
            ("metrics_route = metrics", "/metrics"),
            ("metrics_route = /", "/metrics"),
            ("metrics_route = /reliability/live", "/metrics"),
            ("run_collector = perhaps", True),
            ("tenancy = rented", "unknown"),
        ):
            name = line.split()[0]
            with self.assertLogs(odoo_conf.__name__, "ERROR") as logs:
                found = self.read(f"[reliability]\n{line}\n")
            self.assertEqual(getattr(found, name), default)
            self.assertIn("correct it in odoo.conf", logs.output[0])

    def test_an_unreadable_file_is_logged_and_the_defaults_are_used(self):
        with self.assertLogs(odoo_conf.__name__, "ERROR"):
            self.assertEqual(self.read("nonsense\n").metrics_port, 9108)


@tagged("-at_install", "post_install")
class TestKillSwitch(BaseCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "odoo.conf"
        self.kill_switch = KillSwitch(str(self.file))

    def is_enabled_with(self, text):
        """Return whether measuring is enabled, after the file was read again."""
        self.file.write_text(text)
        self.kill_switch._next_check = 0.0
        self.kill_switch._seen = None
        return self.kill_switch.is_enabled()

    @mute_logger("odoo.addons.reliability.instrumentation.kill_switch")
    def test_disabled_by_the_file_and_enabled_otherwise(self):
        for value in ("False", "false", "no", "0", "off", "False  # an incident"):
            self.assertFalse(
                self.is_enabled_with(f"[reliability]\nenabled = {value}\n"), value
            )
        for text in ("[reliability]\nenabled = True\n", "[options]\n", ""):
            self.assertTrue(self.is_enabled_with(text), text)

    @mute_logger("odoo.addons.reliability.instrumentation.kill_switch")
    def test_a_file_that_cannot_be_read_changes_nothing(self):
        self.assertFalse(self.is_enabled_with("[reliability]\nenabled = False\n"))
        for text in ("[reliability\nenabled = True", "[reliability]\nenabled = Tru\n"):
            self.assertFalse(self.is_enabled_with(text))
        self.file.unlink()
        self.kill_switch._next_check = 0.0
        self.assertFalse(self.kill_switch.is_enabled())

    def test_the_file_is_read_every_other_second_only(self):
        self.assertTrue(self.is_enabled_with("[reliability]\nenabled = True\n"))
        self.file.write_text("[reliability]\nenabled = False\n")
        self.assertTrue(self.kill_switch.is_enabled())
