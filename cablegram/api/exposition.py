"""The figures of an installation in the form that Prometheus reads, with the names that dashboards know. Pure.

Names follow Prometheus' own rules: base units (seconds, bytes), `_total` for what only grows. A figure of a process
carries the process and its place; all others are the installation's, whichever process was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from cablegram.connectors.contract import LinkState
from cablegram.messages.model import LANES, State
from cablegram.overview.model import Reported, Watched
from cablegram.runtime.meters import BOUNDS, Figure

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LANES = {lane: message_class.value for message_class, lane in LANES.items()}
_PROCESS = ("process", "instance")
_CONNECTOR = ("connector", "connector_id")
# Families that processes count by themselves: what stands in `runtime.meters`, the name here, its labels besides the
# connector, what it is.
COUNTED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "answers": (
        "cablegram_link_answers",
        ("verdict",),
        "Answers of carriers to parts of messages: taken, refused, throttled, temporary, lost, unwritten.",
    ),
    "receipts": ("cablegram_receipts", ("outcome",), "Receipts that came from carriers."),
    "replies": ("cablegram_replies", ("said",), "What carriers said when they were asked about overdue receipts."),
    "refused_calls": ("cablegram_callbacks_refused", ("code",), "Calls of providers that were refused, by why."),
    "texts": ("cablegram_texts", (), "Texts that people sent to us."),
}
GAUGED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "link_free": ("cablegram_link_window_free", ("link",), "Parts that a link's window has room for."),
    "link_rate": (
        "cablegram_link_rate_limit",
        ("link",),
        "Parts a second that a link goes at most, as it is set or its carrier's throttling taught; none without limit.",
    ),
}


class _Now(Collector):
    """Families that were made for one answer."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


