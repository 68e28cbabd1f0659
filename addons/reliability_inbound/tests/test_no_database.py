"""Without a usable database, senders learn what to do, and not which ones exist."""

import json
from unittest.mock import patch

import psycopg2
from werkzeug.test import EnvironBuilder

from odoo import http
from odoo.tests import BaseCase, tagged

from odoo.addons.reliability_inbound import no_database
from odoo.addons.reliability_inbound.problems import WRONG_KEY


@tagged("-at_install", "post_install")
class TestNoDatabase(BaseCase):
    def answer(self, existing, name=None, method="POST", others=()):
        """Return the status and the detail of the answer.

        :param existing: the databases that this address may open, or an error
        :param others: the databases that it may not open
        """
        headers = {"X-Odoo-Database": name} if name else {}
        environ = EnvironBuilder(method=method, headers=headers).get_environ()
        request = http.HTTPRequest(environ)
        found = (
            {"side_effect": existing}
            if isinstance(existing, Exception)
            else {"return_value": [*existing, *others]}
        )
        with (
            patch.object(no_database.databases, "list_dbs", **found),
            patch.object(
                http, "db_filter", lambda names: [x for x in names if x not in others]
            ),
        ):
            answer = no_database._problem(request).answer()
        return answer.status, json.loads(answer.body)["detail"]

    def test_of_several_databases_one_must_be_named(self):
        status, detail = self.answer(["one", "two"])
        self.assertEqual((status, detail), self.answer([], others=["other"]))
        self.assertEqual(status, 400)
        self.assertEqual(detail, "Name the database in the header X-Odoo-Database.")

    def test_a_name_that_does_not_exist_is_answered_as_a_wrong_key(self):
        self.assertEqual(self.answer(["one"], "three"), (401, WRONG_KEY))

    def test_a_database_that_cannot_be_opened_now_is_to_be_asked_again(self):
        self.assertEqual(self.answer(["one", "two"], "one")[0], 503)
        self.assertEqual(self.answer(["one"])[0], 503)

    def test_while_postgresql_does_not_answer_every_message_is_to_be_sent_again(self):
        for name in ("one", "three", None):
            self.assertEqual(self.answer(psycopg2.OperationalError(), name)[0], 503)

    def test_while_odoo_can_list_no_database_either(self):
        for name in ("one", None):
            self.assertEqual(self.answer([], name)[0], 503)

    def test_only_post(self):
        self.assertEqual(self.answer(["one"], "one", "GET")[0], 405)
