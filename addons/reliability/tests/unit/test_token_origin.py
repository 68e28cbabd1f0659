"""A token opens the database that it was made for, and no copy of that database."""

from unittest import TestCase

from ...collector.state import State
from ...collector.token_origin import Origin
from ..recordings import empty_folder

PRODUCTION = Origin("uuid", "system", 11, "production", "monday")


class TestOrigin(TestCase):
    """Which database has the token of production."""

    def has_token(self, is_gone=False, **differences):
        copy = PRODUCTION._replace(**differences)
        return PRODUCTION.is_succeeded_by(copy, is_gone)

    def test_production_under_any_name(self):
        self.assertTrue(self.has_token())
        self.assertTrue(self.has_token(name="renamed"))

    def test_no_copy_beside_it(self):
        self.assertFalse(self.has_token(oid=12))
        self.assertFalse(self.has_token(oid=12, name="copy"))

    def test_one_that_was_restored_under_its_name_after_it_was_dropped(self):
        self.assertTrue(self.has_token(is_gone=True, oid=12))

    def test_no_copy_that_is_left_when_it_was_dropped(self):
        self.assertFalse(self.has_token(is_gone=True, oid=12, name="copy"))

    def test_none_on_another_server(self):
        self.assertFalse(self.has_token(is_gone=True, system="other"))
        self.assertFalse(self.has_token(is_gone=True, system="other", oid=12))

    def test_none_that_odoo_made_as_a_copy(self):
        self.assertFalse(self.has_token(is_gone=True, uuid="other", oid=12))

    def test_production_where_the_identifier_of_its_server_cannot_be_read(self):
        """Managed PostgreSQL withholds the right to it, perhaps later."""
        self.assertTrue(self.has_token(system=""))
        self.assertFalse(self.has_token(system="", oid=12))
        unknown = PRODUCTION._replace(system="")
        self.assertTrue(unknown.is_succeeded_by(PRODUCTION, is_gone=False))

    def test_it_is_stored_as_json(self):
        self.assertEqual(Origin.loads(PRODUCTION.dumps()), PRODUCTION)
        for text in ("", "uuid", "[1]", "{}", "[" * 9999, "1" * 9999):
            self.assertIsNone(Origin.loads(text), text[:9])
        for value in (True, "11", 1.5, None):
            broken = PRODUCTION._replace(oid=value)
            self.assertIsNone(Origin.loads(broken.dumps()), value)


class TestClaim(TestCase):
    """Of several databases with one token, the first that the collector saw has it."""

    def setUp(self):
        super().setUp()
        self.state = State(empty_folder(self) / "collector.sqlite")
        self.addCleanup(self.state.close)
        self.state.reconcile_databases({"production": 11, "copy": 12}, 0.0)
        self.assertTrue(self.claim())

    def claim(self, server="here:5432", oid=11, confirmed="monday", digest="a"):
        return self.state.claim(digest, server, oid, confirmed)

    def test_a_second_database_gets_nothing(self):
        """A tenant may store any parameters, also the hash of another's token."""
        self.assertFalse(self.claim(oid=12))
        self.assertFalse(self.claim(oid=12, confirmed="tuesday"))
        self.assertTrue(self.claim())

    def test_the_first_keeps_it_after_a_restart(self):
        path = self.state._database.execute("PRAGMA database_list").fetchone()[2]
        self.state.close()
        self.state = State(path)
        self.assertFalse(self.claim(oid=12))
        self.assertTrue(self.claim())

    def test_another_gets_it_when_the_first_was_dropped(self):
        self.state.reconcile_databases({"copy": 12}, 0.0)
        self.assertTrue(self.claim(oid=12))

    def test_a_physical_copy_gets_nothing_until_it_is_confirmed(self):
        """The collector now connects to another PostgreSQL server."""
        self.assertFalse(self.claim("there:5432"))
        self.assertTrue(self.claim("there:5432", confirmed="tuesday"))
        self.assertFalse(self.claim(), "the former is not production any more")

    def test_a_copy_with_a_new_token_has_that(self):
        self.assertTrue(self.claim(oid=12, digest="b"))
        self.assertTrue(self.claim())

    def test_a_replaced_token_is_free(self):
        self.assertTrue(self.claim(digest="b"))
        self.assertTrue(self.claim(oid=12))
