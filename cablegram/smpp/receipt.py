"""Delivery receipts inside deliver_sm: as text (SMPP 3.4 appendix B), as parameters, or both.

    id:0A1B2C sub:001 dlvrd:001 submit date:2611220101 done date:2611220102 stat:DELIVRD err:000 text:Hello Anna

Carriers differ in case, spaces, missing fields, the form of dates and of `err`; some set the receipt bit of
esm_class and some do not; some write the id otherwise than in submit_sm_resp (see `message_id_keys`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cablegram.smpp import times, tlv
from cablegram.smpp.pdu import DataSm, DeliverSm, content


class State(StrEnum):
    """What became of a message (SMPP 3.4 section 5.2.28, appendix B; `scheduled` and `skipped` from 5.0)."""

    SCHEDULED = "scheduled"
    ENROUTE = "enroute"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    DELETED = "deleted"
    UNDELIVERABLE = "undeliverable"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    SKIPPED = "skipped"


_BY_NUMBER: Final = tuple(State)  # message_state 0 to 9: the enum stands in the order of the standard

NUMBERS: Final = {state: number for number, state in enumerate(State)}
"""message_state of each state (SMPP 3.4 section 5.2.28)."""

WORDS: Final = {
    State.SCHEDULED: "SCHEDLD",
    State.ENROUTE: "ENROUTE",
    State.DELIVERED: "DELIVRD",
    State.EXPIRED: "EXPIRED",
    State.DELETED: "DELETED",
    State.UNDELIVERABLE: "UNDELIV",
    State.ACCEPTED: "ACCEPTD",
    State.UNKNOWN: "UNKNOWN",
    State.REJECTED: "REJECTD",
    State.SKIPPED: "SKIPPED",
}
"""The seven letters of each state in a receipt's text."""

_BY_WORD: Final = {word: state for state, word in WORDS.items()} | {
    "DELIVERED": State.DELIVERED,
    "UNDELIVERED": State.UNDELIVERABLE,
    "UNDELIVRD": State.UNDELIVERABLE,
    "UNDELIVERABLE": State.UNDELIVERABLE,
    "UNDELIVE": State.UNDELIVERABLE,
    "ACCEPTED": State.ACCEPTED,
    "REJECTED": State.REJECTED,
    "REJECTE": State.REJECTED,
    "BUFFERED": State.ENROUTE,
    "BUFFRED": State.ENROUTE,
    "FAILED": State.UNDELIVERABLE,
}

_TYPE_BITS: Final = 0b0011_1100
_RECEIPT_BITS: Final = 0b0000_0100
_INTERMEDIATE_BITS: Final = 0b0010_0000

_USUAL: Final = re.compile(
    r"id:([^ ]+) sub:([0-9]+) dlvrd:([0-9]+) submit date:([0-9]+) done date:([0-9]+) stat:([A-Z]+)"
    r" err:([0-9A-Za-z]*)(?: text:(.*))?",
    re.DOTALL,
)
_FIELD: Final = re.compile(
    r"(?:^|(?<=[\s,;]))(id|sub|dlvrd|submit[ _]?date|done[ _]?date|stat|err)\s*[:=]", re.IGNORECASE
)
_TEXT: Final = re.compile(r"(?:^|[\s,;])text\s*[:=]", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ _]")
_HEX: Final = re.compile(r"[0-9A-Fa-f]{1,64}")
_DECIMAL: Final = re.compile(r"[0-9]{1,64}")


@dataclass(slots=True)
class Receipt:
    """What a carrier reports about one message it took.

    `error` is the carrier's own (`err`, else the number of network_error_code), `word` its own word for the state,
    `sub` and `dlvrd` its counts of parts; the dates are as they came.
    """

    message_id: str
    state: State
    error: str = ""
    submit_date: str = ""
    done_date: str = ""
    sub: str = ""
    dlvrd: str = ""
    text: str = ""
    word: str = ""

    @property
    def submitted_at(self) -> datetime | None:
        """When the carrier took it, if it says so; its clock, read as UTC."""
        return times.read(self.submit_date)

    @property
    def done_at(self) -> datetime | None:
        """When it reached its state, if the carrier says so; its clock, read as UTC."""
        return times.read(self.done_date)


def state_of(number: int) -> State:
    """Return the state of a message_state (SMPP 3.4 section 5.2.28); one that no standard has says nothing."""
    return _BY_NUMBER[number] if 0 <= number < len(_BY_NUMBER) else State.UNKNOWN


def is_marked(message: DeliverSm | DataSm) -> bool:
    """Tell whether esm_class says receipt or intermediate notification (SMPP 3.4 section 5.2.12)."""
    return message.esm_class & _TYPE_BITS in {_RECEIPT_BITS, _INTERMEDIATE_BITS}


