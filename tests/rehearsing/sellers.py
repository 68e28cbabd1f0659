"""Users who sell and ship without pause, each one his own product to his own customer.

They have no record in common, so none makes Odoo repeat another's call: what their
rounds leave in the database does not depend on who else works.
"""

import threading

from setup.traffic import ApiUser

SELLERS = 3
_GROUPS = "sales_team.group_sale_salesman_all_leads", "stock.group_stock_user"
_QUANTITY = 100_000.0


def prepare(user):
    """Create the sellers, what they sell, and the user as whom rehearsals run.

    :param user: the administrator
    :return: the id of the user of rehearsals
    """
    for number in range(SELLERS):
        _create_user(user, _login(number))
        _create_product(user, _login(number))
        user.call("res.partner", "create", {"name": _login(number), "email": False})
    return _create_user(user, "rehearser")


def _login(number):
    return f"seller-{number}"


def _create_user(user, login):
    groups = [user.ref(group) for group in _GROUPS]
    values = {"name": login, "login": login, "password": login}
    return user.call("res.users", "create", values | {"group_ids": [(6, 0, groups)]})


def _create_product(user, name):
    values = {"name": name, "is_storable": True, "list_price": 10.0}
    product = user.call("product.product", "create", values)
    place = user.ref("stock.stock_location_stock")
    values = {"product_id": product, "location_id": place, "quantity": _QUANTITY}
    user.call("stock.quant", "create", values)


class Seller(threading.Thread):
    """A user who sells and ships until he is stopped, or for a number of rounds.

    :ivar rounds: the number of orders that are shipped
    """

    def __init__(self, server, number, rounds=None):
        super().__init__(daemon=True)
        login = _login(number)
        self._user = ApiUser(server.url, server.database, login, login)
        named = [("name", "=", login)]
        (self._product,) = self._user.call("product.product", "search", named)
        users = [("user_ids", "=", False)]
        (self._customer,) = self._user.call("res.partner", "search", [*named, *users])
        self._wanted = rounds
        self._is_over = threading.Event()
        self._error = None
        self.rounds = 0

    def run(self):
        try:
            while not self._is_over.is_set() and self.rounds != self._wanted:
                self._sell_and_ship()
                self.rounds += 1
        except BaseException as error:
            self._error = error

    def end(self):
        """Wait until he has ended his round, or all of them.

        :return: the number of rounds
        :raise RuntimeError: he could not work
        """
        if self._wanted is None:
            self._is_over.set()
        self.join()
        if self._error:
            raise RuntimeError("a seller could not work") from self._error
        return self.rounds

    def _sell_and_ship(self):
        call = self._user.call
        line = {"product_id": self._product, "product_uom_qty": 1}
        values = {"partner_id": self._customer, "order_line": [(0, 0, line)]}
        order = call("sale.order", "create", values)
        call("sale.order", "action_confirm", [order])
        domain = [("sale_id", "=", order)]
        transfers = call("stock.picking", "search", domain)
        call("stock.picking", "button_validate", transfers, context={"skip_sms": True})
        (done,) = call("stock.picking", "read", transfers, ["state"])
        assert done["state"] == "done", done