def write(seen: Watched, version: str) -> bytes:
    """Write all figures."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Now(families(seen, version)))
    return generate_latest(registry)


def families(seen: Watched, version: str) -> Iterator[Metric]:
    """Return every family with its samples."""
    about = InfoMetricFamily("cablegram_build", "The version that answers.")
    about.add_metric([], {"version": version})
    yield about
    yield from _messages(seen)
    yield from _queue(seen)
    yield from _links(seen)
    yield from _processes(seen)
    about_stop = "1 while the operator has stopped all sending, 0 while it goes on."
    yield _one("cablegram_sending_stopped", about_stop, float(seen.stopped is not None))
    yield _one("cablegram_database_bytes", "Size of the database.", seen.database)


def _messages(seen: Watched) -> Iterator[Metric]:
    accepted = CounterMetricFamily("cablegram_messages_accepted", "Messages ever accepted.")
    accepted.add_metric([], seen.accepted)
    yield accepted
    resent = CounterMetricFamily(
        "cablegram_messages_resent", "Messages in question that were sent once more, as the operator chose."
    )
    resent.add_metric([], seen.resent)
    yield resent
    came = CounterMetricFamily(
        "cablegram_messages_entered", "Times that messages came into a state: `submitted` is what carriers took.",
        labels=["state"],
    )  # fmt: skip
    standing = GaugeMetricFamily("cablegram_messages", "Messages that are in a state now.", labels=["state"])
    for state in State:
        came.add_metric([state], seen.came[state])
        standing.add_metric([state], seen.standing[state])
    yield came
    yield standing


def _queue(seen: Watched) -> Iterator[Metric]:
    waiting = _gauge("cablegram_queue_depth", "Messages that wait for room on a link; counted up to 100,000.", "lane")
    oldest = _gauge("cablegram_queue_oldest_seconds", "How long ago the oldest of them was accepted.", "lane")
    names = {way.id: way.name for way in seen.ways}
    found = {(lane.connector_id, lane.lane): lane for lane in seen.lanes}
    for way in seen.ways:
        for number, lane in sorted(_LANES.items()):
            its = found.get((way.id, number))
            waiting.add_metric([way.name, str(way.id), lane], its.waiting if its else 0)
            age = max(0.0, (seen.at - its.oldest).total_seconds()) if its else 0.0
            oldest.add_metric([way.name, str(way.id), lane], age)
    yield waiting
    yield oldest
    aside = _gauge("cablegram_queue_aside", "Messages that wait aside: their campaign is paused, or they are held.")
    for connector_id, n in seen.aside.items():
        aside.add_metric([names.get(connector_id, ""), str(connector_id)], n)
    yield aside


def _links(seen: Watched) -> Iterator[Metric]:
    names = {way.id: way.name for way in seen.ways}
    window = _gauge("cablegram_connector_window", "Unanswered parts that all links of a connector may have together.")
    flying = _gauge("cablegram_connector_in_flight", "Messages on the wire.")
    unknown = _gauge("cablegram_connector_unknown", "Messages of which nobody can say whether the carrier took them.")
    for way in seen.ways:
        its = seen.loads.get(way.id)
        window.add_metric([way.name, str(way.id)], way.window if way.is_enabled else 0)
        flying.add_metric([way.name, str(way.id)], its.in_flight if its else 0)
        unknown.add_metric([way.name, str(way.id)], its.unknown if its else 0)
    yield from (window, flying, unknown)
    states = _gauge("cablegram_link_state", "1 for the state that a link is in, 0 for the others.", "link", "state")
    for connector_id, number, state in seen.links:
        for one in LinkState:
            labels = [names.get(connector_id, ""), str(connector_id), str(number), one.value]
            states.add_metric(labels, float(one.value == state))
    yield states


def _processes(seen: Watched) -> Iterator[Metric]:
    lives = GaugeMetricFamily("cablegram_process_up", "1 while a process says that it lives.", labels=_PROCESS)
    for one in seen.reports:
        lives.add_metric(_place(one), float(one.lives))
    yield lives
    yield _one("cablegram_dispatchers_alive", "Dispatchers whose database session holds their lock.", seen.dispatchers)
    living = [one for one in seen.reports if one.lives]
    yield _failures(living)
    names = {str(way.id): way.name for way in seen.ways}
    for family, (name, labels, about) in COUNTED.items():
        counter = CounterMetricFamily(name, about, labels=[*_PROCESS, *_CONNECTOR, *labels])
        for one, figure in _of(family, ((one, one.figures.counts) for one in living)):
            connector_id, *rest = figure.labels
            counter.add_metric([*_place(one), names.get(connector_id, ""), connector_id, *rest], figure.value)
        yield counter
    for family, (name, labels, about) in GAUGED.items():
        gauge = GaugeMetricFamily(name, about, labels=[*_PROCESS, *_CONNECTOR, *labels])
        for one, figure in _of(family, ((one, one.figures.gauges) for one in living)):
            connector_id, *rest = figure.labels
            gauge.add_metric([*_place(one), names.get(connector_id, ""), connector_id, *rest], figure.value)
        yield gauge
    yield from _commits(living)


def _failures(living: Sequence[Reported]) -> Metric:
    failures = CounterMetricFamily(
        "cablegram_task_failures", "Times that a task of a process failed by what nobody expected.",
        labels=[*_PROCESS, "task"],
    )  # fmt: skip
    for one, figure in _of("task_failures", ((one, one.figures.counts) for one in living)):
        failures.add_metric([*_place(one), *figure.labels], figure.value)
    return failures


def _of(family: str, said: Iterable[tuple[Reported, Sequence[Figure]]]) -> Iterator[tuple[Reported, Figure]]:
    return ((one, figure) for one, figures in said for figure in figures if figure.family == family)


def _commits(living: Sequence[Reported]) -> Iterator[Metric]:
    took = HistogramMetricFamily(
        "cablegram_commit_seconds", "How long transactions took, from begin to on disk.", labels=[*_PROCESS, "work"]
    )
    messages = CounterMetricFamily(
        "cablegram_commit_messages", "Messages that these transactions were about.", labels=[*_PROCESS, "work"]
    )
    for one in living:
        for timing in one.figures.timings:
            labels = [*_place(one), timing.work]
            bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
            buckets = list(zip(bounds, map(float, accumulate(timing.buckets)), strict=True))
            took.add_metric(labels, buckets, timing.seconds)
            messages.add_metric(labels, timing.messages)
    yield took
    yield messages


def _place(one: Reported) -> list[str]:
    return [one.name, f"{one.host}:{one.pid}"]


def _gauge(name: str, about: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, labels=[*_CONNECTOR, *labels])


def _one(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)
