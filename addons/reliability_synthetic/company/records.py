"""The records of a new synthetic company: nobody else sees or uses them."""

from itertools import count

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.fields import Command
from odoo.models import BaseModel

NAME = "Synthetic Checks"
PRICE, QUANTITY = 100.0, 1
"""Of the product in an order, in the company's currency."""
REFERENCE = "SYNTHETIC"
SERVICE_GROUPS = ("sales_team.group_sale_salesman", "stock.group_stock_user")
PORTAL_GROUPS = ("base.group_portal",)
_PREFIX = "SYN"
_STOCK = 10_000
"""More than all orders together that have not been cleaned up yet."""


def make_records(env: Environment) -> dict[str, int]:
    """Make a synthetic company, and return the values of its record.

    It has no chart of accounts, and nobody but its two users is a member.
    """
    env = env(user=SUPERUSER_ID, context={})
    number = _free_number(env)
    company = _company(env, number)
    env = env(context={"allowed_company_ids": company.ids})
    warehouse, product = _warehouse(env), _product(env)
    env["stock.quant"].create(
        {
            "product_id": product.id,
            "location_id": warehouse.lot_stock_id.id,
            "quantity": _STOCK,
        }
    )
    _sequence(env)
    service = _user(env, f"synthetic.service{number}", "Service User", SERVICE_GROUPS)
    portal = _user(env, f"synthetic.portal{number}", "Portal User", PORTAL_GROUPS)
    partner = _customer(env)
    for owner in (company, service, portal):
        owner.partner_id.company_id = company  # else users of all companies see them
    customers = partner | portal.partner_id
    _give_own_prices(env, customers)
    _give_own_location(env, customers)
    return {
        "company_id": company.id,
        "warehouse_id": warehouse.id,
        "product_id": product.id,
        "partner_id": partner.id,
        "user_id": service.id,
        "portal_user_id": portal.id,
    }


def _free_number(env: Environment) -> str:
    """Return what makes names unique beside archived companies; empty at first."""
    everywhere = env["res.company"].with_context(active_test=False)
    users = env["res.users"].with_context(active_test=False)
    for number in count(1):
        suffix = f"{number}" if number > 1 else ""
        logins = [f"synthetic.service{suffix}", f"synthetic.portal{suffix}"]
        if not (
            everywhere.search_count([("name", "=", f"{NAME} {suffix}".strip())])
            or users.search_count([("login", "in", logins)])
        ):
            return suffix


def _company(env: Environment, number: str) -> BaseModel:
    """Return a new company without members.

    The country is that of its address only: Odoo installs accounting for a company that
    is created with a country.
    """
    main = env.ref("base.main_company")
    company = env["res.company"].create(
        {
            "name": f"{NAME} {number}".strip(),
            "currency_id": main.currency_id.id,
            "reliability_left_out": True,
        }
    )
    company.partner_id.country_id = main.country_id
    # Odoo adds the user who creates a company.
    members = env["res.users"].with_context(active_test=False)
    members.search([("company_ids", "in", company.ids)]).company_ids = [
        Command.unlink(company.id)
    ]
    return company


def _warehouse(env: Environment) -> BaseModel:
    """Return the warehouse of the company, which delivers in one step."""
    warehouses = env["stock.warehouse"]
    values = {
        "name": NAME,
        "code": _PREFIX,
        "reception_steps": "one_step",
        "delivery_steps": "ship_only",
    }
    found = warehouses.search([("company_id", "=", env.company.id)], limit=1)
    if found:
        found.write(values)
    return found or warehouses.create(values | {"company_id": env.company.id})


def _product(env: Environment) -> BaseModel:
    """Return a product without a category, whose shipment needs no journal entry."""
    env.company.inventory_valuation = "periodic"
    return env["product.product"].create(
        {
            "name": NAME,
            "type": "consu",
            "is_storable": True,
            "categ_id": False,
            "list_price": PRICE,
            "taxes_id": [Command.clear()],
            "supplier_taxes_id": [Command.clear()],
            "route_ids": [Command.clear()],
            "purchase_ok": False,
            "company_id": env.company.id,
        }
    )


def _sequence(env: Environment) -> BaseModel:
    """Return a sequence for orders, so that others have no gaps in their numbers."""
    return env["ir.sequence"].create(
        {
            "name": NAME,
            "code": "sale.order",
            "prefix": _PREFIX,
            "padding": 5,
            "company_id": env.company.id,
        }
    )


def _user(env: Environment, login: str, name: str, groups: tuple[str, ...]):
    """Return a new user of the company only, without e-mail and password."""
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": f"{NAME}: {name}",
                "login": login,
                "email": False,
                "company_id": env.company.id,
                "company_ids": [Command.set(env.company.ids)],
                "group_ids": [Command.set([env.ref(group).id for group in groups])],
            }
        )
    )


def _customer(env: Environment) -> BaseModel:
    """Return a customer without e-mail or phone."""
    return env["res.partner"].create(
        {
            "name": f"{NAME}: Customer",
            "country_id": env.company.country_id.id,
            "company_id": env.company.id,
        }
    )


def _give_own_prices(env: Environment, partners: BaseModel) -> None:
    """Give partners a price list without rules: those of others may change prices.

    Without the feature *Pricelists*, it is archived, as all of them are; else Settings
    would warn of it.  Odoo restores it when somebody switches the feature on.
    """
    partners.specific_property_product_pricelist = env["product.pricelist"].create(
        {
            "name": NAME,
            "currency_id": env.company.currency_id.id,
            "company_id": env.company.id,
            "active": env.user.has_group("product.group_product_pricelist"),
        }
    )


def _give_own_location(env: Environment, partners: BaseModel) -> None:
    """Let partners receive goods at a location that users of others cannot see.

    The stock of the usual one is read in all companies.
    """
    partners.property_stock_customer = env["stock.location"].create(
        {
            "name": NAME,
            "usage": "customer",
            "location_id": env.ref("stock.stock_location_customers").id,
            "company_id": env.company.id,
        }
    )
