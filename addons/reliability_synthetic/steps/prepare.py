"""The records of a rehearsal: its customer, product, location and quantity.

They are made as the superuser, so that the steps find missing rights, and nothing else
does.  Nothing of the company or the warehouse is changed.
"""

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.models import BaseModel

from ..problems import Problem
from .case import QUANTITY, Case

NAME = "Rehearsal"
PRICE = 100.0
_ADDRESS = ("street", "city", "zip", "state_id", "country_id")


def prepare(env: Environment, company: int, warehouse: int, user: int) -> Case:
    """Return what the steps work on.

    :param warehouse: its id; 0 for the first warehouse of the company
    :raise Problem: company, warehouse or user cannot be used
    """
    company = env["res.company"].browse(company)
    env = env(user=SUPERUSER_ID, context={"allowed_company_ids": company.ids})
    user = env["res.users"].browse(user)
    _check_user(user, company)
    warehouse = _warehouse(env, company, warehouse)
    location = env["stock.location"].create(
        {
            "name": NAME,
            "location_id": warehouse.lot_stock_id.id,
            "usage": "internal",
            "company_id": company.id,
        }
    )
    product = _product(env, company)
    env["stock.quant"].create(
        {
            "product_id": product.id,
            "location_id": location.id,
            "quantity": QUANTITY,
        }
    )
    partner = _customer(env, company)
    env.flush_all()
    own = env(user=user.id)
    records = (warehouse, partner, product, location)
    return Case(own, user.name, *(record.with_env(own) for record in records))


def _check_user(user: BaseModel, company: BaseModel) -> None:
    if not company.active:
        raise Problem("company_archived", company=company.name)
    if not user:
        raise Problem("no_user")
    if not user.active:
        raise Problem("user_archived", user=user.name)
    if company not in user.company_ids:
        raise Problem("other_company", user=user.name, company=company.name)


def _warehouse(env: Environment, company: BaseModel, warehouse: int) -> BaseModel:
    warehouses = env["stock.warehouse"]
    ours = [("company_id", "=", company.id)]
    found = warehouses.browse(warehouse) if warehouse else None
    found = found or warehouses.search(ours, limit=1)
    if not found:
        raise Problem("no_warehouse", company=company.name)
    if not found.active:
        raise Problem("warehouse_archived", warehouse=found.name)
    if not found.lot_stock_id.active:
        raise Problem("no_stock_location", warehouse=found.name)
    return found


def _product(env: Environment, company: BaseModel) -> BaseModel:
    """Return a new product, whose shipment needs no journal entry."""
    category = env["product.category"].create(
        {
            "name": NAME,
            "property_valuation": "periodic",
            "property_cost_method": "standard",
        }
    )
    return env["product.product"].create(
        {
            "name": NAME,
            "type": "consu",
            "is_storable": True,
            "categ_id": category.id,
            "list_price": PRICE,
            "company_id": company.id,
        }
    )


def _customer(env: Environment, company: BaseModel) -> BaseModel:
    """Return a new customer at the address of the company, without e-mail or phone."""
    address = company.partner_id
    values = {name: address[name] for name in _ADDRESS}
    return env["res.partner"].create(
        {"name": NAME, "company_id": company.id} | address._convert_to_write(values)
    )
