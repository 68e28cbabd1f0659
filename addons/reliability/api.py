"""The public API: everything that other addons may import from this one.

All other names may change without notice; ``make lint`` reports imports of them.  The
models and methods that addons extend are documented where they are defined:
``base._reliability_outcome`` (did a call do its work), ``reliability.gauge`` (numbers
from the database), ``reliability.health.provider`` (backlogs, alerts, cards,
departures), ``reliability.evaluator`` (findings), ``reliability.diagnosis`` (root
causes) and ``reliability.self.check`` (problems of the telemetry).

A family of an addon, from its registration to an event::

    register_family(
        FamilySpec(
            "scan",
            "Scan",
            ("device",),
            (MetricSpec(HISTOGRAM, "odoo_scan_seconds", "Scans.", ("device",)),),
        )
    )

    record(Series("scan", env.cr.dbname, (device,), 1.0), "success", seconds)

Comments below give one line for each name, and the docstrings of the names the rest.
"""

# Measure.
#   register_family(spec)      register a kind of event: a FamilySpec with MetricSpecs,
#                              each a HISTOGRAM, a COUNTER or IN_PROGRESS
#   record(series, outcome)    record one event; a Series is a family and its labels
#   Span(series)               time something until ``end(outcome)``; it may be killed
#   mark_done(records, code)   mark records on which the current call did its work;
#                              ``_reliability_outcome`` asks ``done_ids(env, code)``
#   instrument(purpose, Hook)  wrap functions of Odoo or a library; ``uninstrument``
#                              restores them, else they stay until Odoo is restarted
#   guarded                    decorator: errors of telemetry never reach the caller
#   unmeasured()               ``with`` block: nothing that this thread does is recorded
#   is_unmeasured()            whether it is in one, or in a request that is left out
#   leave_out_request()        the same until the present request ends, which is left
#                              out itself
#   add_external_seconds(s)    add seconds of waiting for a partner system;
#                              external_seconds_so_far() is their sum in this thread
#   register_label_model(…)    let fields that lead to a model be labels of calls
#   kill_switch                whether this server is measured: ``is_enabled()``
#   is_measured(registry)      whether a database is measured: true, false, or no app
#   instrumentation_of(…)      layers on classes of a registry: ``patch``, ``unpatch``
#   recorder()                 the recorder of this process
#   registry_load(db)          the present RegistryLoad: its seconds, its scripts
from .instrumentation.external_time import add_seconds as add_external_seconds
from .instrumentation.external_time import seconds_so_far as external_seconds_so_far
from .instrumentation.guard import guarded
from .instrumentation.instrument import Hook, instrument, uninstrument
from .instrumentation.kill_switch import kill_switch
from .instrumentation.labels import register_label_model
from .instrumentation.measure import done_ids, mark_done
from .instrumentation.recording import recorder
from .instrumentation.registry import instrumentation_of, is_measured
from .instrumentation.registry_load import RegistryLoad, registry_load
from .instrumentation.span import Span, record
from .instrumentation.unmeasured import is_unmeasured, leave_out_request, unmeasured
from .telemetry.events import Series
from .telemetry.families import (
    COUNTER,
    HISTOGRAM,
    IN_PROGRESS,
    FamilySpec,
    MetricSpec,
    register_family,
)

# Outcomes of calls.
#   outcome_of(error)          the outcome that an error gives to a call
#   add_contention(error)      treat a class of errors like serialization failures
#   retry_scope()              ``with`` block around all attempts of code that retries
#   current_retry_scope()      the one that this thread is in; ``name`` is unique
#   add_call_middleware(find)  code around each call of chosen operations
#   listen(cr, listener)       call a TransactionListener when the transaction ends
#   transaction_cache(cr)      a dict that lasts as long as the transaction
from .instrumentation.call_middleware import add_call_middleware
from .instrumentation.outcome import add_contention, outcome_of
from .instrumentation.retry_scope import current_retry_scope, retry_scope
from .instrumentation.transaction import listen, transaction_cache
from .instrumentation.transaction_listener import TransactionListener

# Messages that must survive a rollback, without secrets.
#   store_message(…)           let the collector deliver a message to an SQL function
#   masked(text)               a text without passwords, tokens and personal data
#   masked_name(name)          the same of an identifier, which may look like a secret
#   storable(value)            texts without what PostgreSQL and UTF-8 cannot hold
#   without_query(url)         an address without credentials and parameters
#   masked_logger(name)        a logger whose lines and tracebacks are masked
from .collector.outbox import store_message
from .telemetry.masked_log import masked_logger
from .telemetry.masking import masked, masked_name, without_query
from .telemetry.storable import storable

