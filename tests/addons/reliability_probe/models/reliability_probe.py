import time
from pathlib import Path

import requests

from odoo import fields, models

from odoo.addons.reliability.api import Series, leave_out_request, record

from ..families import PROBE


class ProbeWork(models.Model):
    _name = "probe.work"
    _description = "Work That Can Kill a Worker"

    name = fields.Char()

    def init(self):
        """Make COMMIT take a second for each row, so that it can be killed."""
        self.env.cr.execute("""
            CREATE OR REPLACE FUNCTION probe_work_slow() RETURNS trigger
            LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END';
            DROP TRIGGER IF EXISTS probe_work_slow ON probe_work;
            CREATE CONSTRAINT TRIGGER probe_work_slow AFTER INSERT ON probe_work
            DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION probe_work_slow();
        """)

    def work(self, kind="nothing", amount=0):
        """Do some work.

        :param kind: ``sleep`` for seconds, ``burn`` seconds of processor time,
            ``allocate`` GiB, ``commit`` slowly, ``hold`` the order with this id until
            the worker is stopped, ``ask`` a server on this port, ``wait`` until a file
            with this name is deleted, ``leave_out`` the request and ``burn``,
            ``record`` an event of the probe's own family that took seconds, or
            ``nothing``
        :param amount: of seconds or GiB; the id, port or name of the file
        """
        if kind == "leave_out":
            leave_out_request()
        if kind == "sleep":
            time.sleep(amount)
        elif kind in ("burn", "leave_out"):
            until = time.process_time() + amount
            while time.process_time() < until:
                pass
        elif kind == "allocate":
            bytearray(amount * 2**30)
        elif kind == "hold":
            self.env["sale.order"].browse(amount).lock_for_update()
            time.sleep(3600)
        elif kind == "wait":
            while Path(amount).exists():
                time.sleep(0.05)
        elif kind == "ask":
            requests.get(f"http://127.0.0.1:{amount}/", timeout=60)
        elif kind == "record":
            series = Series(PROBE.name, self.env.cr.dbname, ("north", "small"), 1.0)
            record(series, seconds=amount)
        elif kind == "commit":
            self.create({"name": "slow"})
        return True
