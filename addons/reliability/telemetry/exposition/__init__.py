"""What is known, as metric families of prometheus_client, which renders them.

Every family says here what it means; ``docs/metrics.md`` lists them with examples.
"""

from .crons import cron_families
from .gauges import Gauge, GaugeSheet, gauge_families
from .histograms import Histograms, Memory, registry_of
from .integrations import integration_families
from .jobs import job_families
from .locks import lock_families
from .mails import mail_families
from .operations import operation_families
from .redis import redis_families
from .requests import Workers, request_families, worker_families
from .self_check import SelfCheck, self_check_families
