"""Write the odoo.conf of a role, and become its program.

``entrypoint web|gevent|cron|job|collector``, and then options of Odoo, such as
``entrypoint web -d main -u reliability --stop-after-init``.

Settings that everybody may read are in ``TEMPLATE``, where ``${NAME}`` stands for a
variable of the environment; secrets are in ``SECRETS``, as they are, and win.
"""

import os
import sys
from configparser import RawConfigParser
from pathlib import Path
from string import Template

TEMPLATE = Path("/etc/odoo/odoo.conf")
SECRETS = Path("/run/secrets/odoo/odoo.conf")
FOLDER = Path("/run/odoo")
PROGRAM = "/opt/odoo/bin/odoo"

ROLES = {
    "web": (),
    "gevent": ("gevent",),
    "cron": (),
    "job": (),
    "collector": ("reliability_collector",),
}
"""Role → command of Odoo.  Web, cron and job differ in their environment only."""


def render(template: str, secrets: str, environment: dict[str, str]) -> RawConfigParser:
    """Return the configuration.

    :raise SystemExit: the environment lacks a variable
    """
    try:
        filled = Template(template).substitute(environment)
    except KeyError as error:
        sys.exit(f"{TEMPLATE} needs the variable {error}: set it in the environment")
    parser = RawConfigParser()
    parser.read_string(filled)
    parser.read_string(secrets)
    return parser


def write(parser: RawConfigParser, path: Path) -> None:
    """Write the configuration to a file that only its owner may read."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    with path.open("w") as output:
        parser.write(output)


def main(role: str = "web", *options: str) -> None:
    """Replace this process by the program of a role."""
    if role not in ROLES:
        sys.exit(f"There is no role {role}; these are: {', '.join(ROLES)}")
    secrets = SECRETS.read_text() if SECRETS.exists() else ""
    # Containers of one pod share the folder.
    path = FOLDER / f"{role}.conf"
    write(render(TEMPLATE.read_text(), secrets, dict(os.environ)), path)
    command = [sys.executable, PROGRAM, *ROLES[role], "-c", str(path), *options]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main(*sys.argv[1:])