# Tasks of the collector, beside reading slots.
#   register_task              decorator of a CollectorTask, which knows its Collector
#                              and the Settings of odoo.conf; elsewhere: settings()
#   connected(db, seconds)     ``with`` block of a connection of psycopg2 outside of
#                              Odoo's pool, which is closed after it
#   served_databases(cr)       the names of the databases that this server serves
#   transaction(connection)    a cursor of psycopg2, with timeouts; qualify names of
#                              Odoo with ``public``, which is not in SEARCH_PATH
#   named(activities, db, age) the series of a transaction, by the Activity of a process
#   columns_of(family, labels) the columns of a series in rollups
from .collector.collector import Collector
from .collector.connection import SEARCH_PATH, connected, transaction
from .collector.served_databases import served_databases
from .collector.tasks import CollectorTask, register_task
from .odoo_conf import Settings, settings
from .telemetry.activity import Activity, named
from .telemetry.families import columns_of

# Models.
#   check_metric_code(record)  constraint: the code is valid in metrics; is_metric_code
#   NoForeignKeyMany2one       a field for records that may not exist any more
#   NumberParameter            a system parameter with its default and bounds; Settings
#                              check it, see ``_reliability_parameters`` there
#   SwitchParameter            one that is on or off; MomentParameter: a moment in UTC
#   read_parameter(env, …)     its value; nothing else parses the text
#   is_neutralized(env)        whether the database is a neutralized copy
#   store_text(env, key, …)    store one that changes each minute; stored_text(env, key)
#   create_functions(cr, …)    create the functions of an SQL file, each with a fixed
#                              search path
#   write_changes(record, …)   write the values that differ
#   isolated(cr, logger, …)    ``with`` block that is undone and logged where it fails
#   delete_oldest(rows, …)     delete a batch of old rows, in ``@api.autovacuum``
#   check_reader(env, company) refuse users without a role, or of other companies
#   open_activity_dialog(…)    Odoo's dialog that assigns an activity to a colleague
#   retention_of(env)          the retention of rollups: days by minute, by hour; rows
#   minutes_complete_since(…)  the moment since which rollups by minute are complete
from .models.activities import open_activity_dialog
from .models.isolated import isolated
from .models.metric_code import check_metric_code, is_metric_code
from .models.no_foreign_key import NoForeignKeyMany2one
from .models.parameters import (
    is_neutralized,
    read_parameter,
    store_text,
    stored_text,
)
from .models.readers import check_reader
from .models.retention import (
    delete_oldest,
    minutes_complete_since,
    retention_of,
)

from .models.sql_functions import create_functions
from .models.write_changes import write_changes
from .telemetry.parameters import MomentParameter, NumberParameter, SwitchParameter

# Rollups and health.
#   CallStats                  result of ``reliability.query._aggregate``; its failures
#                              are the outcomes in FAILURES; EXCLUDED do not count
#   LayerCosts                 result of ``_aggregate_costs``: time by LAYERS
#   LocalDay                   a calendar day in a time zone, and its baseline days
#   weeks_before(moment, …)    the same local time, weeks before; BASELINE_WEEKS of them
#   formatting                 durations and times for people
#   Scope, Warehouse           companies and warehouse that a user has chosen
#   Alert, Backlog, Card       what a health provider returns, and CardLine, Departure;
#                              an AlertText is an alert as one reader sees it
#   Affected, Impact           what an incident affects, and records that it affects;
#                              MAX_RECORDS of these are counted
#   Deployment                 a change of what runs, see ``_deployments`` of providers
#   TimelineEntry              what happened then; CHANGES_BEFORE its begin, changes do,
#                              too; a timeline has MAX_ENTRIES
#   SEVERITY_NAMES             severities of alerts; INFORMATION is the mildest
#   SetupStep                  what administrators set up in a new database
#   STATES, STATE_NAMES        states of services and their names; NO_DATA, FINE,
#                              DEGRADED, INTERRUPTED; TROUBLED are the last two
#   StatusKey, Finding         what an evaluation finds, and the status that it is for;
#                              it evaluates the last WINDOW
#   evaluated_families(…)      families that belong to a company, or to the database
#   read_shared(env, …)        a cache for what screens read of rollups
from .models import formatting
from .models.local_day import BASELINE_WEEKS, LocalDay, weeks_before
from .models.reliability_health_provider import (
    INFORMATION,
    SEVERITY_NAMES,
    STATE_NAMES,
    Alert,
    AlertText,
    Backlog,
    Card,
    CardLine,
    Departure,
    Scope,
    SetupStep,
    Warehouse,
)
from .models.reliability_health_provider_deployments import Deployment
from .models.reliability_health_provider_incident import (
    MAX_RECORDS,
    Affected,
    Impact,
)
from .models.reliability_health_provider_timeline import (
    CHANGES_BEFORE,
    MAX_ENTRIES,
    TimelineEntry,
)
from .telemetry.families import evaluated_families
from .models.shared_cache import read_shared
from .telemetry.call_stats import EXCLUDED, FAILURES, CallStats
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
