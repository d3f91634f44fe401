"""Prometheus metrics of this process; with PROMETHEUS_MULTIPROC_DIR, of all workers of the server together.

Database facts (queue, editions, ages) are read when the metrics are asked for.
"""

from __future__ import annotations

import platform
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import django
from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess, values
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from interviews.models import Delivery, Edition, Observation, OutboxMessage, Task

SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

requests = Counter("jinzhong_requests", "Requests that reached Django", ["view", "status"])
durations = Histogram("jinzhong_request_seconds", "Their duration", ["view"], buckets=SECONDS)
queries = Counter("jinzhong_queries", "SQL queries of requests", ["view"])
stored_pages = Counter("jinzhong_stored_pages", "Public pages by whether the page store had them", ["answer"])


class SlowRequest(NamedTuple):
    """When it ended (seconds since the epoch), its path without tokens, milliseconds, and queries."""

    ended: float
    path: str
    ms: int
    queries: int


# Lately, in this process.
slow: deque[SlowRequest] = deque(maxlen=20)


def request_finished(view: str, status: int, seconds: float, number_of_queries: int) -> None:
    """Count a request. `view` is a URL's name, so that strangers cannot make new series; empty if there is none."""
    requests.labels(view, f"{status // 100}xx").inc()
    durations.labels(view).observe(seconds)
    queries.labels(view).inc(number_of_queries)


def exposition() -> bytes:
    """All metrics, in Prometheus's text format. Six queries."""
    registry = CollectorRegistry()
    if values.ValueClass is values.MutexValue:
        for metric in (requests, durations, queries, stored_pages):
            registry.register(metric)
    else:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Build())
    registry.register(_Database())
    return generate_latest(registry)


class _Build(Collector):
    def collect(self) -> Iterator[Metric]:
        versions = {"version": settings.VERSION, "python": platform.python_version(), "django": django.get_version()}
        yield InfoMetricFamily("jinzhong_build", "Version of this process's code", value=versions)


class _Database(Collector):
    def collect(self) -> Iterator[Metric]:
        queue = Task.objects.aggregate(
            waiting=Count("pk", filter=Q(not_before__isnull=False)), given_up=Count("pk", filter=Q(not_before=None))
        )
        tasks = GaugeMetricFamily("jinzhong_tasks", "Queued background work", labels=["state"])
        for state, number in queue.items():
            tasks.add_metric([state], number)
        yield tasks
        yield from _outbox()
        public = Edition.objects.public().count()
        yield GaugeMetricFamily("jinzhong_public_editions", "Editions that readers see", value=public)
        ages = GaugeMetricFamily("jinzhong_age_seconds", "Since it was last done", labels=["what"])
        well = GaugeMetricFamily("jinzhong_well", "1 if its last check found no fault", labels=["what"])
        for row in Observation.objects.exclude(name__startswith="revision:"):
            ages.add_metric([row.name], (timezone.now() - row.at).total_seconds())
            well.add_metric([row.name], float(row.well))
        yield from (ages, well)


def _outbox() -> Iterator[Metric]:
    """Gauges, because messages that are done are deleted after 90 days."""
    deliveries = GaugeMetricFamily("jinzhong_deliveries", "Notices to other systems", labels=["channel", "state"])
    counted = Delivery.objects.order_by().values_list("channel", "state").annotate(number=Count("pk"))
    for channel, state, number in counted:
        deliveries.add_metric([channel, state], number)
    messages = GaugeMetricFamily("jinzhong_public_events", "Events that other systems are told of", labels=["event"])
    for event, number in OutboxMessage.objects.values_list("event").annotate(number=Count("pk")):
        messages.add_metric([event], number)
    yield from (deliveries, messages)
