"""Both ends of a connection, without the connection."""

from __future__ import annotations

import struct

import pytest

from cablegram.smpp import binding, codec, commands, pdu, status
from cablegram.smpp.errors import SmppError
from cablegram.smpp.events import (
    Answered,
    BindAsked,
    Delivered,
    LinkLost,
    Loss,
    Refused,
    Replied,
    Requested,
    TimedOut,
    Unbound,
    Unmatched,
)
from cablegram.smpp.rules import Mode, Role, State
from cablegram.smpp.session import LAST_SEQUENCE, Session
from cablegram.smpp.window import Window
from peers.ends import BINDS, TIMERS, bound_pair, heads, only, read, send

NACK = status.ESME_RINVBNDSTS


@pytest.mark.parametrize("mode", list(BINDS))
def test_a_client_binds_in_each_mode(mode: Mode) -> None:
    esme, smsc = bound_pair(mode)
    assert (esme.state, smsc.state) == (State.BOUND, State.BOUND)
    assert esme.mode is smsc.mode is mode
    assert esme.free == (10 if Mode.TRANSMITTER in mode else 0)
    assert smsc.free == (10 if Mode.RECEIVER in mode else 0)


def test_a_refused_bind_says_why_and_the_client_is_done() -> None:
    esme = Session[object](Role.ESME, now=0)
    smsc = Session[object](Role.SMSC, now=0)
    asked = only(smsc.receive(esme.bind(binding.BindTransceiver("us", "wrong"), now=0), now=0), BindAsked)
    assert asked == BindAsked(Mode.TRANSCEIVER, binding.BindTransceiver("us", "wrong", sequence=1))
    assert esme.receive(smsc.refuse(asked, status.ESME_RINVPASWD), now=0) == [Refused(status.ESME_RINVPASWD)]
    assert (esme.state, smsc.state) == (State.CLOSED, State.OPEN)
    assert esme.next_deadline() is None


@pytest.mark.parametrize("code", [status.ESME_RINVCMDID, 0])
def test_a_nack_refuses_a_bind_too(code: int) -> None:
    esme = Session[object](Role.ESME, now=0)
    esme.bind(binding.BindTransceiver("us"), now=0)
    refused = send(esme, binding.GenericNack(code, 1))
    assert refused == [Refused(code or status.ESME_RUNKNOWNERR)]


def test_a_carrier_may_decide_later_and_nothing_else_is_heard_meanwhile() -> None:
    smsc = Session[object](Role.SMSC, now=0)
    asked = only(send(smsc, binding.BindTransceiver("us", sequence=1)), BindAsked)
    assert send(smsc, binding.BindReceiver("us", sequence=2), pdu.SubmitSm(sequence=3)) == []
    assert read(smsc.drain()) == [
        binding.BindReceiverResp(status=status.ESME_RALYBND, sequence=2),
        pdu.SubmitSmResp(status=NACK, sequence=3),
    ]
    assert read(smsc.accept(asked, "c")) == [binding.BindTransceiverResp("c", sequence=1)]


def test_a_decision_about_a_bind_that_is_gone_says_nothing() -> None:
    smsc = Session[object](Role.SMSC, now=0)
    asked = only(send(smsc, binding.BindTransceiver("us", sequence=1)), BindAsked)
    smsc.abandon()
    assert smsc.accept(asked, "c") == b""
    assert smsc.refuse(asked, status.ESME_RBINDFAIL) == b""
    assert smsc.state is State.CLOSED
    assert send(smsc, binding.BindTransceiver("us", sequence=2)) == []
    assert read(smsc.drain()) == [binding.BindTransceiverResp(status=NACK, sequence=2)]


def test_only_a_fresh_client_can_bind() -> None:
    esme, smsc = bound_pair()
    for session in (esme, smsc):
        with pytest.raises(SmppError):
            session.bind(binding.BindTransceiver("us"), now=0)


def test_tokens_come_back_with_status_and_id_in_one_batch() -> None:
    esme, smsc = bound_pair()
    data = esme.submit([("a", pdu.SubmitSm("ACME", "1")), ("b", pdu.SubmitSm("ACME", "2"))], now=1)
    assert esme.free == 8
    requested = only(smsc.receive(data, now=1), Requested)
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
    esme, _ = bound_pair()
    esme.submit([(name, pdu.SubmitSm()) for name in "abcd"], now=0)  # sequences 2 to 5 follow the bind's 1
    assert send(esme, binding.GenericNack(status.ESME_RINVCMDLEN, 2)) == [Answered([("a", status.ESME_RINVCMDLEN, "")])]
    assert send(esme, binding.GenericNack(0, 3)) == [Answered([("b", status.ESME_RUNKNOWNERR, "")])]
    too_long = struct.pack(">IIII", 82, pdu.SubmitSmResp.COMMAND, 0, 4) + b"1" * 66
    unreadable, answered = esme.receive(too_long, now=0)
    assert isinstance(unreadable, codec.Unreadable)
    assert answered == Answered([("c", 0, "")])
    assert esme.window.pending == {5: "d"}
    assert send(esme, binding.GenericNack(3, 0)) == [Unmatched(binding.GenericNack(3, 0))]
    assert esme.drain() == b""


