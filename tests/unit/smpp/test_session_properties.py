"""What holds for a session whatever happens to it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.smpp import binding, codec, pdu
from cablegram.smpp.events import (
    Answered,
    Delivered,
    Event,
    Replied,
    Requested,
    TimedOut,
    Unmatched,
)
from cablegram.smpp.rules import Role, State, Timers
from cablegram.smpp.session import Session
from peers.ends import bound_pair, read, send


def _per_kind(events: Sequence[Event[object]]) -> dict[str, list[object]]:
    """Flatten batches: what comes in one event or in several depends on the split, its order does not."""
    flat: dict[str, list[object]] = {}
    for event in events:
        match event:
            case Answered(answers, late):
                flat.setdefault(f"answered {late}", []).extend(answers)
            case Delivered(messages):
                flat.setdefault("delivered", []).extend(messages)
            case Requested(requests):
                flat.setdefault("requested", []).extend(requests)
            case Replied(replies):
                flat.setdefault("replied", []).extend(replies)
            case codec.Unreadable():
                flat.setdefault("single", []).append((event.command, event.sequence, event.error.message, event.fatal))
            case _:
                flat.setdefault("single", []).append(event)
    return flat


def _heard(role: Role, pieces: list[bytes]) -> tuple[dict[str, list[object]], bytes, State]:
    session = dict(zip((Role.ESME, Role.SMSC), bound_pair(), strict=True))[role]
    request = pdu.SubmitSm() if role is Role.ESME else pdu.DeliverSm()
    session.submit([(n, request) for n in range(6)], now=0)
    events: list[Event[object]] = []
    out = b""
    for piece in pieces:
        events += session.receive(piece, now=1)
        out += session.drain()
    return _per_kind(events), out, session.state


STREAM = st.lists(
    st.one_of(
        st.builds(pdu.SubmitSmResp, st.text("0a", max_size=3), st.sampled_from([0, 8]), st.integers(0, 9)),
        st.builds(pdu.DeliverSmResp, st.just(""), st.sampled_from([0, 8]), st.integers(0, 9)),
        st.builds(pdu.SubmitSm, short_message=st.binary(max_size=5), sequence=st.integers(0, 9)),
        st.builds(pdu.DeliverSm, short_message=st.binary(max_size=5), sequence=st.integers(0, 9)),
        st.builds(pdu.QuerySmResp, st.just("1"), sequence=st.integers(0, 9)),
        st.builds(binding.GenericNack, st.sampled_from([0, 3]), st.integers(0, 9)),
        st.builds(binding.EnquireLink, st.integers(0, 9)),
        st.builds(binding.Unbind, st.integers(0, 9)),
        st.builds(binding.BindTransceiver, st.just("us"), sequence=st.integers(0, 9)),
        st.builds(binding.BindTransceiverResp, st.just("us"), sequence=st.integers(0, 9)),
    ).map(lambda each: codec.encode(each, each.sequence))
    | st.binary(min_size=1, max_size=20),
    max_size=8,
)


@settings(max_examples=60)
@given(st.sampled_from(list(Role)), STREAM, st.lists(st.integers(0, 400), max_size=6))
def test_any_bytes_however_split_give_the_same_events_and_answers(
    role: Role, frames: list[bytes], cuts: list[int]
) -> None:
    stream = b"".join(frames)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[start:end] for start, end in pairwise(edges)]
    assert _heard(role, pieces) == _heard(role, [stream])
    assert _heard(role, [stream[i : i + 1] for i in range(len(stream))]) == _heard(role, [stream])


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.integers(1, 6)),
        st.tuples(st.just("answer"), st.integers(0, 20)),
        st.tuples(st.just("answer twice"), st.integers(0, 20)),
        st.tuples(st.just("wait"), st.integers(1, 40)),
    ),
    max_size=40,
)


@settings(max_examples=80)
@given(st.integers(1, 8), STEPS)
def test_every_request_ends_once_and_the_window_never_overflows(size: int, steps: list[tuple[str, int]]) -> None:
    timers = Timers(response=60, enquire_after=10_000)
    esme = Session[int](Role.ESME, now=0, window=size, timers=timers)
    esme.bind(binding.BindTransmitter("us"), now=0)
    send(esme, binding.BindTransmitterResp(sequence=1))
    now, submitted = 0.0, 0
    ended: list[int] = []
    wire: list[int] = []
    late: list[int] = []
    for step, count in steps:
        events: list[Event[int]] = []
        match step:
            case "submit":
                tokens = range(submitted, submitted + min(count, esme.free))
                wire += [each.sequence for each in read(esme.submit([(n, pdu.SubmitSm()) for n in tokens], now=now))]
                submitted += len(tokens)
            case "wait":
                now += count
                events = esme.tick(now)
            case _ if not wire:
                pass
            case _:
                sequence = wire[count % len(wire)]
                if step == "answer":
                    wire.remove(sequence)
                events = send(esme, pdu.SubmitSmResp("1", 0, sequence), now=now)
        for event in events:
            match event:
                case Answered(answers, late=False):
                    ended += [token for token, _, _ in answers]
                case Answered(answers):
                    late += [token for token, _, _ in answers]
                case TimedOut(tokens):
                    ended += tokens
                case _:
                    assert isinstance(event, Unmatched)
        assert len(esme.window.pending) == submitted - len(ended) <= size
        assert esme.free == size - len(esme.window.pending)
    assert set(late) <= set(ended)
    assert len(late) == len(set(late))
    assert sorted(ended + esme.abandon()) == list(range(submitted))
