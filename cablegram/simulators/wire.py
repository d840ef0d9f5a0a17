"""Between PDUs and what they mean: a text with its place among the parts, a receipt in many styles, a reply."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cablegram.kit.errors import InvalidInput
from cablegram.simulators.scripts import Style
from cablegram.smpp import receipt, times, tlv
from cablegram.smpp.pdu import DataSm, DeliverSm, SubmitSm, content
from cablegram.smpp.receipt import Receipt, State
from cablegram.text import concat
from cablegram.text.concat import Concat

_HEADER_BIT = 0x40
_RECEIPT_BIT = 0x04
_UCS2 = 8
_FOR_ERROR = {State.DELIVERED: "000", State.ENROUTE: "000", State.ACCEPTED: "000"}
_ASKED = 0b11
_ONLY_FAILURES = 2
_VENDORS_OWN = range(0x1400, 0x4000)
_WEB_ADDRESS = re.compile(rb"https?://[\x21-\x7e]+")
_FAILURES = {State.UNDELIVERABLE, State.EXPIRED, State.DELETED, State.REJECTED}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a text, or the whole of it (`place` is None); `media_url`: of a picture, if one came."""

    source: str
    destination: str
    text: str
    place: Concat | None
    media_url: str = ""


def read_part(message: SubmitSm | DataSm) -> Part:
    """Read what a phone would show. Octets that are no text in their coding show as hexadecimal."""
    octets = content(message)
    has_header = bool(message.esm_class & _HEADER_BIT)
    place = concat.read_header(octets) if has_header else _segment(message.tlvs)
    try:
        text = concat.read_text(octets, data_coding=message.data_coding, has_header=has_header)
    except InvalidInput:
        text = octets.hex(" ")
    return Part(message.source_addr, message.destination_addr, text, place, _media_url(message.tlvs))


def _media_url(tlvs: tlv.Tlvs) -> str:
    """Read the address of a picture out of whichever of a vendor's own parameters has one (SMPP 3.4, table 5-7)."""
    return next(
        (value.decode("ascii") for tag, value in tlvs if tag in _VENDORS_OWN and _WEB_ADDRESS.fullmatch(value)), ""
    )


def _segment(tlvs: tlv.Tlvs) -> Concat | None:
    """Read the other way to say which part it is (SMPP 3.4 sections 5.3.2.22 to 24)."""
    if not tlvs:
        return None
    reference = tlv.number(tlvs, tlv.SAR_MSG_REF_NUM)
    total = tlv.number(tlvs, tlv.SAR_TOTAL_SEGMENTS)
    sequence = tlv.number(tlvs, tlv.SAR_SEGMENT_SEQNUM)
    if reference is None or total is None or sequence is None or not 1 <= sequence <= total <= 255:
        return None
    return Concat(reference, total, sequence)


def wants_receipt(message: SubmitSm | DataSm, state: State) -> bool:
    """Tell whether registered_delivery asks for a receipt of a state (SMPP 3.4 section 5.2.17)."""
    asked = message.registered_delivery & _ASKED
    return asked == 1 or (asked == _ONLY_FAILURES and state in _FAILURES)


@dataclass(frozen=True, slots=True)
class Report:
    """What a receipt is about: the id as it is to be written, the state, the times, the carrier's error."""

    message_id: str
    state: State
    submitted_at: datetime
    done_at: datetime
    error: str = ""


def write_receipt(message: SubmitSm | DataSm, report: Report, *, style: Style = Style.USUAL) -> DeliverSm:
    """Write the receipt of a message, from its destination to its source."""
    error = report.error or _FOR_ERROR.get(report.state, "099")
    delivered = "001" if report.state is State.DELIVERED else "000"
    submit_date, done_date = _date(report.submitted_at, style), _date(report.done_at, style)
    written = Receipt(report.message_id, report.state, error, submit_date, done_date, "001", delivered)
    parameters = tuple(each for each in message.tlvs if each[0] == tlv.USER_MESSAGE_REFERENCE)
    if style in _WITH_PARAMETERS:
        parameters += receipt.parameters(written)
    return DeliverSm(
        message.destination_addr,
        message.source_addr,
        _text(written, style),
        0 if style is Style.UNMARKED else _RECEIPT_BIT,
        _UCS2 if style is Style.UCS2 else 0,
        source_addr_ton=message.dest_addr_ton,
        source_addr_npi=message.dest_addr_npi,
        dest_addr_ton=message.source_addr_ton,
        dest_addr_npi=message.source_addr_npi,
        tlvs=parameters,
    )


_WITH_PARAMETERS = {Style.USUAL, Style.PARAMETERS_ONLY, Style.WITH_CENTURY, Style.WITH_SECONDS}


@lru_cache(maxsize=256)
def _date(moment: datetime, style: Style) -> str:
    """Write a date; messages of one batch share their moments."""
    if style is Style.WITH_CENTURY:
        return f"{moment:%Y%m%d%H%M%S}"
    return f"{moment:%y%m%d%H%M%S}" if style is Style.WITH_SECONDS else times.receipt_date(moment)


def _text(written: Receipt, style: Style) -> bytes:
    word = receipt.WORDS[written.state]
    match style:
        case Style.PARAMETERS_ONLY:
            return b""
        case Style.SCANTY:
            return f"id:{written.message_id} stat:{word}".encode()
        case Style.LOOSE:
            dates = f"Submit Date: {written.submit_date} Done Date: {written.done_date}"
            text = f"ID: {written.message_id}, SUB: 001, DLVRD: {written.dlvrd}, {dates}, Stat: {word.lower()}, "
            return f"{text}Err: {written.error}, Text: -".encode()
        case Style.UCS2:
            return f"id:{written.message_id} stat:{word} err:{written.error}".encode("utf-16-be")
        case _:
            return receipt.write(written)


def write_reply(number: str, to: str, text: str, *, reference: int) -> list[DeliverSm]:
    """Write what a phone sends: one deliver_sm, or one for each part of a long text, under a common reference.

    Raises InvalidInput: `text_too_long`, `bad_character`.
    """
    return [
        DeliverSm(
            number,
            to,
            part.user_data,
            _HEADER_BIT if part.has_header else 0,
            part.data_coding,
            source_addr_ton=1,
            source_addr_npi=1,
            dest_addr_npi=1,
        )
        for part in concat.parts(text, reference)
    ]
