"""System parameters that Settings have, and a few that decide where links lead.

The others are left out: many of them change all the time, and nobody has set them.
"""

import re

from .found import Found, personal, secret

_KEYS = {
    *("auth_signup.invitation_scope", "auth_signup.reset_password"),
    *("base.default_max_email_size", "base.login_cooldown_after"),
    *("base.login_cooldown_duration", "base.template_portal_user_id"),
    *("mail.batch_size", "mail.session.batch.size", "report.url"),
    *("web.base.url", "web.base.url.freeze"),
}
_SECRET = re.compile(
    r"secret|token|passw|pwd|credential|private|signature|(^|[._-])(api_?)?key",
    re.IGNORECASE,
)


def read(env):
    """Return system parameters; of those that look like secrets, hashes."""
    fields = env["res.config.settings"]._fields.values()
    keys = _KEYS | {getattr(field, "config_parameter", None) for field in fields}
    parameters = env["ir.config_parameter"].search([("key", "in", list(keys - {None}))])
    return Found(
        {one.key: _item(env, one) for one in parameters},
        {one.key: (one._name, one.id) for one in parameters},
    )


def _item(env, parameter):
    if _SECRET.search(parameter.key):
        return secret(env, parameter.key, parameter.value)
    return personal(env, parameter.key, parameter.value)
