"""Traces and metrics by OpenTelemetry: one trace from the request to the read model, and what /metrics shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO
from uuid import UUID

from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Counter, Histogram, Observation
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, MeterProvider
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased
from opentelemetry.trace import INVALID_SPAN, NonRecordingSpan, Span, SpanContext, TraceFlags
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SIZES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)
LARGEST = 64 << 20
KEPT = ("strongroom.", "http.")
"""What a span's attributes may begin with; all else, and every exception's message, stays out of the file."""


def start_telemetry(process: str, traces: Path | None = None, ratio: float = 1.0) -> None:
    """Measure from now on; trace too when a file is named for the spans."""
    resource = Resource.create({"service.name": f"strongroom-{process}"})
    metrics.set_meter_provider(
        MeterProvider(
            [PrometheusMetricReader(scope_info_enabled=False)],
            resource,
            views=_views(),
            exemplar_filter=AlwaysOffExemplarFilter(),
        )
    )
    if traces is not None:
        provider = TracerProvider(ByRequest(ratio), resource)
        provider.add_span_processor(BatchSpanProcessor(JsonSpans(traces.open("a", encoding="utf-8"))))
        trace.set_tracer_provider(provider)


def exposition() -> tuple[bytes, str]:
    """All metrics of this process in Prometheus' format, and its content type."""
    return generate_latest(), CONTENT_TYPE_LATEST


def counter(name: str, about: str) -> Counter:
    """Something that is counted, `strongroom.…`."""
    return metrics.get_meter("strongroom").create_counter(name, description=about)


def histogram(name: str, about: str, unit: str = "") -> Histogram:
    """Something that varies: seconds (`s`) or a size."""
    return metrics.get_meter("strongroom").create_histogram(name, unit=unit, description=about)


def gauge(name: str, about: str, ask: Callable[[], Iterable[tuple[float, dict[str, str]]]]) -> None:
    """Something that stands somewhere: asked for each time it is looked at."""

    def observe(_: CallbackOptions) -> Iterable[Observation]:
        return [Observation(value, labels) for value, labels in ask()]

    metrics.get_meter("strongroom").create_observable_gauge(name, [observe], description=about)


def span(name: str, request_id: UUID) -> AbstractContextManager[Span]:
    """A span in the trace of `request_id`. The id is in every event's provenance: so a projection's span, in another
    process and later, joins the request's trace without anything else being carried along."""
    if not _sampled(request_id):
        return nullcontext(INVALID_SPAN)
    return trace.get_tracer("strongroom").start_as_current_span(name, of_request(request_id), record_exception=False)


def told_later(name: str, request_id: UUID, began: int, position: int) -> None:
    """A span in the trace of `request_id` for what began at `began` (ns since 1970) and has just ended."""
    if _sampled(request_id):
        at = {"strongroom.position": position}
        trace.get_tracer("strongroom").start_span(name, of_request(request_id), attributes=at, start_time=began).end()


def of_request(request_id: UUID) -> Context:
    """The trace that belongs to a request, as a context; sampled or not by its id alone, alike in every process."""
    flags = TraceFlags(TraceFlags.SAMPLED if _sampled(request_id) else TraceFlags.DEFAULT)
    parent = SpanContext(request_id.int, request_id.int & (1 << 64) - 1, is_remote=True, trace_flags=flags)
    return trace.set_span_in_context(NonRecordingSpan(parent))


def _sampled(request_id: UUID) -> bool:
    sampler = getattr(trace.get_tracer_provider(), "sampler", None)
    return isinstance(sampler, ByRequest) and sampler.takes(request_id)


class ByRequest(ParentBased):
    """Traces a share of the requests, chosen by their ids' random part; nothing outside a request."""

    def __init__(self, ratio: float) -> None:
        super().__init__(ALWAYS_OFF)
        self._below = int(ratio * (1 << 56))

    def takes(self, request_id: UUID) -> bool:
        return request_id.int & (1 << 56) - 1 < self._below


def _views() -> Sequence[View]:
    return (
        View(
            instrument_unit="s", aggregation=ExplicitBucketHistogramAggregation(SECONDS), instrument_name="strongroom.*"
        ),
        View(instrument_name="strongroom.append.batch", aggregation=ExplicitBucketHistogramAggregation(SIZES)),
    )


class JsonSpans(SpanExporter):
    """Spans as JSON lines, ours alone. A file that has grown large begins anew: it is a window, not an archive."""

    def __init__(self, to: IO[str]) -> None:
        self._to = to

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self._to.tell() > LARGEST:
            self._to.truncate(0)
        self._to.writelines(json.dumps(_line(each)) + "\n" for each in spans)
        self._to.flush()
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        self._to.flush()


def _line(each: ReadableSpan) -> dict[str, object]:
    context = each.get_span_context()
    return {
        "trace": f"{context.trace_id:032x}" if context else None,
        "span": f"{context.span_id:016x}" if context else None,
        "parent": f"{each.parent.span_id:016x}" if each.parent else None,
        "service": each.resource.attributes.get("service.name"),
        "name": each.name,
        "start_ns": each.start_time,
        "end_ns": each.end_time,
        "status": each.status.status_code.name,
        "attributes": {k: v for k, v in (each.attributes or {}).items() if k.startswith(KEPT)},
    }
