"""Ids of test suites of Hoot, Odoo's test runner in the browser."""


def hoot_id(name):
    """Return the id of a suite: the hash of its name, as Java computes it."""
    code = 0
    for char in name:
        code = (31 * code + ord(char)) & 0xFFFFFFFF
    return f"{code:08x}"
