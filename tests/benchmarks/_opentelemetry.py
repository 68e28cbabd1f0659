"""A method as an application instruments it with OpenTelemetry's SDK.

Each call has a span, which a batch processor takes to an exporter that drops it in
another thread, a value of a histogram, and one of each of four counters: what one of
our events also holds.  The attributes are those of our labels, made once.
"""

import time

from opentelemetry.metrics import Histogram
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SpanExporter,
    SpanExportResult,
)

COSTS = ("sql_seconds", "cpu_seconds", "queries", "records")


class Dropping(SpanExporter):
    """An exporter without a destination."""

    def export(self, spans):
        return SpanExportResult.SUCCESS


class Instrumentation:
    """The providers of a process.

    :param bounds: of the histogram's buckets, in seconds
    """

    def __init__(self, bounds):
        self._tracers = TracerProvider()
        self._tracers.add_span_processor(BatchSpanProcessor(Dropping()))
        buckets = ExplicitBucketHistogramAggregation(bounds)
        self._meters = MeterProvider(
            [InMemoryMetricReader()],
            views=[View(instrument_type=Histogram, aggregation=buckets)],
        )
        self._tracer = self._tracers.get_tracer("benchmark")
        meter = self._meters.get_meter("benchmark")
        self._durations = meter.create_histogram("calls", "s")
        self._costs = [meter.create_counter(cost) for cost in COSTS]

    def instrumented(self, method, name, attributes):
        """Return a method that is measured.

        :param attributes: of its span and of its values
        """
        counted = attributes | {"outcome": "success"}

        def measured(records):
            started = time.perf_counter()
            with self._tracer.start_as_current_span(name, attributes=attributes):
                result = method(records)
            self._durations.record(time.perf_counter() - started, counted)
            for cost in self._costs:
                cost.add(1.0, attributes)
            return result

        return measured

    def shut_down(self):
        """Stop the thread that exports."""
        self._tracers.shutdown()
        self._meters.shutdown()
