"""Start Odoo.

A copy of this is the virtual environment's program ``odoo``. It must be a file:
the prefork server starts its evented worker by ``sys.argv[0]``. And it must not stay
in this folder: Python puts a program's folder first on its path, where ours would
hide a library of the same name.
"""

import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
