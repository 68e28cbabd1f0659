"""Who may read what is measured."""

from odoo.exceptions import AccessError


def check_reader(env, company=None):
    """Refuse users who may not read what is measured.

    :param company: the company that is read about
    :raise AccessError: the user has no role, or is not of the company
    """
    if not env.user.has_group("reliability.group_viewer"):
        raise AccessError(
            env._(
                "You need a role of Reliability. Ask an administrator for the role"
                " Viewer."
            )
        )
    if company is not None and company not in env.user.company_ids:
        raise AccessError(env._("This is not one of your companies."))
