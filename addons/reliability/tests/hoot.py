"""Naming suites of Hoot, Odoo's test runner in the browser."""


def hoot_id(name):
    """Return the id of a suite of Hoot's, which is Java's hash of its name."""
    code = 0
    for char in name:
        code = (31 * code + ord(char)) & 0xFFFFFFFF
    return f"{code:08x}"
