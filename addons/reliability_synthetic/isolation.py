"""What a rehearsal must not do is refused by name, in its thread only.

Nothing leaves: no connection, no program, no thread, no other connection to a database,
and no end of the transaction.  Log lines may leave, also over the network.  The
functions are wrapped while a rehearsal runs in the process.

Refused is what the Python of this thread attempts.  A thread that ran before, such as
that of a pool, does what it is asked to.
"""

import ipaddress
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import psycopg2
import psycopg2.sql

from odoo import sql_db

from odoo.addons.reliability.api import Hook, instrument, uninstrument

from .problems import Problem

_PURPOSE = "Isolation of rehearsals"
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_END = re.compile(
    r"^\s*(?:END|ABORT)\b|(?:^|;)\s*(?:COMMIT|PREPARE\s+TRANSACTION"
    r"|ROLLBACK(?!\s+(?:(?:WORK|TRANSACTION)\s+)?TO))\b",
    re.IGNORECASE,
)
"""A statement that ends the transaction."""
_ADDONS = "odoo.addons."
_WRAPPERS = (f"{_ADDONS}reliability.", f"{_ADDONS}reliability_integration.")
"""What is put around functions; it calls nothing by itself."""

_installing = threading.Lock()
_rehearsals = 0
"""That run in this process now, in several threads."""


class Refused(BaseException):
    """The thread attempted what a rehearsal must not do.

    It is no ``Exception``, so that code that handles errors does not go on after it.

    :ivar cause: such as ``refused_connection``
    :ivar target: what was to be reached, such as an address
    :ivar caller: the function that did it
    """

    def __init__(self, cause: str, target: str, caller: str):
        super().__init__(f"{target} ({caller})" if caller else target)
        self.cause = cause
        self.target = target
        self.caller = caller

    def problem(self) -> Problem:
        """Return it as a problem of the step."""
        return Problem(self.cause, target=self.target, caller=self.caller)


class _Isolation:
    """The isolation of a thread; it remembers the first refusal."""

    refused: Refused | None = None

    def refuse(self, cause: str, target: str) -> None:
        """Refuse what the caller of a wrapped function attempts, unless it logs."""
        callers = list(_modules_of_callers())
        if any(module == "logging" for module, _function in callers):
            return
        refused = Refused(cause, target, _caller(callers))
        self.refused = self.refused or refused
        raise refused


class _Thread(threading.local):
    isolation: _Isolation | None = None


_thread = _Thread()


def install() -> bool:
    """Wrap what is refused; each call is followed by one of :func:`end`.

    :return: ``False`` if this version of Odoo cannot be isolated
    """
    global _rehearsals
    with _installing:
        _rehearsals += 1
        return instrument(_PURPOSE, *_hooks(), while_paused=True)


def run_isolated(function: Callable, *arguments) -> None:
    """Call a function, and refuse what must not happen in it.

    The end at a limit may come at any instruction, so the caller calls :func:`end`
    once no such end can come.

    :raise Problem: something was refused, also if the code went on after it
    """
    isolation = _Isolation()
    try:
        _thread.isolation = isolation
        function(*arguments)
    except (Exception, Refused) as error:
        if isolation.refused:
            raise isolation.refused.problem() from error
        raise
    finally:
        _thread.isolation = None
    if isolation.refused:
        raise isolation.refused.problem()


def end() -> None:
    """End the isolation of this thread.

    The last rehearsal of the process restores what was wrapped.
    """
    global _rehearsals
    _thread.isolation = None
    with _installing:
        _rehearsals -= 1
        if not _rehearsals:
            uninstrument(_PURPOSE)


def refuse_ends(cr: sql_db.BaseCursor) -> None:
    """Refuse SQL that ends the transaction of a cursor, where its thread is isolated.

    What such SQL commits would stay for ever.
    """
    execute = cr.execute

    def refusing(query, *args, **options):
        isolation = _thread.isolation
        if isolation is not None and _ends(_text(query, cr)):
            isolation.refuse("refused_end", "")
        return execute(query, *args, **options)

    cr.execute = refusing


def _ends(text: str) -> bool:
    """Whether SQL ends the transaction, also behind comments."""
    return bool(_END.search(text) or _END.search(_COMMENT.sub(" ", text)))


