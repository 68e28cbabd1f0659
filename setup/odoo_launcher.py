"""Start Odoo: the source of the virtual environment's program ``odoo``.

The program must be a file, since the prefork server starts its evented worker by
``sys.argv[0]``. It must not run from this folder, since Python puts a program's folder
first on its path, where our modules would hide libraries of the same name.
"""

import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
