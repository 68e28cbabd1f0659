"""Two companies with orders, deliveries, invoices and stock, and their users."""

from setup.web_user import WebUser

COMPANIES = 1, 2
"""Ids of companies with a chart of accounts, as Odoo's demo data has them."""
_GROUPS = (
    "sales_team.group_sale_manager",
    "stock.group_stock_manager",
    "account.group_account_manager",
)
_PRICE, _COST, _QUANTITY = 19.99, 7.77, 50.0


def work(admin):
    """Let each company quote, reserve, ship and invoice.

    :param admin: the :class:`.WebUser` who works in all of them
    """
    for company in COMPANIES:
        _Company(admin, company).work()


def make_user(server, admin, company):
    """Make a user of one company only, who reads all of its reports; log him in.

    :param admin: the administrator's :class:`~setup.traffic.ApiUser`
    """
    login = f"reads-{company}"
    values = {
        "name": login,
        "login": login,
        "password": login,
        "company_id": company,
        "company_ids": [(6, 0, [company])],
        "group_ids": [(6, 0, [admin.ref(group) for group in _GROUPS])],
    }
    admin.call("res.users", "create", values)
    return WebUser(server, login)


class _Company:
    def __init__(self, admin, company):
        self._admin, self._company = admin, company
        self._context = {"allowed_company_ids": [company], "skip_sms": True}

    def work(self):
        shelf = self._warehouse_stock()
        product = self._create(
            "product.product",
            name=f"Chair of {self._company}",
            is_storable=True,
            list_price=_PRICE,
            standard_price=_COST,
            company_id=self._company,
        )
        values = {"location_id": shelf, "quantity": _QUANTITY}
        self._create("stock.quant", product_id=product, **values)
        customer = self._create(
            "res.partner", name="Customer", company_id=self._company
        )
        _quoted, reserved, shipped = (
            self._order(customer, product, quantity) for quantity in (1, 2, 3)
        )
        self._call("sale.order", "action_confirm", [reserved, shipped])
        self._ship(shipped)
        self._invoice(shipped)

    def _warehouse_stock(self):
        ours = [("company_id", "=", self._company)]
        found = self._call("stock.warehouse", "search", ours, limit=1)
        if not found:
            code = f"C{self._company}"
            values = {"name": code, "code": code, "company_id": self._company}
            found = [self._create("stock.warehouse", **values)]
        (warehouse,) = self._call("stock.warehouse", "read", found, ["lot_stock_id"])
        return warehouse["lot_stock_id"][0]

    def _order(self, customer, product, quantity):
        line = {"product_id": product, "product_uom_qty": quantity}
        values = {"partner_id": customer, "order_line": [(0, 0, line)]}
        return self._create("sale.order", company_id=self._company, **values)

    def _ship(self, order):
        domain = [("sale_id", "=", order)]
        transfers = self._call("stock.picking", "search", domain)
        self._call("stock.picking", "button_validate", transfers)

    def _invoice(self, order):
        values = {"sale_order_ids": [(6, 0, [order])]}
        dialog = self._create("sale.advance.payment.inv", **values)
        self._call("sale.advance.payment.inv", "create_invoices", [dialog])
        (found,) = self._call("sale.order", "read", [order], ["invoice_ids"])
        self._call("account.move", "action_post", found["invoice_ids"])

    def _create(self, model, **values):
        return self._call(model, "create", values)

    def _call(self, *arguments, **named):
        return self._admin.call(*arguments, **named, context=self._context)