def _text(query, cr: sql_db.BaseCursor) -> str:
    """Return the text of a query in each form that Odoo and psycopg2 take."""
    if isinstance(query, psycopg2.sql.Composable):
        return query.as_string(cr._cnx)
    if isinstance(query, bytes):
        return query.decode(errors="replace")
    return str(getattr(query, "code", query))


def _hooks() -> Iterator[Hook]:
    """Yield the functions that are refused: cause → owner, names, target."""
    for name in ("connect", "connect_ex", "sendto"):
        yield _hook("refused_connection", socket.socket, name, _last_address)
    for name in ("send", "sendall", "sendmsg"):
        yield _hook("refused_connection", socket.socket, name, _peer)
    for name in ("send", "write"):  # these write without those of the class above
        yield _hook("refused_connection", ssl.SSLSocket, name, _peer)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        yield _hook("refused_lookup", socket, name, _name_of_host)
    yield _hook("refused_lookup", socket, "gethostbyaddr", _first)
    yield _hook("refused_program", subprocess.Popen, "__init__", _program_of_popen)
    for name in ("system", "posix_spawn", "fork"):
        yield _hook("refused_program", os, name, _program)
    yield _hook("refused_thread", threading.Thread, "start", _name_of_thread)
    yield _hook("refused_cursor", sql_db.ConnectionPool, "borrow", _database)
    yield _hook("refused_cursor", psycopg2, "connect", _dsn)
    yield _hook("refused_commit", sql_db.PsycoConnection, "commit", _nothing)
    yield _hook("refused_rollback", sql_db.PsycoConnection, "rollback", _nothing)


def _hook(cause: str, owner, name: str, target: Callable[..., str | None]) -> Hook:
    def make(original):
        def refusing(*args, **kwargs):
            isolation = _thread.isolation
            if isolation is not None:
                found = target(*args, **kwargs)
                if found is not None:
                    isolation.refuse(cause, found)
            return original(*args, **kwargs)

        return refusing

    return Hook(owner, name, make)


# What was to be reached; ``None`` if that is allowed.


def _last_address(sock, *args, **_options) -> str | None:
    return None if _is_local(sock) else _address(args[-1] if args else "")


def _peer(sock, *_args, **_options) -> str | None:
    if _is_local(sock):
        return None
    try:
        return _address(sock.getpeername())
    except OSError:  # it is not connected
        return ""


def _is_local(sock) -> bool:
    """Whether a socket stays on this host, such as that of the system's log."""
    return sock.family == socket.AF_UNIX


def _address(address) -> str:
    if isinstance(address, tuple):
        return ":".join(map(str, address[:2]))
    return str(address)


def _first(name, *_args, **_options) -> str:
    return str(name)


def _name_of_host(host, *_args, **_options) -> str | None:
    """Return a name; what then connects to an address is refused itself."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    return None


def _program_of_popen(_popen, args, *_more, **_options) -> str:
    return _program(args)


def _program(args="", *_more) -> str:
    """Return a program without its arguments, which may hold secrets."""
    words = args.split() if isinstance(args, str) else args
    words = [words] if isinstance(words, (bytes, os.PathLike)) else list(words)
    return os.fsdecode(words[0]) if words else ""


def _name_of_thread(thread) -> str:
    return thread.name


def _database(_pool, connection_info, *_args) -> str:
    return str(connection_info.get("database") or "")


def _dsn(*args, **options) -> str:
    return str(options.get("dbname") or options.get("database") or "")


def _nothing(*_args) -> str:
    return ""


def _modules_of_callers() -> Iterator[tuple[str, str]]:
    """Yield the module and function of each frame, the innermost first."""
    frame = sys._getframe()
    while frame:
        module = frame.f_globals.get("__name__", "")
        if module != __name__:
            yield module, frame.f_code.co_name
        frame = frame.f_back


def _caller(callers: list[tuple[str, str]]) -> str:
    """Return the innermost function of an addon; the step is one, too."""
    for module, function in callers:
        if module.startswith(_ADDONS) and not module.startswith(_WRAPPERS):
            return f"{module.removeprefix(_ADDONS)}.{function}"
    return ""
