"""What a dispatcher counts of itself: answers, receipts and texts as they are on disk, and the room of its links."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from cablegram.connectors.contract import Outcome
from cablegram.connectors.http_link import HttpLink
from cablegram.connectors.smpp_link import SmppLink
from cablegram.dispatch.model import Pending
from cablegram.dispatch.record import Answered
from cablegram.kit.ids import ConnectorId
from cablegram.runtime import Runtime
from cablegram.runtime.meters import Figure


def note_recorded(
    rt: Runtime, answered: Collection[Answered], receipts: Mapping[ConnectorId, Sequence[Pending]], *, seconds: float
) -> None:
    """Count a batch whose commit took so long, and say so in one line."""
    heard = sum(len(some) for some in receipts.values())
    rt.meters.took("record", seconds, messages=len(answered) + heard)
    verdicts = Counter((one.claimed.connector_id, part.verdict) for one in answered for part in one.result.parts)
    for (connector_id, verdict), n in verdicts.items():
        rt.meters.count("answers", str(connector_id), verdict.value, n=n)
    for connector_id, some in receipts.items():
        for outcome, n in Counter(one.outcome for one in some).items():
            rt.meters.count("receipts", str(connector_id), outcome.value, n=n)
    rt.log.info("carriers' words recorded", answers=len(answered), receipts=heard, ms=round(seconds * 1000, 1))


def note_replies(rt: Runtime, said: Iterable[tuple[ConnectorId, Outcome]], *, seconds: float) -> None:
    """Count what carriers said when they were asked about messages, and say so in one line."""
    found = Counter(said)
    for (connector_id, outcome), n in found.items():
        rt.meters.count("replies", str(connector_id), outcome.value, n=n)
    rt.log.info("carriers' replies recorded", replies=found.total(), ms=round(seconds * 1000, 1))


def note_texts(rt: Runtime, connectors: Iterable[ConnectorId], *, seconds: float) -> None:
    """Count texts whose commit took so long, each by its connector, and say so in one line."""
    found = Counter(connectors)
    for connector_id, n in found.items():
        rt.meters.count("texts", str(connector_id), n=n)
    rt.meters.took("receive", seconds, messages=found.total())
    rt.log.info("texts recorded", texts=found.total(), ms=round(seconds * 1000, 1))


def gauges(links: Iterable[SmppLink | HttpLink]) -> Iterator[Figure]:
    """Say how much room each link has now, and how fast it may go."""
    for link in links:
        place = (str(link.connector_id), str(link.number))
        yield Figure("link_free", place, link.free)
        if link.rate != math.inf:
            yield Figure("link_rate", place, link.rate)
