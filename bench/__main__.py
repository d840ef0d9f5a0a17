"""Run benchmarks: `python -m bench` for Cablegram alone, `peers` in turn with others, `page` to write both down."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median

from bench import calls, cores, crowd, jasmin, ledger, page, peer_works, ruled, summary, web, whole, window, works
from bench.kannel import kannel
from bench.load import Sink, sink
from bench.machine import facts
from bench.ours import Ours, ours
from bench.peer import Peer
from bench.sink import Behavior
from bench.works import Row
from cablegram.kit.ids import ListId

KEPT = Path(".bench")
_DEMOS = 3
_WINDOW = 500
"""Messages that a link may have unanswered, ours and Kannel's alike; a slow carrier has 100, as its target says."""


def main() -> int:
    """Run what was asked for, print the table, keep it as JSON."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("ours", "peers", "page"), default="ours")
    parser.add_argument("--people", type=int, default=100_000, help="on the campaign's list")
    parser.add_argument("--crowd", type=int, default=1_000_000, help="people of the campaign beside one-time codes")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each press on the door")
    parser.add_argument("--millions", type=int, default=10, help="of finished messages for the work on full tables")
    parser.add_argument("--rounds", type=int, default=5, help="alternations beside a peer")
    asked = parser.parse_args()
    if asked.what == "page":
        print("written:", *page.write(KEPT))
        return 0
    needed = {"wrk": "wrk"} | ({"bearerbox": "kannel"} if asked.what == "peers" else {})
    if missing := [package for program, package in needed.items() if not shutil.which(program)]:
        print(f"Not installed. On Debian: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 1
    machine = facts()
    with tempfile.TemporaryDirectory(prefix="cablegram-bench-") as name, sink(Path(name)) as carrier:
        folder = Path(name)
        run = _beside_peers if asked.what == "peers" else _alone
        rows = run(folder, carrier, asked)
    print("\n" + " | ".join(f"{key}: {value}" for key, value in machine.items()))
    _print(rows)
    KEPT.mkdir(exist_ok=True)
    kept = KEPT / f"{asked.what}.json"
    kept.write_text(json.dumps({"machine": machine, "rows": [asdict(row) for row in rows]}, indent=1))
    print(f"kept in {kept}")
    return 0


def _alone(folder: Path, carrier: Sink, asked: argparse.Namespace) -> list[Row]:
    rows: list[Row] = []

    def note(row: Row) -> None:
        rows.append(row)
        _print([row])

    note(web.batch(count=200_000))
    note(web.single(count=15_000))
    print(whole.start(folder / "start"), flush=True)
    for turn in range(_DEMOS):
        note(whole.demo(folder / f"demo{turn}"))
    with ours(folder / "door", carrier, is_carried=False) as product:
        _check_durability(product)
        for connections in (16, 64):
            note(works.single(product, connections=connections, seconds=asked.seconds))
        note(works.batch(product, connections=4, seconds=asked.seconds))
        _check_books(product)
    with ours(folder / "way", carrier, window=_WINDOW) as product:
        people = product.make_list(asked.people)
        made = works.campaign(product, carrier, people, people=asked.people)
        note(made)
        note(ledger.charging(product, made))
        note(works.end_to_end(product, carrier, connections=64, seconds=asked.seconds))
        note(works.latency(product, carrier, count=500, per_second=50))
        print(f"memory (PSS, MB): {product.memory()}")
        _check_books(product)
    with ours(folder / "ruled", carrier, window=_WINDOW) as product:
        for row in ruled.turns(product, carrier, product.make_list(asked.people), people=asked.people):
            note(row)
        print(ruled.ratio(rows))
        _check_books(product)
    shutil.rmtree(folder / "ruled")
    with ours(folder / "receiving", carrier) as product:
        note(works.receiving(product, carrier, count=30_000))
        _check_books(product)
    shutil.rmtree(folder / "receiving")
    with ours(folder / "called", carrier, is_carried=False) as product:
        note(calls.callbacks(product, folder, count=40_000, connections=64, seconds=asked.seconds))
        _check_books(product)
    shutil.rmtree(folder / "called")
    rows += _crowded(folder, carrier, asked)
    for row in cores.scaling(folder, carrier, people=min(asked.people, 50_000)):
        note(row)
    slow = 20_000
    with ours(folder / "slow", carrier) as product:
        people = product.make_list(slow)
        note(works.campaign(product, carrier, people, people=slow, behavior=Behavior(delay=0.02), name="slow carrier"))
        note(window.kept_full(carrier, window=100, delay=0.02, seconds=4))
        limited, few, more = Behavior(rate=200), 2_000, 6_000  # the limit is learned from the first, and then known
        for people, name in ((few, "throttling carrier, unknown"), (more, "throttling carrier, known")):
            crowd_of = product.make_list(people)
            note(works.campaign(product, carrier, crowd_of, people=people, behavior=limited, name=name))
        _check_books(product)
    return rows


def _crowded(folder: Path, carrier: Sink, asked: argparse.Namespace) -> list[Row]:
    rows: list[Row] = []

    def note(row: Row) -> None:
        rows.append(row)
        _print([row])

    with ours(folder / "mixed", carrier, window=_WINDOW) as product:
        people = product.make_list(asked.crowd)
        note(works.campaign(product, carrier, people, people=asked.crowd, name="campaign alone"))
        note(crowd.mixed(product, carrier, people, people=asked.crowd, name="mixed"))
        _check_books(product)
    shutil.rmtree(folder / "mixed")
    if asked.millions:
        with ours(folder / "grown", carrier, window=_WINDOW) as product:
            people = product.make_list(asked.people)
            for row in _growing(product, carrier, people, asked):
                note(row)
            note(summary.month(product, asked.millions))
            _check_books(product)
        shutil.rmtree(folder / "grown")
    with ours(folder / "limited", carrier, throughput=1000) as product:
        few = min(asked.people, 10_000)
        note(crowd.mixed(product, carrier, product.make_list(few), people=few, name="mixed, link of 1,000/s"))
        _check_books(product)
    return rows


def _growing(product: Ours, carrier: Sink, people: ListId, asked: argparse.Namespace) -> Iterable[Row]:
    """The campaign and the door three times each on empty tables, and three times on full ones."""
    for state in ("on empty tables", f"on {asked.millions} million"):
        for _ in range(3):
            name = f"campaign {state}"
            yield works.campaign(product, carrier, people, people=asked.people, name=name)
            yield replace(works.single(product, connections=64, seconds=asked.seconds), work=f"single c64 {state}")
            product.wait_until_final()
        if state == "on empty tables":
            seconds = crowd.grow(product, asked.millions)
            print(f"{asked.millions} million finished messages put in within {seconds:.0f} s", flush=True)


def _beside_peers(folder: Path, carrier: Sink, asked: argparse.Namespace) -> list[Row]:
    rows: list[Row] = []
    with_jasmin = not jasmin.missing()
    if not with_jasmin:
        print(f"without Jasmin: apt-get install {' '.join(jasmin.missing())}")
    for turn in range(asked.rounds):
        print(f"round {turn + 1} of {asked.rounds}")
        begun = len(rows)
        with kannel(folder / f"kannel{turn}", carrier, window=_WINDOW) as peer:
            rows += _peer_turn(peer, carrier, asked)
        if with_jasmin:
            with jasmin.jasmin(folder / f"jasmin{turn}", carrier, KEPT.absolute() / "jasmin") as peer:
                rows.append(peer_works.end_to_end(peer, carrier, connections=16, seconds=1))
        rows += _our_turn(folder / f"ours{turn}", carrier, asked)
        _print(rows[begun:])
    _print_ratios(rows)
    return rows


def _peer_turn(peer: Peer, carrier: Sink, asked: argparse.Namespace) -> Iterable[Row]:
    yield peer_works.end_to_end(peer, carrier, connections=64, seconds=asked.seconds)
    yield peer_works.latency(peer, carrier, count=250, per_second=50)
    for connections in (16, 64):
        yield peer_works.single(peer, connections=connections, seconds=asked.seconds)


def _our_turn(folder: Path, carrier: Sink, asked: argparse.Namespace) -> Iterable[Row]:
    with ours(folder / "way", carrier, window=_WINDOW) as product:
        _check_durability(product)
        people = product.make_list(asked.people)
        yield works.campaign(product, carrier, people, people=asked.people)
        yield works.end_to_end(product, carrier, connections=64, seconds=asked.seconds)
        yield works.latency(product, carrier, count=250, per_second=50)
        for connections in (16, 64):
            yield works.single(product, connections=connections, seconds=asked.seconds)
        product.wait_until_final()
        _check_books(product)
    shutil.rmtree(folder, ignore_errors=True)


def _check_durability(product: Ours) -> None:
    found = product.durability()
    print("durability, as the server says: " + ", ".join(f"{name}={value}" for name, value in found.items()))
    if off := [name for name, value in found.items() if value != "on"]:
        raise SystemExit(f"{', '.join(off)} is off: what was measured would not be what is promised.")


def _check_books(product: Ours) -> None:
    is_ok = product.audit()
    print(f"audit: {'ok' if is_ok else 'NOT ok'}")
    if not is_ok:
        raise SystemExit(1)


def _print(rows: Iterable[Row]) -> None:
    for row in rows:
        p50, p99 = (f"{value:8.2f}" if value is not None else " " * 8 for value in (row.p50, row.p99))
        cpu = f"{sum(row.cpu.values()):7.1f} us  {row.cpu}"
        print(
            f"{row.work:26} {row.product:10} {row.rate:10,.0f}/s  p50 {p50}  p99 {p99} ms  CPU {cpu}  {row.note}",
            flush=True,
        )


def _print_ratios(rows: list[Row]) -> None:
    by = page.by_work(rows)
    print("\nmedians over all rounds (least to most), and ours over theirs:")
    for (work, product), found in by.items():
        rates = [row.rate for row in found]
        spread = f"({min(rates):,.0f} to {max(rates):,.0f})"
        line = f"{work:26} {product:10} {median(rates):10,.0f}/s {spread}  CPU {page.cost(found):7.1f} us"
        ratio = page.ratios(by, work) if product == "cablegram" else ""
        print(f"{line}; {ratio}" if ratio else line)


if __name__ == "__main__":
    raise SystemExit(main())
