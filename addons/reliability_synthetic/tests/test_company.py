"""The synthetic company: who belongs to it, who sees it, and how it ends."""

import json
import re
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessDenied, AccessError
from odoo.modules.module import get_module_path
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .. import uninstall_hook
from .synthetic_company import SyntheticCompanyCase


@tagged("-at_install", "post_install")
class TestWhatIsMade(SyntheticCompanyCase):
    """A company with its users and records, without accounting."""

    def members(self):
        users = self.env["res.users"].with_context(active_test=False)
        return users.search([("company_ids", "in", self.company.ids)])

    def test_only_its_two_users_are_members(self):
        users = self.synthetic.user_id | self.synthetic.portal_user_id
        self.assertEqual(self.members(), users)
        self.assertEqual(users.company_ids, self.company)
        self.assertFalse(self.synthetic.portal_user_id._is_internal())

    def test_its_work_is_left_out(self):
        self.assertTrue(self.company.reliability_left_out)

    def test_who_makes_it_has_no_more_companies_and_groups(self):
        self.synthetic._archive()
        administrator = self.administrator()
        before = administrator.company_ids, administrator.all_group_ids
        self.model.with_user(administrator)._make()
        self.env.invalidate_all()
        after = administrator.company_ids, administrator.all_group_ids
        self.assertEqual(after, before)

    def test_it_has_the_currency_and_the_country_of_the_main_company(self):
        main = self.env.ref("base.main_company")
        self.assertEqual(self.company.currency_id, main.currency_id)
        self.assertEqual(self.company.country_id, main.country_id)

    def test_it_has_no_chart_of_accounts_and_installs_none(self):
        self.assertFalse(self.company.chart_template)
        self.synthetic._archive()
        with patch.object(
            type(self.company), "install_l10n_modules", side_effect=AssertionError
        ):
            self.model._make()

    def test_its_users_have_no_address_and_no_known_password(self):
        users = self.synthetic.user_id | self.synthetic.portal_user_id
        self.assertFalse(users.filtered("email"))
        self.assertFalse(self.synthetic.partner_id.email)

    def test_an_order_has_a_number_of_its_own_and_the_price_of_the_plan(self):
        shared = self.env["product.pricelist"].search([("company_id", "=", False)])
        shared.item_ids = [
            fields.Command.create({"compute_price": "percentage", "percent_price": 50})
        ]
        self.env["res.config.settings"].create(
            {"group_product_pricelist": True}
        ).execute()
        order = self.order()
        self.assertRegex(order.name, r"^SYN\d+$")
        self.assertEqual(order.amount_total, self.values()["price"])

    def test_without_price_lists_settings_warn_of_none(self):
        active = self.env["product.pricelist"].search([])
        self.assertNotIn(self.company, active.company_id)

    def test_shipping_it_posts_no_entry(self):
        order = self.shipped()
        self.assertEqual(order.picking_ids.state, "done")
        entries = self.env["account.move"].search_count(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(entries, 0)

    def test_there_is_one_at_a_time(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.model._make()

    def test_the_next_one_has_other_names(self):
        self.synthetic._archive()
        other = self.model._make()
        self.assertEqual(other.company_id.name, "Synthetic Checks 2")
        self.assertEqual(other.user_id.login, "synthetic.service2")


@tagged("-at_install", "post_install")
class TestAccounts(SyntheticCompanyCase):
    """A key and a password are shown once, and end with the next ones."""

    def accounts(self):
        """Return the accounts file that the dialog shows."""
        shown = self.synthetic._show_accounts()
        self.assertEqual(shown["res_model"], "res.users.apikeys.show")
        return json.loads(shown["context"]["default_key"])

    def user_of(self, key):
        keys = self.env["res.users.apikeys"]
        return keys._check_credentials(scope="rpc", key=key)

    def log_in(self, accounts):
        credential = {"type": "password", "login": accounts["login"]}
        credential["password"] = accounts["password"]
        users = self.env["res.users"]
        return users.authenticate(credential, {"interactive": True})["uid"]

    def test_the_file_of_the_probe_opens_both_accounts(self):
        accounts = self.accounts()
        self.assertEqual(accounts.keys(), {"key", "login", "password"})
        self.assertEqual(self.user_of(accounts["key"]), self.synthetic.user_id.id)
        self.assertEqual(self.log_in(accounts), self.synthetic.portal_user_id.id)

    def test_new_ones_end_the_old_ones(self):
        old, new = self.accounts(), self.accounts()
        self.assertFalse(self.user_of(old["key"]))
        self.assertTrue(self.user_of(new["key"]))
        with self.assertRaises(AccessDenied), mute_logger("odoo.addons.base"):
            self.log_in(old)

    def test_the_key_lasts_a_year(self):
        self.accounts()
        left = self.synthetic.key_ends_at - fields.Datetime.now()
        self.assertGreater(left, timedelta(days=364))
        self.assertLess(left, timedelta(days=366))

    def test_a_copy_of_the_database_has_neither(self):
        accounts = self.accounts()
        self.env.flush_all()
        path = f"{get_module_path('reliability_synthetic')}/data/neutralize.sql"
        with open(path) as file:
            self.env.cr.execute(file.read())
        self.assertFalse(self.user_of(accounts["key"]))
        with self.assertRaises(AccessDenied), mute_logger("odoo.addons.base"):
            self.log_in(accounts)

    def test_a_copy_of_a_database_of_before_has_no_table_of_them(self):
        path = f"{get_module_path('reliability_synthetic')}/data/neutralize.sql"
        table = "ALTER TABLE %s RENAME TO %s"
        names = "reliability_synthetic_company", "reliability_synthetic_company_later"
        self.env.cr.execute(table % names)
        with open(path) as file:
            self.env.cr.execute(file.read())
        self.env.cr.execute(table % names[::-1])


@tagged("-at_install", "post_install")
class TestWhoSeesIt(SyntheticCompanyCase):
    """Users of other companies see nothing of it, nor do system administrators."""

    def setUp(self):
        super().setUp()
        self.shipped()
        self.confirmed()
        self.env.flush_all()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.users = self.administrator() | new_test_user(
            self.env,
            "works_elsewhere",
            "sales_team.group_sale_manager,stock.group_stock_manager",
            company_id=elsewhere.id,
            company_ids=[fields.Command.set(elsewhere.ids)],
        )

    def found(self, user, model, domain):
        return self.env[model].with_user(user).search(domain)

    def assert_unseen(self, *models, path="company_id", ids=None):
        for user in self.users:
            for model in models:
                domain = [(path, "in", ids or self.company.ids)]
                self.assertFalse(self.found(user, model, domain), (user.login, model))

    def test_orders_and_transfers(self):
        self.assert_unseen("sale.order", "sale.order.line", "stock.picking")
        self.assert_unseen("stock.move", "stock.move.line", "stock.quant")

    def test_reports(self):
        self.assert_unseen("sale.report")
        products = self.synthetic.product_id.ids
        self.assert_unseen(
            "stock.move.line", "stock.quant", path="product_id", ids=products
        )

    def test_product_customer_and_warehouse(self):
        self.assert_unseen("product.product", "product.template", "stock.warehouse")
        self.assert_unseen("stock.location", "stock.picking.type", "product.pricelist")
        partners = self.synthetic.partner_id | self.synthetic.portal_user_id.partner_id
        partners |= self.company.partner_id
        self.assert_unseen("res.partner", path="id", ids=partners.ids)

    def test_no_quantity_or_value_of_it_in_other_companies(self):
        for user in self.users:
            products = self.env["product.product"].with_user(user)
            product = products.browse(self.synthetic.product_id.id)
            with self.assertRaises(AccessError):
                _ = product.qty_available
        quantity = self.synthetic.product_id.with_company(
            self.env.ref("base.main_company")
        ).qty_available
        self.assertEqual(quantity, 0)

    def test_its_service_user_sees_no_other_company(self):
        main = self.env.ref("base.main_company")
        self.env["sale.order"].create(
            {"partner_id": self.env["res.partner"].create({"name": "Somebody"}).id}
        )
        for model in ("sale.order", "stock.picking", "stock.warehouse", "stock.quant"):
            domain = [("company_id", "=", main.id)]
            user = self.synthetic.user_id
            self.assertFalse(self.found(user, model, domain), model)

    def test_an_administrator_sees_what_remains_and_others_do_not(self):
        administrator, other = self.users
        one = self.synthetic.with_user(administrator)
        self.assertEqual((one.order_count, one.transfer_count), (2, 2))
        self.assertEqual(one.name, "Synthetic Checks")
        with self.assertRaises(AccessError):
            self.synthetic.with_user(other).read(["name"])


@tagged("-at_install", "post_install")
class TestArchive(SyntheticCompanyCase):
    """What belongs to it ends together."""

    def test_all_is_archived_and_cleaned_up(self):
        order, one = self.confirmed(), self.synthetic
        self.shipped()
        one.with_user(self.administrator()).action_archive()
        self.assertFalse(order.exists())
        for record in (
            one,
            one.company_id,
            one.user_id,
            one.portal_user_id,
            one.user_id.partner_id,
            one.portal_user_id.partner_id,
            one.warehouse_id,
            one.product_id,
            one.partner_id,
        ):
            self.assertFalse(record.active, record)

    def test_its_accounts_end(self):
        self.synthetic._show_accounts()
        self.synthetic.action_archive()
        users = self.synthetic.user_id | self.synthetic.portal_user_id
        keys = self.env["res.users.apikeys"]
        self.assertFalse(keys.search_count([("user_id", "in", users.ids)]))

    def test_it_is_still_left_out(self):
        self.synthetic.action_archive()
        provider = self.env["reliability.health.provider"]
        self.assertIn(self.company.id, provider._left_out_companies())
        self.assertTrue(self.model._is_user(self.synthetic.user_id.id))

    def test_uninstalling_the_addon_archives_it(self):
        gauges = type(self.env["reliability.gauge"])
        with patch.object(gauges, "_unregister_gauges"):
            uninstall_hook(self.env)
        self.assertFalse(self.company.active)


@tagged("-at_install", "post_install")
class TestSilence(SyntheticCompanyCase):
    """Nothing about its documents leaves Odoo."""

    def setUp(self):
        super().setUp()
        self.portal = self.synthetic.portal_user_id.partner_id
        self.portal.email = "portal@example.com"
        self.follower = self.env["res.partner"].create(
            {"name": "Follower", "email": "follower@example.com"}
        )
        self.before = self.unsent()

    def quotation(self):
        order = self.order(
            partner=self.portal.id, require_signature=True, require_payment=False
        )
        order.action_quotation_sent()
        order.sudo().message_subscribe(self.follower.ids)
        return order

    def unsent(self):
        """Return what waits to be sent."""
        return self.env["mail.mail"].search([("state", "=", "outgoing")])

    def notified(self, order):
        return order.sudo().message_ids.notification_ids

    def test_the_confirmation_of_an_order_that_is_signed(self):
        order = self.quotation()
        with patch.object(
            type(self.env["ir.actions.report"]),
            "_render_qweb_pdf",
            side_effect=KeyError,
        ):
            order.sudo()._validate_order()
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.sudo().message_ids)
        self.assertFalse(self.unsent() - self.before or self.notified(order))

    def test_a_message_with_a_document(self):
        order = self.quotation()
        order.sudo().message_post(
            body="Signed",
            attachments=[("order.pdf", b"%PDF")],
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(self.unsent() - self.before or self.notified(order))

    def test_the_message_of_a_shipment(self):
        self.company.stock_move_email_validation = True
        order = self.quotation()
        order.sudo().action_confirm()
        order.picking_ids.message_subscribe(self.follower.ids)
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")
        self.assertFalse(
            self.unsent() - self.before or self.notified(order.picking_ids)
        )

    def test_an_email_of_a_template(self):
        template = self.env.ref("sale.email_template_edi_sale")
        mail = template.send_mail(self.quotation().id)
        self.assertEqual(self.env["mail.mail"].browse(mail).state, "cancel")

    def test_emails_of_others_in_the_same_batch_are_sent(self):
        order, partner = self.quotation(), self.follower
        gone = self.env["res.partner"].create({"name": "Gone"})
        documents = [(order._name, order.id), ("res.partner", partner.id)]
        documents += [("res.partner", gone.id), (False, False)]
        gone.unlink()
        mails = self.env["mail.mail"].create(
            [
                {"model": model, "res_id": number, "reply_to": "us@example.com"}
                for model, number in documents
            ]
        )
        states = ["cancel", *["outgoing"] * 3]
        self.assertEqual(mails.mapped("state"), states)

    def test_an_activity_for_somebody(self):
        administrator = self.administrator()
        administrator.email = "administrator@example.com"
        administrator.company_ids += self.company
        before = self.unsent()  # Odoo confirms a new address
        self.quotation().sudo().activity_schedule(user_id=administrator.id)
        self.assertFalse(self.unsent() - before)

    def test_other_companies_are_notified_as_ever(self):
        order = self.env["sale.order"].create({"partner_id": self.follower.id})
        order.message_subscribe(self.follower.ids)
        order.message_post(body="Hello", subtype_xmlid="mail.mt_comment")
        self.assertTrue(self.notified(order))


@tagged("-at_install", "post_install")
class TestShippedJourneys(SyntheticCompanyCase):
    """Journeys over HTTP come with the addon, and wait for a probe."""

    CODES = ("order_to_shipment_http", "portal_order", "integration_api")

    def test_each_has_a_plan_that_ends_with_the_clean_up(self):
        for code in self.CODES:
            steps = self.api.plan(code)["steps"]
            self.assertEqual((steps[0], steps[-1]), ("quotation_api", "clean_up"))

    def test_none_is_expected_before_a_probe_reports(self):
        journeys = self.env["reliability.synthetic.journey"].search(
            [("code", "in", self.CODES)]
        )
        self.assertEqual(len(journeys), 3)
        self.assertFalse(journeys._switched_on())
        names = [re.sub(r"\s+", " ", name) for name in journeys.mapped("name")]
        self.assertIn("Portal order", names)
