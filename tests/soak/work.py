"""Mixed traffic on one database: orders, jobs, transfers, invoices and the portal."""

import contextlib
import http.client
import xmlrpc.client

from actor import Actor
from portal import Portal

from setup import traffic

LOST = (OSError, http.client.HTTPException, xmlrpc.client.Error, PermissionError)


class Work(Actor):
    """Users of one database, who continue whatever the answers are.

    :ivar rounds: number of complete rounds
    :ivar calls: operation → :class:`~setup.traffic.Calls`
    :ivar portal: the customer's :class:`Portal`
    """

    def __init__(self, server, database):
        super().__init__()
        self._server = server
        self._database = database
        self.rounds = 0
        self.portal = Portal(server.url, database)
        self.calls = {
            "order_confirmation": traffic.confirmations(),
            "transfer_validation": traffic.Calls(
                "stock.picking", "button_validate", skip_sms=True
            ),
            "invoice_posting": traffic.Calls("account.move", "action_post"),
        }

    def act(self):
        while not self.is_over():
            with contextlib.suppress(*LOST):
                user = self._user()
                action = self._action_that_confirms_by_a_job(user)
                while not self.is_over():
                    self._round(user, action)
            self.is_over(wait=0.5)

    def _user(self):
        address = self._server.url, self._database
        return traffic.ApiUser(*address, "admin", "admin")

    def _round(self, user, action):
        orders = traffic.make_orders(user, 8)
        by_job, by_hand = orders[:2], orders[2:]
        # One order by two concurrent jobs.
        self._confirm_by_a_job(user, action, [*by_job, by_job[0]])
        self._call("order_confirmation", user, [*by_hand, by_hand[0]])
        self._call("transfer_validation", user, traffic.pick_transfers(user, 3, 0, 1))
        self._call("invoice_posting", user, traffic.make_invoices(user, 2))
        self.portal.open_pages()
        self.rounds += 1

    def _call(self, operation, user, records):
        if records:
            attempts = [(user, record) for record in records]
            self.calls[operation].run(attempts, at_a_time=3)

    def _action_that_confirms_by_a_job(self, user):
        model = user.call("ir.model", "search", [("model", "=", "sale.order")])
        return user.call(
            "ir.actions.server",
            "create",
            {
                "name": "Confirm by a job",
                "model_id": model[0],
                "state": "code",
                "code": "records.with_delay().action_confirm()",
            },
        )

    def _confirm_by_a_job(self, user, action, orders):
        for order in orders:
            active = {"active_model": "sale.order", "active_id": order}
            context = {**active, "active_ids": [order]}
            with contextlib.suppress(xmlrpc.client.Fault):
                user.call("ir.actions.server", "run", [action], context=context)
