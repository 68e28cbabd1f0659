"""Why settings cannot be read or compared, in the reader's language."""

from ..drift import NOT_FOUND, NOT_READ, SALT_REPLACED, STALE


def describe_problem(env, problem):
    """Return a problem in words.

    :param problem: of :mod:`..drift`, or the text of an error
    """
    texts = {
        NOT_READ: env._("Only one of the databases has these settings"),
        NOT_FOUND: env._(
            "The app was uninstalled, or odoo.conf does not name them any more"
        ),
        SALT_REPLACED: env._("The salt of secrets was replaced: take a new baseline"),
        STALE: env._("They were not read for three hours"),
    }
    return texts.get(problem, problem)
