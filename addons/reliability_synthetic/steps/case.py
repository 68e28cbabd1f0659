"""What the steps of one rehearsal work on; nobody else sees or uses these records."""

from dataclasses import dataclass

from odoo.api import Environment
from odoo.models import BaseModel

from ..problems import Problem

QUANTITY = 1.0
"""Of the product: in its location, and in the order."""


@dataclass
class Case:
    """The records of a rehearsal, in the environment of its user.

    :ivar env: of the user as whom the journey runs, in its company
    :ivar location: below the stock location of the warehouse, with QUANTITY of the
        product
    :ivar order: since the step *Quotation*
    """

    env: Environment
    user_name: str
    warehouse: BaseModel
    partner: BaseModel
    product: BaseModel
    location: BaseModel
    order: BaseModel | None = None

    def existing_order(self) -> BaseModel:
        """Return the order.

        :raise Problem: no step before has created it
        """
        if self.order is None:
            raise Problem("no_quotation")
        return self.order

    def open_transfers(self) -> BaseModel:
        """Return the transfers of the order that are neither done nor cancelled.

        :raise Problem: no step before has made any
        """
        transfers = self.existing_order().picking_ids
        if not transfers:
            raise Problem("not_confirmed_yet")
        return transfers.filtered(lambda one: one.state not in ("done", "cancel"))


def state_of(record: BaseModel) -> str:
    """Return the state of a record as people call it."""
    choices = record._fields["state"]._description_selection(record.env)
    return dict(choices).get(record.state, record.state)
