"""The terms of each addon are those of its code and data, as Odoo exports them."""

import polib

from odoo.tests import TransactionCase, tagged

from setup import addons, paths, translations


@tagged("-at_install", "post_install")
class TestTerms(TransactionCase):
    def test_each_template_has_exactly_the_terms_that_odoo_exports(self):
        installed = self.env["ir.module.module"].search([("state", "=", "installed")])
        ours = {*addons.names(paths.ADDONS)} & {*installed.mapped("name")}
        self.assertGreater(len(ours), 10)
        for addon, terms in translations.export(self.env, sorted(ours)).items():
            with self.subTest(addon):
                stored = polib.pofile(str(translations.template(addon)))
                found = list(translations.differences(terms, stored))
                self.assertFalse(found, f"{found}; run: make translations")
