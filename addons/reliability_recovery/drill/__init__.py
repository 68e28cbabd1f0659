"""Restore drills: restore a backup where it can harm nothing, and work with it.

Data flow::

    command.py     reads the arguments, deletes what a killed drill has left, starts
                   the drill in a process of its own, ends it at its limits, sends
      isolation.py   without network, with processes of its own
      target.py      the folder of one drill; deleted in the end, whatever happens
      inside.py      the phases, one after the other
        sources.py     pgBackRest, dumps, zip files, copies of filestores
        cluster.py     a PostgreSQL on a socket in the folder
        data_checks.py, files_checks.py, odoo_checks.py
      evidence.py    what was found, written before and after each phase
"""
