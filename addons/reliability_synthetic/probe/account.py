"""The accounts of the synthetic company, as its wizard shows them once."""

import json
import stat
from pathlib import Path
from typing import NamedTuple

_OTHERS = stat.S_IRWXO


class Account(NamedTuple):
    """What the probe logs in with.

    :ivar key: API key of the service user
    :ivar login, password: of the portal user
    """

    key: str
    login: str
    password: str


class NoAccount(Exception):
    """A file that has no accounts; the text says what to do, and has no secret."""


def read_account(path: Path) -> Account:
    """Return the accounts that a file has.

    :raise NoAccount: it has none, or other users can read it
    """
    try:
        if path.stat().st_mode & _OTHERS:
            raise NoAccount(f"Other users can read {path}: chmod 600 {path}")
        found = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise NoAccount(f"{path} cannot be read: {error}") from None
    if not isinstance(found, dict) or not all(map(found.get, Account._fields)):
        found = {}
    account = Account(*(found.get(name) for name in Account._fields))
    if not all(isinstance(one, str) for one in account) or not _is_key(account.key):
        raise NoAccount(
            f"{path} must contain the accounts as New Accounts has shown them: key,"
            " login and password."
        )
    return account


def _is_key(text):
    """Whether a text can be in a header; errors about one that cannot would show it."""
    return all("!" <= character <= "~" for character in text)
