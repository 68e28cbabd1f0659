"""For which database a token was made, and whether this database is that one.

A copy has all system parameters of its original, also its token and, unless Odoo made
the copy, its uuid.  So the token's origin is stored with it: the number of the database
(oid), which it keeps under another name, and its PostgreSQL server.
"""

import json
from typing import Any, NamedTuple

from ..telemetry.access import is_digest

TOKEN = "reliability.token_digest"
"""The system parameter with the hash of a database's token."""
TOKEN_OF = "reliability.token_database"
"""The system parameter with the origin of the token, as JSON."""

_UUID = "database.uuid"


class Origin(NamedTuple):
    """A database, as it can be told from its copies.

    :ivar uuid: Odoo's; a copy that Odoo makes gets another one
    :ivar system: the identifier of its PostgreSQL server, which physical copies share;
        empty if Odoo's role may not read it
    :ivar oid: its number on that server
    :ivar name: its name when the collector last saw it
    :ivar confirmed: when an administrator made or kept the token there
    """

    uuid: str
    system: str
    oid: int
    name: str
    confirmed: str

    def dumps(self) -> str:
        """Return it as JSON."""
        return json.dumps(self._asdict())

    @classmethod
    def loads(cls, text: str) -> "Origin | None":
        """Return it from its JSON; ``None`` if the text is anything else."""
        try:
            found = cls(**json.loads(text))
        except (TypeError, ValueError, RecursionError):
            return None
        types = {name: type(value) for name, value in found._asdict().items()}
        return found if types == cls.__annotations__ else None

    def is_succeeded_by(self, other: "Origin", is_gone: bool) -> bool:
        """Return whether the token of this database is that of another one.

        It is the same database, or replaces it: a database that was restored on the
        same server under the same name, after the original was dropped.

        :param is_gone: whether the server has no database with this number any more
        """
        return (
            self.uuid == other.uuid
            and self.may_be_on(other.system)
            and (self.oid == other.oid or (is_gone and self.name == other.name))
        )

    def may_be_on(self, system: str) -> bool:
        """Return whether it is on a PostgreSQL server, as far as that can be read."""
        return self.system == system or not (self.system and system)


class Token(NamedTuple):
    """The token of a database: its hash, and its origin if that is known."""

    digest: str
    origin: Origin | None


def parameters(cr: Any, *keys: str) -> dict[str, str]:
    """Return system parameters, empty where they are missing."""
    cr.execute(
        "SELECT key, value FROM public.ir_config_parameter WHERE key IN %s", [keys]
    )
    return {key: "" for key in keys} | {key: text or "" for key, text in cr.fetchall()}


def uuid(cr: Any) -> str:
    """Return the uuid that Odoo gave the current database."""
    return parameters(cr, _UUID)[_UUID]


def here(cr: Any, confirmed: str) -> Origin:
    """Return the current database as an origin."""
    cr.execute(
        "SELECT oid::bigint, datname FROM pg_catalog.pg_database"
        " WHERE datname = current_database()"
    )
    oid, name = cr.fetchone()
    return Origin(uuid(cr), system_identifier(cr), oid, name, confirmed)


def stored(cr: Any) -> Token | None:
    """Return the token in the current database, also that of its original."""
    found = parameters(cr, TOKEN, TOKEN_OF)
    # A tenant may store anything there, and it must not close the others' access.
    if not is_digest(found[TOKEN]):
        return None
    return Token(found[TOKEN], Origin.loads(found[TOKEN_OF]))


def has_original(cr: Any, origin: Origin) -> bool:
    """Return whether the database of an origin is still on this PostgreSQL server."""
    cr.execute(
        "SELECT 1 FROM pg_catalog.pg_database WHERE oid::text = %s", [str(origin.oid)]
    )
    return bool(cr.fetchone()) and origin.may_be_on(system_identifier(cr))


def own(cr: Any) -> Token | None:
    """Return the token of the current database, with its origin as it is now.

    ``None`` if there is none, or it is that of the database that this is a copy of.
    """
    return _own(cr, stored(cr))


def renewed(cr: Any) -> Token | None:
    """Return the same as :func:`own`, and store its origin if it has changed.

    Else the token would be lost if a database were renamed after it was restored.
    """
    before = stored(cr)
    token = _own(cr, before)
    if token is not None and token != before:
        cr.execute(
            "UPDATE public.ir_config_parameter SET value = %s WHERE key = %s",
            [token.origin.dumps(), TOKEN_OF],
        )
    return token


def _own(cr: Any, token: Token | None) -> Token | None:
    if token is None or token.origin is None:
        return None
    origin = token.origin
    now = here(cr, origin.confirmed)
    is_gone = origin.oid != now.oid and not has_original(cr, origin)
    if not origin.is_succeeded_by(now, is_gone):
        return None
    return token._replace(origin=now._replace(system=now.system or origin.system))


def system_identifier(cr: Any) -> str:
    """Return the identifier of a PostgreSQL server, which physical copies share.

    It is empty where Odoo's role has no right to it.
    """
    cr.execute(
        "SELECT has_function_privilege('pg_catalog.pg_control_system()', 'execute')"
    )
    if not cr.fetchone()[0]:
        return ""
    cr.execute("SELECT system_identifier::text FROM pg_catalog.pg_control_system()")
    return cr.fetchone()[0]
