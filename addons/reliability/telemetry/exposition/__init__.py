"""The metric families on ``/metrics``, for prometheus_client to render.

``docs/metrics.md`` lists all of them with examples.
"""

from .families import family_metrics
from .gauges import Gauge, GaugeSheet, gauge_families
from .histograms import HistogramCache, Histograms, registry_of
from .redis import redis_families
from .self_check import SelfCheck, self_check_families
from .workers import Workers, worker_families
