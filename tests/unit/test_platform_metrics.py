"""docs/metrics.md has exactly the families that the watches of the platform export."""

import re

from setup import paths

ADDON = paths.ADDONS / "reliability_platform"
SUBJECTS = "database_used|host|ingress|pgbouncer|platform|postgres|redis"
IN_CODE = rf'"(odoo_(?:{SUBJECTS})_\w*\w)"'
IN_PAGE = rf"^\| `(odoo_(?:{SUBJECTS})_\w+)` \|"
PREFIXES = {"odoo_postgres_"}


def test_each_family_is_documented_and_no_other():
    sources = [*ADDON.glob("watch/**/*.py"), *ADDON.glob("collector/*.py")]
    text = "\n".join(path.read_text() for path in sources)
    exported = set(re.findall(IN_CODE, text)) - PREFIXES
    page = (paths.ROOT / "docs" / "metrics.md").read_text()
    documented = re.findall(IN_PAGE, page, re.MULTILINE)
    # Counters are exported with this suffix.
    assert sorted(exported) == sorted(x.removesuffix("_total") for x in documented)
