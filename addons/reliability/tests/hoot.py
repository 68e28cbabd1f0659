"""Test suites of Hoot, Odoo's test runner in the browser."""


def hoot_id(name):
    """Return the id of a suite: the hash of its name, as Java computes it."""
    code = 0
    for char in name:
        code = (31 * code + ord(char)) & 0xFFFFFFFF
    return f"{code:08x}"


class HootCase:
    """A mixin for an HttpCase that runs the component tests of an addon."""

    def run_components(self, addon):
        """Run the suite ``@<addon>`` in a browser."""
        suite = hoot_id(f"@{addon}")
        failures = []

        def is_error(message):
            """Hoot tells of a failed test by an error, and goes on."""
            if "[HOOT]" in message:
                failures.append(message)
            return "[HOOT]" not in message

        try:
            self.browser_js(
                f"/web/tests?headless&loglevel=2&timeout=15000&preset=desktop&id={suite}",
                code="",
                ready="",
                login="admin",
                timeout=300,
                success_signal="[HOOT] Test suite succeeded",
                error_checker=is_error,
            )
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), *failures])) from error
