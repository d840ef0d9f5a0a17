"""More dispatchers than one: what they carry together, and that a carrier's limit holds across them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from bench import works
from bench.load import Sink
from bench.ours import ours
from bench.sink import Behavior
from bench.works import Row

_BINDS = 2
_LIMIT = 500  # messages a second of each bind


def scaling(folder: Path, sink: Sink, *, people: int) -> Iterator[Row]:
    """Run the same campaign over two binds with one dispatcher and with two, at will and under a carrier's limit."""
    for workers in (1, 2):
        name = f"{workers} dispatcher{'s' * (workers > 1)}"
        with ours(folder / f"cores{workers}", sink, binds=_BINDS, workers=workers) as product:
            crowd = product.make_list(people)
            yield works.campaign(product, sink, crowd, people=people, name=f"2 binds, {name}")
            slow = Behavior(delay=0.02)
            yield works.campaign(product, sink, crowd, people=people, behavior=slow, name=f"2 slow binds, {name}")
        shutil.rmtree(folder / f"cores{workers}")
    with ours(folder / "limited2", sink, binds=_BINDS, workers=2, throughput=_LIMIT) as product:
        few = _LIMIT * _BINDS * 10
        yield works.campaign(product, sink, product.make_list(few), people=few, name="2 binds of 500/s, 2 dispatchers")
    shutil.rmtree(folder / "limited2")
