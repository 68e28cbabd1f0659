"""Configuration of the channels, which the job runner reads from the server's files."""

from psycopg2.errors import LockNotAvailable, UndefinedTable

from odoo import api, fields, models
from odoo.tools import SQL, config

from odoo.addons.queue_job.jobrunner.channels import ChannelManager
from odoo.addons.queue_job.jobrunner.runner import _channels
from odoo.addons.reliability.api import create_functions, masked_logger

_logger = masked_logger(__name__)

_VIEWS = (
    "reliability_job_channel_status",
    "reliability_job_count",
    "reliability_job_problem",
    "reliability_job_blocked_channel",
    "reliability_job_eligible",
)
_ROOT = "root"
_LOCK = "LOCK TABLE reliability_job_channel IN SHARE ROW EXCLUSIVE MODE NOWAIT"


class ReliabilityJobChannel(models.Model):
    """Written by each server with a runner, when it loads the database."""

    _name = "reliability.job.channel"
    _description = "Configured Channel"
    _log_access = False

    name = fields.Char(readonly=True)
    capacity = fields.Integer(
        readonly=True, help="Jobs that may run at the same time; 0: no limit."
    )
    is_sequential = fields.Boolean(readonly=True)
    is_paused = fields.Boolean(readonly=True)

    _name_unique = models.UniqueIndex("(name)")

    @api.model
    def _create_views(self):
        """Create the views of the queue and its gauges, once its tables exist."""
        self._drop_views()
        create_functions(self.env.cr, "reliability_queue_job/data/queue.sql")
        self.env["reliability.gauge"]._register_job_gauges()

    @api.model
    def _drop_views(self):
        for view in _VIEWS:
            name = SQL.identifier(view)
            self.env.cr.execute(SQL("DROP VIEW IF EXISTS %s CASCADE", name))
        self.env.cr.execute(
            "DROP FUNCTION IF EXISTS reliability_job_runner_alive() CASCADE"
        )

    def _register_hook(self):
        result = super()._register_hook()
        if "queue_job" in config["server_wide_modules"]:
            self._store_configuration()
        return result

    @api.model
    def _store_configuration(self):
        """Store this server's configuration of the channels, if it has changed.

        It uses a connection of its own and does not wait for the lock: a server that
        loads the database at the same time stores the same, and the database is loaded
        again after the installation of the addon.
        """
        try:
            with self.env.registry.cursor() as cr:
                cr.execute(_LOCK, log_exceptions=False)
                cr.execute(
                    "SELECT name, capacity, is_sequential, is_paused"
                    " FROM reliability_job_channel"
                )
                channels = configured_channels(_channels())
                if set(cr.fetchall()) != set(channels):
                    cr.execute("DELETE FROM reliability_job_channel")
                    cr.execute_values(
                        "INSERT INTO reliability_job_channel"
                        " (name, capacity, is_sequential, is_paused) VALUES %s",
                        channels,
                    )
        except (LockNotAvailable, UndefinedTable):
            return
        except Exception as error:  # also database errors: the cursor is our own
            _logger.warning("The configuration of channels is not stored: %s", error)


def configured_channels(text):
    """Return the channels of a configuration, parsed by queue_job.

    :param str text: such as ``root:4,root.edi:1:sequential``
    :return: ``(name, capacity, is_sequential, is_paused)`` of each channel
    """
    channels = {_ROOT: (_ROOT, 1, False, False)}
    for channel in ChannelManager.parse_simple_config(text):
        name = channel["name"]
        if name != _ROOT and not name.startswith(f"{_ROOT}."):
            name = f"{_ROOT}.{name}"
        is_sequential, is_paused = (
            bool(channel.get(option, False)) for option in ("sequential", "paused")
        )
        channels[name] = (name, channel["capacity"], is_sequential, is_paused)
    return list(channels.values())