def read(message: DeliverSm | DataSm) -> Receipt | None:
    """Return the receipt that a message is; None for a text from a person, and for a receipt without an id.

    Parameters win over text where both say something. A message without the receipt bit is a receipt only if it
    names both an id and a state that receipts have.
    """
    # A few carriers write even receipts in UCS-2.
    text = content(message).decode("utf-16-be" if message.data_coding == 8 else "latin-1", "replace")
    usual = _USUAL.fullmatch(text)
    receipt = _from_usual(usual) if usual is not None else _from_text(text)
    says_state = receipt.word in _BY_WORD
    if message.tlvs:
        says_state = _add_parameters(receipt, message.tlvs) or says_state
    return receipt if receipt.message_id and (says_state or is_marked(message)) else None


def _from_usual(usual: re.Match[str]) -> Receipt:
    message_id, sub, dlvrd, submitted, done, word, error, text = usual.groups(default="")
    state = _BY_WORD.get(word, State.UNKNOWN)
    return Receipt(message_id, state, error, submitted, done, sub, dlvrd, text, word)


def _from_text(text: str) -> Receipt:
    """Read the fields that are there, in any order; a text that does not start with one is no receipt."""
    quote = _TEXT.search(text)
    head, quoted = (text[: quote.start()], text[quote.end() :]) if quote else (text, "")
    marks = list(_FIELD.finditer(head))
    if not marks or head[: marks[0].start()].strip():
        return Receipt("", State.UNKNOWN)
    ends = [mark.start() for mark in marks[1:]] + [len(head)]
    fields = {
        _SPACES.sub("", mark[1].lower()): head[mark.end() : end].strip(" ,;\r\n\t")
        for mark, end in zip(marks, ends, strict=True)
    }
    word = fields.get("stat", "").upper()
    return Receipt(
        fields.get("id", ""),
        _BY_WORD.get(word, State.UNKNOWN),
        fields.get("err", ""),
        fields.get("submitdate", ""),
        fields.get("donedate", ""),
        fields.get("sub", ""),
        fields.get("dlvrd", ""),
        quoted,
        word,
    )


def _add_parameters(receipt: Receipt, parameters: tlv.Tlvs) -> bool:
    """Let optional parameters correct what the text says; return whether they name a state."""
    receipt.message_id = tlv.text(parameters, tlv.RECEIPTED_MESSAGE_ID) or receipt.message_id
    number = tlv.number(parameters, tlv.MESSAGE_STATE)
    if not receipt.error:
        network = tlv.find(parameters, tlv.NETWORK_ERROR_CODE) or b""
        if len(network) == 3:  # an octet for the kind of network, two for its error
            receipt.error = f"{int.from_bytes(network[1:], 'big'):03d}"
    if number is None or number >= len(_BY_NUMBER):
        return False
    receipt.state = _BY_NUMBER[number]
    return True


def write(receipt: Receipt) -> bytes:
    """Write the text of a receipt as appendix B has it, with at most 20 characters of the message."""
    counts = f"sub:{receipt.sub or '001'} dlvrd:{receipt.dlvrd or '000'}"
    dates = f"submit date:{receipt.submit_date} done date:{receipt.done_date}"
    end = f"stat:{WORDS[receipt.state]} err:{receipt.error or '000'} text:{receipt.text[:20]}"
    return f"id:{receipt.message_id} {counts} {dates} {end}".encode("latin-1", "replace")


def parameters(receipt: Receipt) -> tlv.Tlvs:
    """Return receipted_message_id and message_state, as carriers add them to the text or send them alone."""
    return (
        (tlv.RECEIPTED_MESSAGE_ID, receipt.message_id.encode("latin-1", "replace") + b"\0"),
        (tlv.MESSAGE_STATE, bytes((NUMBERS[receipt.state],))),
    )


def message_id_keys(raw: str) -> tuple[str, ...]:
    """Return the forms under which an id may be known: as it is, hexadecimal as decimal, decimal as hexadecimal.

    All are in lower case without spaces and leading zeros, so that ids compare equal however a carrier pads them.
    The first is the plain form; the others are guesses, and what is found by them must agree in more than the id.
    """
    plain = canonical(raw)
    return tuple(dict.fromkeys(key for key in (plain, hex_to_decimal(plain), decimal_to_hex(plain)) if key))


def canonical(raw: str) -> str:
    """Return an id in lower case without spaces around it and leading zeros."""
    bare = raw.strip().lower()
    return bare.lstrip("0") or bare[:1]


def hex_to_decimal(raw: str) -> str | None:
    """Read an id as hexadecimal and write it as decimal; None when it is not hexadecimal."""
    return str(int(raw, 16)) if _HEX.fullmatch(raw) else None


def decimal_to_hex(raw: str) -> str | None:
    """Read an id as decimal and write it as hexadecimal; None when it is not decimal."""
    return f"{int(raw):x}" if _DECIMAL.fullmatch(raw) else None