def test_an_unreadable_answer_to_nothing_is_only_reported() -> None:
    esme, _ = bound_pair()
    (unreadable,) = esme.receive(struct.pack(">IIII", 17, 0x8000_0BAD, 0, 99) + b"x", now=0)
    assert isinstance(unreadable, codec.Unreadable)
    assert esme.drain() == b""


def test_a_carrier_delivers_and_hears_back_only_when_told_to() -> None:
    esme, smsc = bound_pair(Mode.RECEIVER)
    data = smsc.submit([("r", pdu.DeliverSm("1", "2", b"hi")), ("d", pdu.DataSm("1", "2"))], now=0)
    delivered = only(esme.receive(data, now=0), Delivered)
    assert [type(each) for each in delivered.messages] == [pdu.DeliverSm, pdu.DataSm]
    assert esme.drain() == b""
    assert smsc.receive(esme.acknowledge(delivered.messages), now=0) == [Answered([("r", 0, ""), ("d", 0, "")])]
    assert read(esme.acknowledge(delivered.messages[:1], status.ESME_RX_T_APPN)) == [
        pdu.DeliverSmResp(status=status.ESME_RX_T_APPN, sequence=1)
    ]


def test_the_other_requests_bring_their_whole_answers() -> None:
    esme, smsc = bound_pair()
    requests = [
        ("q", pdu.QuerySm("77")),
        ("c", pdu.CancelSm("77")),
        ("r", pdu.ReplaceSm("77")),
        ("m", pdu.Other(commands.SUBMIT_MULTI)),
        ("d", pdu.DataSm()),
    ]
    requested = only(smsc.receive(esme.submit(requests, now=0), now=0), Requested)
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
    assert send(esme, answers[0]) == [Unmatched(answers[0])]


def test_an_answer_of_the_wrong_kind_settles_no_message() -> None:
    esme, _ = bound_pair()
    esme.submit([("a", pdu.SubmitSm())], now=0)
    wrong = [binding.EnquireLinkResp(sequence=2), binding.UnbindResp(sequence=2), binding.BindReceiverResp(sequence=2)]
    assert send(esme, *wrong) == [Unmatched(each) for each in wrong]
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
    session = dict(zip((Role.ESME, Role.SMSC), bound_pair(mode), strict=True))[role]
    assert send(session, request_) == []
    assert heads(session.drain()) == [(request_.COMMAND | commands.RESPONSE, NACK, 5)]


def test_what_has_no_answer_of_its_own_gets_a_nack() -> None:
    esme, smsc = bound_pair()
    for session, request in ((smsc, pdu.AlertNotification(sequence=5)), (esme, binding.Outbind("c", sequence=5))):
        assert send(session, request) == []
        assert read(session.drain()) == [binding.GenericNack(NACK, 5)]


def test_a_carriers_notice_and_its_wish_to_be_bound_to_are_requests() -> None:
    esme, _ = bound_pair()
    alert = pdu.AlertNotification("1", "2", sequence=5)
    assert send(esme, alert) == [Requested([alert])]
    outbind = binding.Outbind("c", sequence=5)
    assert send(Session[object](Role.ESME, now=0), outbind) == [Requested([outbind])]


def test_a_second_bind_is_told_that_it_is_bound() -> None:
    _, smsc = bound_pair()
    assert send(smsc, binding.BindReceiver("us", sequence=9)) == []
    assert read(smsc.drain()) == [binding.BindReceiverResp(status=status.ESME_RALYBND, sequence=9)]


def test_a_request_that_cannot_be_read_gets_the_status_of_what_is_wrong() -> None:
    _, smsc = bound_pair()
    events = smsc.receive(
        struct.pack(">IIII", 18, commands.SUBMIT_SM, 0, 7) + b"xy" + struct.pack(">IIII", 16, 0x0BAD, 0, 8), now=0
    )
    assert [type(event) for event in events] == [codec.Unreadable, codec.Unreadable]
    assert read(smsc.drain()) == [
        pdu.SubmitSmResp(status=status.ESME_RINVCMDLEN, sequence=7),
        binding.GenericNack(status.ESME_RINVCMDID, 8),
    ]


def test_a_broken_stream_ends_the_session_with_a_nack() -> None:
    _, smsc = bound_pair()
    good = codec.encode(pdu.SubmitSm(), 6)
    events = smsc.receive(good + b"GET / HTTP/1.1\r\n\r\n" + good, now=0)
    assert [type(event) for event in events] == [Requested, codec.Unreadable, LinkLost]
    assert events[-1] == LinkLost(Loss.BROKEN_STREAM)
    ((command, code, _),) = heads(smsc.drain())
    assert (command, code) == (commands.GENERIC_NACK, status.ESME_RINVCMDLEN)
    assert smsc.receive(good, now=0) == []


