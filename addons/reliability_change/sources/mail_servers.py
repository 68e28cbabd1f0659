"""Outgoing and incoming mail servers."""

from ..drift_key import key_of
from .found import Found, plain, read_records, secret, switch, typed


def read(env):
    """Return the mail servers; of their users and passwords, hashes."""
    outgoing = read_records(env, "ir.mail_server", _outgoing, "outgoing ")
    incoming = read_records(env, "fetchmail.server", _incoming, "incoming ")
    return Found(outgoing.items | incoming.items, outgoing.records | incoming.records)


def _outgoing(server):
    return {
        "name": typed(server, "name"),
        "active": switch(server.active),
        "host": plain(server.smtp_host),
        "port": plain(server.smtp_port),
        "encryption": plain(server.smtp_encryption),
        "authentication": plain(server.smtp_authentication),
        "from_filter": typed(server, "from_filter"),
        "sequence": plain(server.sequence),
        **_secrets(server, user="smtp_user", password="smtp_pass"),
    }


def _incoming(server):
    return {
        "name": typed(server, "name"),
        "active": switch(server.active),
        "state": plain(server.state),
        "type": plain(server.server_type),
        "host": plain(server.server),
        "port": plain(server.port),
        "encrypted": switch(server.is_ssl),
        **_secrets(server, user="user", password="password"),
    }


def _secrets(server, **names):
    """Return attribute → setting of fields that are secrets."""
    return {
        attribute: secret(server.env, key_of(server._name, field), server[field])
        for attribute, field in names.items()
    }
