"""Both ends of a connection, without the connection."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.smpp import binding, codec, commands, pdu, status, tlv
from cablegram.smpp.errors import SmppError
from cablegram.smpp.events import (
    Answered,
    BindAsked,
    Bound,
    Delivered,
    Event,
    LinkLost,
    Loss,
    Refused,
    Replied,
    Requested,
    TimedOut,
    Unbound,
    Unmatched,
)
from cablegram.smpp.rules import Mode, Role, State, Timers
from cablegram.smpp.session import LAST_SEQUENCE, Session
from cablegram.smpp.window import Window

T = TypeVar("T")
E = TypeVar("E")
TIMERS = Timers(bind=30, response=60, enquire_after=20, enquire_response=10, unbind=5)
BINDS = {
    Mode.TRANSMITTER: binding.BindTransmitter,
    Mode.RECEIVER: binding.BindReceiver,
    Mode.TRANSCEIVER: binding.BindTransceiver,
}
NACK = status.ESME_RINVBNDSTS


def _pair(mode: Mode = Mode.TRANSCEIVER, window: int = 10) -> tuple[Session[object], Session[object]]:
    """Return a client and a carrier, bound."""
    esme = Session[object](Role.ESME, now=0, window=window, timers=TIMERS)
    smsc = Session[object](Role.SMSC, now=0, window=window, timers=TIMERS)
    asked = _only(smsc.receive(esme.bind(BINDS[mode]("us", "secret"), now=0), now=0), BindAsked)
    events = esme.receive(smsc.accept(asked, "carrier", tlvs=((tlv.SC_INTERFACE_VERSION, b"\x34"),)), now=0)
    assert events == [Bound(mode, "carrier", ((tlv.SC_INTERFACE_VERSION, b"\x34"),))]
    return esme, smsc


def _only(events: Sequence[object], kind: type[E]) -> E:
    """Return the one event there is, which is of a kind."""
    (event,) = events
    assert isinstance(event, kind)
    return event


def _heads(data: bytes) -> list[tuple[int, int, int]]:
    """Return command_id, command_status and sequence_number of PDUs that are headers alone."""
    return [each[1:] for each in struct.iter_unpack(">IIII", data)]


def _read(data: bytes) -> list[pdu.Pdu]:
    found = codec.Decoder().feed(data)
    return [item for item in found if not isinstance(item, codec.Unreadable)]


def _send(to: Session[T], *messages: pdu.Pdu, now: float = 0) -> list[Event[T]]:
    """Feed messages under their own sequence numbers."""
    return to.receive(b"".join(codec.encode(each, each.sequence) for each in messages), now=now)


@pytest.mark.parametrize("mode", list(BINDS))
def test_a_client_binds_in_each_mode(mode: Mode) -> None:
    esme, smsc = _pair(mode)
    assert (esme.state, smsc.state) == (State.BOUND, State.BOUND)
    assert esme.mode is smsc.mode is mode
    assert esme.free == (10 if Mode.TRANSMITTER in mode else 0)
    assert smsc.free == (10 if Mode.RECEIVER in mode else 0)


def test_a_refused_bind_says_why_and_the_client_is_done() -> None:
    esme = Session[object](Role.ESME, now=0)
    smsc = Session[object](Role.SMSC, now=0)
    asked = _only(smsc.receive(esme.bind(binding.BindTransceiver("us", "wrong"), now=0), now=0), BindAsked)
    assert asked == BindAsked(Mode.TRANSCEIVER, binding.BindTransceiver("us", "wrong", sequence=1))
    assert esme.receive(smsc.refuse(asked, status.ESME_RINVPASWD), now=0) == [Refused(status.ESME_RINVPASWD)]
    assert (esme.state, smsc.state) == (State.CLOSED, State.OPEN)
    assert esme.next_deadline() is None


@pytest.mark.parametrize("code", [status.ESME_RINVCMDID, 0])
def test_a_nack_refuses_a_bind_too(code: int) -> None:
    esme = Session[object](Role.ESME, now=0)
    esme.bind(binding.BindTransceiver("us"), now=0)
    refused = _send(esme, binding.GenericNack(code, 1))
    assert refused == [Refused(code or status.ESME_RUNKNOWNERR)]


def test_a_carrier_may_decide_later_and_nothing_else_is_heard_meanwhile() -> None:
    smsc = Session[object](Role.SMSC, now=0)
    asked = _only(_send(smsc, binding.BindTransceiver("us", sequence=1)), BindAsked)
    assert _send(smsc, binding.BindReceiver("us", sequence=2), pdu.SubmitSm(sequence=3)) == []
    assert _read(smsc.drain()) == [
        binding.BindReceiverResp(status=status.ESME_RALYBND, sequence=2),
        pdu.SubmitSmResp(status=NACK, sequence=3),
    ]
    assert _read(smsc.accept(asked, "c")) == [binding.BindTransceiverResp("c", sequence=1)]


def test_a_decision_about_a_bind_that_is_gone_says_nothing() -> None:
    smsc = Session[object](Role.SMSC, now=0)
    asked = _only(_send(smsc, binding.BindTransceiver("us", sequence=1)), BindAsked)
    smsc.abandon()
    assert smsc.accept(asked, "c") == b""
    assert smsc.refuse(asked, status.ESME_RBINDFAIL) == b""
    assert smsc.state is State.CLOSED
    assert _send(smsc, binding.BindTransceiver("us", sequence=2)) == []
    assert _read(smsc.drain()) == [binding.BindTransceiverResp(status=NACK, sequence=2)]


def test_only_a_fresh_client_can_bind() -> None:
    esme, smsc = _pair()
    for session in (esme, smsc):
        with pytest.raises(SmppError):
            session.bind(binding.BindTransceiver("us"), now=0)


def test_tokens_come_back_with_status_and_id_in_one_batch() -> None:
    esme, smsc = _pair()
    data = esme.submit([("a", pdu.SubmitSm("ACME", "1")), ("b", pdu.SubmitSm("ACME", "2"))], now=1)
    assert esme.free == 8
    requested = _only(smsc.receive(data, now=1), Requested)
    assert [each.destination_addr for each in requested.requests if isinstance(each, pdu.SubmitSm)] == ["1", "2"]
    first, second = (each.sequence for each in requested.requests)
    answers = smsc.respond(
        [pdu.SubmitSmResp(status=status.ESME_RTHROTTLED, sequence=second), pdu.SubmitSmResp("77", 0, first)]
    )
    assert esme.receive(answers, now=2) == [Answered([("b", 0x58, ""), ("a", 0, "77")])]
    assert esme.free == 10
    assert esme.receive(answers, now=2) == [
        Unmatched(pdu.SubmitSmResp(status=0x58, sequence=second)),
        Unmatched(pdu.SubmitSmResp("77", 0, first)),
    ]


def test_a_nack_or_an_unreadable_answer_settles_a_message_by_its_status() -> None:
    esme, _ = _pair()
    esme.submit([(name, pdu.SubmitSm()) for name in "abcd"], now=0)  # sequences 2 to 5 follow the bind's 1
    assert _send(esme, binding.GenericNack(status.ESME_RINVCMDLEN, 2)) == [
        Answered([("a", status.ESME_RINVCMDLEN, "")])
    ]
    assert _send(esme, binding.GenericNack(0, 3)) == [Answered([("b", status.ESME_RUNKNOWNERR, "")])]
    too_long = struct.pack(">IIII", 82, pdu.SubmitSmResp.COMMAND, 0, 4) + b"1" * 66
    unreadable, answered = esme.receive(too_long, now=0)
    assert isinstance(unreadable, codec.Unreadable)
    assert answered == Answered([("c", 0, "")])
    assert esme.window.pending == {5: "d"}
    assert _send(esme, binding.GenericNack(3, 0)) == [Unmatched(binding.GenericNack(3, 0))]
    assert esme.drain() == b""


def test_an_unreadable_answer_to_nothing_is_only_reported() -> None:
    esme, _ = _pair()
    (unreadable,) = esme.receive(struct.pack(">IIII", 17, 0x8000_0BAD, 0, 99) + b"x", now=0)
    assert isinstance(unreadable, codec.Unreadable)
    assert esme.drain() == b""


def test_a_carrier_delivers_and_hears_back_only_when_told_to() -> None:
    esme, smsc = _pair(Mode.RECEIVER)
    data = smsc.submit([("r", pdu.DeliverSm("1", "2", b"hi")), ("d", pdu.DataSm("1", "2"))], now=0)
    delivered = _only(esme.receive(data, now=0), Delivered)
    assert [type(each) for each in delivered.messages] == [pdu.DeliverSm, pdu.DataSm]
    assert esme.drain() == b""
    assert smsc.receive(esme.acknowledge(delivered.messages), now=0) == [Answered([("r", 0, ""), ("d", 0, "")])]
    assert _read(esme.acknowledge(delivered.messages[:1], status.ESME_RX_T_APPN)) == [
        pdu.DeliverSmResp(status=status.ESME_RX_T_APPN, sequence=1)
    ]


def test_the_other_requests_bring_their_whole_answers() -> None:
    esme, smsc = _pair()
    requests = [
        ("q", pdu.QuerySm("77")),
        ("c", pdu.CancelSm("77")),
        ("r", pdu.ReplaceSm("77")),
        ("m", pdu.Other(commands.SUBMIT_MULTI)),
        ("d", pdu.DataSm()),
    ]
    requested = _only(smsc.receive(esme.submit(requests, now=0), now=0), Requested)
    sequences = [each.sequence for each in requested.requests]
    answers = [
        pdu.QuerySmResp("77", "", 2, 0, sequence=sequences[0]),
        pdu.CancelSmResp(status.ESME_RCANCELFAIL, sequences[1]),
        pdu.ReplaceSmResp(0, sequences[2]),
        pdu.Other(commands.SUBMIT_MULTI | commands.RESPONSE, b"77\0\0", 0, sequences[3]),
        pdu.DataSmResp("78", 0, sequences[4]),
    ]
    answered, replied = esme.receive(smsc.respond(answers), now=0)
    assert answered == Answered([("d", 0, "78")])
    assert replied == Replied(list(zip("qcrm", answers, strict=False)))
    assert _send(esme, answers[0]) == [Unmatched(answers[0])]


def test_an_answer_of_the_wrong_kind_settles_no_message() -> None:
    esme, _ = _pair()
    esme.submit([("a", pdu.SubmitSm())], now=0)
    wrong = [binding.EnquireLinkResp(sequence=2), binding.UnbindResp(sequence=2), binding.BindReceiverResp(sequence=2)]
    assert _send(esme, *wrong) == [Unmatched(each) for each in wrong]
    assert esme.window.pending == {2: "a"}


@pytest.mark.parametrize(
    ("role", "mode", "request_"),
    [
        (Role.ESME, Mode.TRANSCEIVER, pdu.SubmitSm(sequence=5)),
        (Role.ESME, Mode.TRANSMITTER, pdu.DeliverSm(sequence=5)),
        (Role.ESME, Mode.TRANSMITTER, pdu.DataSm(sequence=5)),
        (Role.ESME, Mode.TRANSCEIVER, binding.BindTransceiver("x", sequence=5)),
        (Role.SMSC, Mode.TRANSCEIVER, pdu.DeliverSm(sequence=5)),
        (Role.SMSC, Mode.RECEIVER, pdu.SubmitSm(sequence=5)),
        (Role.SMSC, Mode.RECEIVER, pdu.QuerySm("1", sequence=5)),
        (Role.SMSC, Mode.RECEIVER, pdu.DataSm(sequence=5)),
    ],
)
def test_a_request_in_the_wrong_state_gets_invalid_bind_status(role: Role, mode: Mode, request_: pdu.Laid) -> None:
    session = dict(zip((Role.ESME, Role.SMSC), _pair(mode), strict=True))[role]
    assert _send(session, request_) == []
    assert _heads(session.drain()) == [(request_.COMMAND | commands.RESPONSE, NACK, 5)]


def test_what_has_no_answer_of_its_own_gets_a_nack() -> None:
    esme, smsc = _pair()
    for session, request in ((smsc, pdu.AlertNotification(sequence=5)), (esme, binding.Outbind("c", sequence=5))):
        assert _send(session, request) == []
        assert _read(session.drain()) == [binding.GenericNack(NACK, 5)]


def test_a_carriers_notice_and_its_wish_to_be_bound_to_are_requests() -> None:
    esme, _ = _pair()
    alert = pdu.AlertNotification("1", "2", sequence=5)
    assert _send(esme, alert) == [Requested([alert])]
    outbind = binding.Outbind("c", sequence=5)
    assert _send(Session[object](Role.ESME, now=0), outbind) == [Requested([outbind])]


def test_a_second_bind_is_told_that_it_is_bound() -> None:
    _, smsc = _pair()
    assert _send(smsc, binding.BindReceiver("us", sequence=9)) == []
    assert _read(smsc.drain()) == [binding.BindReceiverResp(status=status.ESME_RALYBND, sequence=9)]


def test_a_request_that_cannot_be_read_gets_the_status_of_what_is_wrong() -> None:
    _, smsc = _pair()
    events = smsc.receive(
        struct.pack(">IIII", 18, commands.SUBMIT_SM, 0, 7) + b"xy" + struct.pack(">IIII", 16, 0x0BAD, 0, 8), now=0
    )
    assert [type(event) for event in events] == [codec.Unreadable, codec.Unreadable]
    assert _read(smsc.drain()) == [
        pdu.SubmitSmResp(status=status.ESME_RINVCMDLEN, sequence=7),
        binding.GenericNack(status.ESME_RINVCMDID, 8),
    ]


def test_a_broken_stream_ends_the_session_with_a_nack() -> None:
    _, smsc = _pair()
    good = codec.encode(pdu.SubmitSm(), 6)
    events = smsc.receive(good + b"GET / HTTP/1.1\r\n\r\n" + good, now=0)
    assert [type(event) for event in events] == [Requested, codec.Unreadable, LinkLost]
    assert events[-1] == LinkLost(Loss.BROKEN_STREAM)
    ((command, code, _),) = _heads(smsc.drain())
    assert (command, code) == (commands.GENERIC_NACK, status.ESME_RINVCMDLEN)
    assert smsc.receive(good, now=0) == []


def test_more_than_the_window_is_refused_and_nothing_is_sent() -> None:
    esme, _ = _pair(window=2)
    with pytest.raises(SmppError) as caught:
        esme.submit([(n, pdu.SubmitSm()) for n in range(3)], now=0)
    assert caught.value.status == NACK
    assert esme.free == 2
    assert len(_read(esme.submit([(n, pdu.SubmitSm()) for n in range(2)], now=0))) == 2
    assert esme.free == 0


def test_one_message_that_cannot_be_written_holds_its_batch_back() -> None:
    esme, _ = _pair()
    with pytest.raises(SmppError):
        esme.submit([("a", pdu.SubmitSm()), ("b", pdu.SubmitSm(source_addr="1" * 30))], now=0)
    assert esme.free == 10
    assert esme.drain() == b""


def test_a_request_without_answer_times_out_and_a_late_answer_still_counts() -> None:
    esme, _ = _pair()
    esme.submit([("a", pdu.SubmitSm()), ("b", pdu.SubmitSm())], now=0)
    esme.submit([("c", pdu.SubmitSm()), ("d", pdu.SubmitSm())], now=5)
    _send(esme, pdu.SubmitSmResp("1", 0, 3), now=50)
    assert esme.tick(59.9) == []
    assert esme.tick(60) == [TimedOut(["a"])]
    assert esme.window.next_deadline() == 65
    assert esme.tick(65) == [TimedOut(["c", "d"])]
    assert esme.free == 10
    assert esme.window.next_deadline() is None
    assert _send(esme, pdu.SubmitSmResp("1", 0, 2), now=66) == [Answered([("a", 0, "1")], late=True)]
    assert _send(esme, binding.GenericNack(8, 4), now=66) == [Answered([("c", 8, "")], late=True)]
    assert _send(esme, pdu.SubmitSmResp("1", 0, 2), now=66) == [Unmatched(pdu.SubmitSmResp("1", 0, 2))]


def test_only_so_many_late_answers_are_waited_for() -> None:
    window = Window[int](20_000, timeout=1)
    window.add(range(20_000), range(20_000), now=0)
    assert len(window.expire(1)) == 20_000
    assert list(window.late) == list(range(10_000, 20_000))


def test_silence_is_enquired_and_an_answer_ends_the_doubt() -> None:
    esme, smsc = _pair()
    assert esme.next_deadline() == 20
    assert esme.tick(20) == []
    enquiry = esme.drain()
    assert _read(enquiry) == [binding.EnquireLink(2)]
    assert esme.next_deadline() == 30
    assert smsc.receive(enquiry, now=21) == []
    assert esme.tick(25) == []
    assert esme.drain() == b""
    assert esme.receive(smsc.drain(), now=26) == []
    assert esme.next_deadline() == 46


def test_a_nack_to_an_enquiry_is_a_sign_of_life() -> None:
    esme, _ = _pair()
    esme.tick(20)
    assert _send(esme, binding.GenericNack(3, 2), now=21) == []
    assert esme.next_deadline() == 41


def test_no_answer_to_an_enquiry_loses_the_link_and_what_was_in_flight_is_named() -> None:
    esme, _ = _pair()
    esme.submit([("a", pdu.SubmitSm())], now=0)
    esme.tick(20)
    assert esme.tick(30) == [LinkLost(Loss.NO_ENQUIRE_LINK_RESP)]
    assert esme.state is State.CLOSED
    assert esme.free == 0
    assert esme.abandon() == ["a"]
    assert esme.abandon() == []
    assert esme.next_deadline() is None
    assert esme.tick(1000) == []


def test_an_enquiry_is_answered_even_before_a_bind() -> None:
    smsc = Session[object](Role.SMSC, now=0)
    assert _send(smsc, binding.EnquireLink(7)) == []
    assert _read(smsc.drain()) == [binding.EnquireLinkResp(sequence=7)]


def test_a_bind_has_its_time_on_both_ends() -> None:
    smsc = Session[object](Role.SMSC, now=0, timers=TIMERS)
    esme = Session[object](Role.ESME, now=0, timers=TIMERS)
    assert (smsc.next_deadline(), esme.next_deadline()) == (30, None)
    assert esme.tick(100) == []
    esme.bind(binding.BindTransceiver("us"), now=100)
    assert esme.next_deadline() == 130
    assert smsc.tick(30) == [LinkLost(Loss.NOT_BOUND_IN_TIME)]
    assert esme.tick(130) == [LinkLost(Loss.NOT_BOUND_IN_TIME)]


def test_good_bye_is_said_and_answered() -> None:
    esme, smsc = _pair()
    request = esme.unbind(now=1)
    assert esme.state is State.UNBINDING
    assert esme.free == 0
    assert esme.next_deadline() == 6
    assert esme.tick(5) == []
    assert smsc.receive(request, now=1) == [Unbound(by_peer=True)]
    assert esme.receive(smsc.drain(), now=1) == [Unbound(by_peer=False)]
    assert (esme.state, smsc.state) == (State.CLOSED, State.CLOSED)
    assert esme.unbind(now=2) == b""


def test_a_good_bye_without_answer_loses_the_link() -> None:
    esme, _ = _pair()
    esme.unbind(now=1)
    assert esme.tick(6) == [LinkLost(Loss.NO_UNBIND_RESP)]


def test_what_comes_while_saying_good_bye_is_still_taken() -> None:
    esme, smsc = _pair()
    esme.submit([("a", pdu.SubmitSm())], now=0)
    esme.unbind(now=1)
    delivery = smsc.submit([("r", pdu.DeliverSm())], now=1)
    events = esme.receive(delivery + codec.encode(pdu.SubmitSmResp("1"), 2), now=1)
    assert [type(event) for event in events] == [Answered, Delivered]


def test_answers_behind_the_others_good_bye_still_count() -> None:
    esme, _ = _pair()
    esme.submit([("a", pdu.SubmitSm())], now=0)
    events = _send(esme, binding.Unbind(1), pdu.SubmitSmResp("1", 0, 2), pdu.DeliverSm(sequence=3))
    assert events == [Unbound(by_peer=True), Answered([("a", 0, "1")])]


def test_sequence_numbers_start_again_at_one() -> None:
    esme, _ = _pair()
    esme._sequence = LAST_SEQUENCE - 2
    data = esme.submit([(n, pdu.SubmitSm()) for n in range(2)], now=0)
    assert [each.sequence for each in _read(data)] == [LAST_SEQUENCE - 1, LAST_SEQUENCE]
    data = esme.submit([(n, pdu.SubmitSm()) for n in range(2, 4)], now=0)
    assert [each.sequence for each in _read(data)] == [1, 2]


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
    session = dict(zip((Role.ESME, Role.SMSC), _pair(), strict=True))[role]
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
    _send(esme, binding.BindTransmitterResp(sequence=1))
    now, submitted = 0.0, 0
    ended: list[int] = []
    wire: list[int] = []
    late: list[int] = []
    for step, count in steps:
        events: list[Event[int]] = []
        match step:
            case "submit":
                tokens = range(submitted, submitted + min(count, esme.free))
                wire += [each.sequence for each in _read(esme.submit([(n, pdu.SubmitSm()) for n in tokens], now=now))]
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
                events = _send(esme, pdu.SubmitSmResp("1", 0, sequence), now=now)
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