def test_more_than_the_window_is_refused_and_nothing_is_sent() -> None:
    esme, _ = bound_pair(window=2)
    with pytest.raises(SmppError) as caught:
        esme.submit([(n, pdu.SubmitSm()) for n in range(3)], now=0)
    assert caught.value.status == NACK
    assert esme.free == 2
    assert len(read(esme.submit([(n, pdu.SubmitSm()) for n in range(2)], now=0))) == 2
    assert esme.free == 0


def test_one_message_that_cannot_be_written_holds_its_batch_back() -> None:
    esme, _ = bound_pair()
    with pytest.raises(SmppError):
        esme.submit([("a", pdu.SubmitSm()), ("b", pdu.SubmitSm(source_addr="1" * 30))], now=0)
    assert esme.free == 10
    assert esme.drain() == b""


def test_a_request_without_answer_times_out_and_a_late_answer_still_counts() -> None:
    esme, _ = bound_pair()
    esme.submit([("a", pdu.SubmitSm()), ("b", pdu.SubmitSm())], now=0)
    esme.submit([("c", pdu.SubmitSm()), ("d", pdu.SubmitSm())], now=5)
    send(esme, pdu.SubmitSmResp("1", 0, 3), now=50)
    assert esme.tick(59.9) == []
    assert esme.tick(60) == [TimedOut(["a"])]
    assert esme.window.next_deadline() == 65
    assert esme.tick(65) == [TimedOut(["c", "d"])]
    assert esme.free == 10
    assert esme.window.next_deadline() is None
    assert send(esme, pdu.SubmitSmResp("1", 0, 2), now=66) == [Answered([("a", 0, "1")], late=True)]
    assert send(esme, binding.GenericNack(8, 4), now=66) == [Answered([("c", 8, "")], late=True)]
    assert send(esme, pdu.SubmitSmResp("1", 0, 2), now=66) == [Unmatched(pdu.SubmitSmResp("1", 0, 2))]


def test_only_so_many_late_answers_are_waited_for() -> None:
    window = Window[int](20_000, timeout=1)
    window.add(range(20_000), range(20_000), now=0)
    assert len(window.expire(1)) == 20_000
    assert list(window.late) == list(range(10_000, 20_000))


def test_silence_is_enquired_and_an_answer_ends_the_doubt() -> None:
    esme, smsc = bound_pair()
    assert esme.next_deadline() == 20
    assert esme.tick(20) == []
    enquiry = esme.drain()
    assert read(enquiry) == [binding.EnquireLink(2)]
    assert esme.next_deadline() == 30
    assert smsc.receive(enquiry, now=21) == []
    assert esme.tick(25) == []
    assert esme.drain() == b""
    assert esme.receive(smsc.drain(), now=26) == []
    assert esme.next_deadline() == 46


def test_a_nack_to_an_enquiry_is_a_sign_of_life() -> None:
    esme, _ = bound_pair()
    esme.tick(20)
    assert send(esme, binding.GenericNack(3, 2), now=21) == []
    assert esme.next_deadline() == 41


def test_no_answer_to_an_enquiry_loses_the_link_and_what_was_in_flight_is_named() -> None:
    esme, _ = bound_pair()
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
    assert send(smsc, binding.EnquireLink(7)) == []
    assert read(smsc.drain()) == [binding.EnquireLinkResp(sequence=7)]


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
    esme, smsc = bound_pair()
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
    esme, _ = bound_pair()
    esme.unbind(now=1)
    assert esme.tick(6) == [LinkLost(Loss.NO_UNBIND_RESP)]


def test_what_comes_while_saying_good_bye_is_still_taken() -> None:
    esme, smsc = bound_pair()
    esme.submit([("a", pdu.SubmitSm())], now=0)
    esme.unbind(now=1)
    delivery = smsc.submit([("r", pdu.DeliverSm())], now=1)
    events = esme.receive(delivery + codec.encode(pdu.SubmitSmResp("1"), 2), now=1)
    assert [type(event) for event in events] == [Answered, Delivered]


def test_answers_behind_the_others_good_bye_still_count() -> None:
    esme, _ = bound_pair()
    esme.submit([("a", pdu.SubmitSm())], now=0)
    events = send(esme, binding.Unbind(1), pdu.SubmitSmResp("1", 0, 2), pdu.DeliverSm(sequence=3))
    assert events == [Unbound(by_peer=True), Answered([("a", 0, "1")])]


def test_sequence_numbers_start_again_at_one() -> None:
    esme, _ = bound_pair()
    esme._sequence = LAST_SEQUENCE - 2
    data = esme.submit([(n, pdu.SubmitSm()) for n in range(2)], now=0)
    assert [each.sequence for each in read(data)] == [LAST_SEQUENCE - 1, LAST_SEQUENCE]
    data = esme.submit([(n, pdu.SubmitSm()) for n in range(2, 4)], now=0)
    assert [each.sequence for each in read(data)] == [1, 2]
