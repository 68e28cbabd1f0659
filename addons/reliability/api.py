"""The public interface: other addons import only from this module.

All other modules may change without notice; ``make lint`` rejects imports from them.
Addons also extend ``reliability.gauge``, ``reliability.health.provider``,
``reliability.evaluator``, ``reliability.diagnosis``, ``reliability.self.check`` and
``base._reliability_outcome`` by inheritance; these models document how.
"""

# Measure calls and define families of metrics.
from .instrumentation.external_time import add_seconds as add_external_seconds
from .instrumentation.external_time import seconds_so_far as external_seconds_so_far
from .instrumentation.guard import guarded
from .instrumentation.install import install
from .instrumentation.instrument import Hook, instrument, uninstrument
from .instrumentation.kill_switch import kill_switch
from .instrumentation.labels import register_label_model
from .instrumentation.measure import measure
from .instrumentation.recording import recorder
from .instrumentation.registry import instrumentation_of, is_measured
from .instrumentation.span import Span, record
from .telemetry.events import Series
from .telemetry.families import (
    COUNTER,
    HISTOGRAM,
    IN_PROGRESS,
    FamilySpec,
    MetricSpec,
    register_family,
)

# Follow transactions, retries and outcomes.
from .instrumentation.call_middleware import add_call_middleware
from .instrumentation.outcome import add_contention, outcome_of
from .instrumentation.retry_scope import current_retry_scope, retry_scope
from .instrumentation.transaction import listen, transaction_cache
from .instrumentation.transaction_listener import TransactionListener

# Store messages that survive a rollback, without secrets.
from .collector.outbox import store_message
from .telemetry.masking import masked, without_query

# Let the collector check something: a task, with what runs on this host now.
from .collector.collector import Collector
from .collector.connection import transaction
from .collector.tasks import CollectorTask, register_task
from .odoo_conf import Settings
from .telemetry.activity import Activity, named
from .telemetry.families import columns_of

# Define models: fields, codes, retention.
from .models.metric_code import check_metric_code, is_metric_code
from .models.no_foreign_key import NoForeignKeyMany2one
from .models.retention import forget, minutes_complete_since, numbers, retention_of

# Query measurements, and provide the health of services.
from .models import formatting
from .models.local_day import WEEKS_COMPARED, LocalDay, weeks_before
from .models.reliability_health_provider import (
    STATE_NAMES,
    Alert,
    Backlog,
    Card,
    Scope,
    Warehouse,
)
from .telemetry.families import evaluated_families
from .models.shared_cache import read_shared
from .telemetry.call_stats import FAILURES, CallStats
from .telemetry.health import (
    DEGRADED,
    FINE,
    INTERRUPTED,
    NO_DATA,
    STATES,
    TROUBLED,
    WINDOW,
    Finding,
    StatusKey,
)
from .telemetry.layer_costs import LAYERS, LayerCosts
