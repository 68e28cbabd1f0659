"""The screen, the code and SQL read the same from any text of a system parameter."""

from odoo.tests import TransactionCase, tagged

from ..instrumentation.registry import SWITCHED_OFF
from ..models.parameters import read_parameter
from ..telemetry.parameters import NO, NumberParameter, SwitchParameter

TEXTS = (
    *NO,
    "No",
    " off ",
    "yes",
    "True",
    "t",
    "1",
    "many",
    "-3",
    "7",
    "9" * 30,
    False,
)


@tagged("-at_install", "post_install")
class TestSystemParameters(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settings = cls.env["res.config.settings"]
        cls.parameters = cls.settings._reliability_parameters()

    def store(self, parameter, text):
        self.env["ir.config_parameter"].set_param(parameter.key, text)

    def values(self):
        return {
            name: read_parameter(self.env, parameter)
            for name, parameter in self.parameters.items()
        }

    def test_settings_show_what_the_code_reads(self):
        for text in TEXTS:
            for parameter in self.parameters.values():
                self.store(parameter, text)
            settings = self.settings.create({})
            shown = {name: settings[name] for name in self.parameters}
            self.assertEqual(shown, self.values(), text)

    def test_saving_settings_unchanged_changes_nothing(self):
        for text in TEXTS:
            for parameter in self.parameters.values():
                self.store(parameter, text)
            before = self.values()
            self.settings.create({}).execute()
            self.assertEqual(self.values(), before, text)

    def test_sql_reads_a_switch_as_python_does(self):
        for text in TEXTS:
            self.store(SWITCHED_OFF, text)
            self.env.flush_all()
            self.env.cr.execute("SELECT reliability_is_on(%s)", [SWITCHED_OFF.key])
            (is_on,) = self.env.cr.fetchone()
            self.assertEqual(is_on, read_parameter(self.env, SWITCHED_OFF), text)

    def test_every_field_of_settings_that_we_store_has_a_parser(self):
        stored = {
            name: field.config_parameter
            for name, field in self.settings._fields.items()
            if name.startswith("reliability_") and hasattr(field, "config_parameter")
        }
        keys = {name: parameter.key for name, parameter in self.parameters.items()}
        self.assertEqual(stored, keys)
        for name, parameter in self.parameters.items():
            kind = {"boolean": SwitchParameter, "integer": NumberParameter}
            self.assertIsInstance(parameter, kind[self.settings._fields[name].type])
