"""Between our messages and SMPP 3.4's: pure. Nothing of SMPP passes this file and the link beside it."""

from __future__ import annotations

from functools import lru_cache

from cablegram.connectors.contract import Fragment, Incoming, Outcome, Outgoing, Question, Receipt, Reply, Verdict
from cablegram.kit.errors import InvalidInput
from cablegram.smpp import receipt, status
from cablegram.smpp.pdu import DataSm, DeliverSm, QuerySm, QuerySmResp, SubmitSm, content
from cablegram.smpp.tlv import SAR_MSG_REF_NUM, SAR_SEGMENT_SEQNUM, SAR_TOTAL_SEGMENTS, number
from cablegram.text import concat

_UDHI = 0x40  # esm_class: the user data begins with a header
_FINAL_RECEIPT = 1  # registered_delivery: a receipt, whatever the outcome
_INTERNATIONAL, _ISDN = 1, 1
_SHORT_CODE, _ALPHANUMERIC, _UNKNOWN_PLAN = 3, 5, 0  # type of number: network specific, alphanumeric
_LONGEST_SHORT_CODE = 7
_LATIN_1 = 3

_OUTCOMES = {
    receipt.State.DELIVERED: Outcome.DELIVERED,
    receipt.State.EXPIRED: Outcome.EXPIRED,
    receipt.State.UNDELIVERABLE: Outcome.UNDELIVERED,
    receipt.State.DELETED: Outcome.UNDELIVERED,
    receipt.State.REJECTED: Outcome.UNDELIVERED,
    receipt.State.SKIPPED: Outcome.UNDELIVERED,
}
_VERDICTS = {
    status.Kind.OK: Verdict.TAKEN,
    status.Kind.THROTTLED: Verdict.THROTTLED,
    status.Kind.TEMPORARY: Verdict.TEMPORARY,
    status.Kind.BIND: Verdict.TEMPORARY,
    status.Kind.PERMANENT: Verdict.REFUSED,
}

_NOT_NOW = frozenset({status.Kind.THROTTLED, status.Kind.TEMPORARY, status.Kind.BIND})


def requests(message: Outgoing, reference: int, media_tag: int | None = None) -> list[SubmitSm]:
    """Write a message as one submit_sm a part; every part asks for a receipt, or the last one's would speak for all.

    The address of a picture goes with the first part, in the carrier's own parameter `media_tag` (R55).
    """
    ton, npi = _kind_of(message.source)
    # In the order of the fields: ten names would cost as much as all the rest.
    parts = [
        SubmitSm(
            message.source,
            message.number,
            part.user_data,
            _UDHI if part.has_header else 0,
            part.data_coding,
            _FINAL_RECEIPT,
            ton,
            npi,
            _INTERNATIONAL,
            _ISDN,
        )
        for part in concat.parts(message.text, reference)
    ]
    if message.media_url is not None and media_tag is not None:
        parts[0].tlvs = ((media_tag, message.media_url.encode("ascii")),)
    return parts


@lru_cache(maxsize=4096)
def _kind_of(source: str) -> tuple[int, int]:
    if not source.isdigit():
        return _ALPHANUMERIC, _UNKNOWN_PLAN
    if len(source) <= _LONGEST_SHORT_CODE:
        return _SHORT_CODE, _UNKNOWN_PLAN
    return _INTERNATIONAL, _ISDN


def verdict(code: int) -> tuple[Verdict, str]:
    """Return what a command_status means for a part, and its name for people."""
    known = status.of(code)
    return _VERDICTS[known.kind], known.name


def query(question: Question) -> QuerySm:
    """Write a question; its source address must be that of the message (SMPP 3.4, section 4.8.1)."""
    ton, npi = _kind_of(question.source)
    return QuerySm(question.provider_id, question.source, ton, npi)


def answer(question: Question, said: QuerySmResp) -> Reply:
    """Return what an answer to a question says, in the words of a receipt; a refusal says nothing of the message."""
    if said.status != status.ESME_ROK:
        known = status.of(said.status)
        is_understood = None if known.kind in _NOT_NOW else said.status != status.ESME_RINVCMDID
        return Reply(question, known.name, is_understood)
    state = receipt.state_of(said.message_state)
    error = f"{said.error_code:03d}" if said.error_code else ""
    found = Receipt(
        provider_id=question.provider_id,
        outcome=_OUTCOMES.get(state, Outcome.ON_ITS_WAY),
        error=error,
        source=question.source,
        number=question.number,
        head="",
        words=f"{receipt.WORDS[state]} {error}".strip(),
    )
    return Reply(question, found.words, is_understood=True, receipt=found)


def refusal(question: Question, code: int) -> Reply:
    """Return what it says that a question was answered by a status alone, as in a generic_nack (section 4.3.1)."""
    if code == status.ESME_ROK:
        return Reply(question, "an answer that can't be read", None)
    known = status.of(code)
    return Reply(question, known.name, None if known.kind is status.Kind.THROTTLED else False)


def silence(question: Question) -> Reply:
    """Return what it says that a question got no answer in time."""
    return Reply(question, "no answer", None)


def read(message: DeliverSm | DataSm) -> Receipt | Incoming | None:
    """Return the receipt or the text that came; None for a receipt that names no id."""
    found = receipt.read(message)
    if found is not None:
        words = f"{receipt.WORDS[found.state]} {found.error}".strip()
        return Receipt(
            # Some carriers pad fields with null characters, which no database stores.
            provider_id=found.message_id.replace("\0", ""),
            outcome=_OUTCOMES.get(found.state, Outcome.ON_ITS_WAY),
            error="" if found.error.strip("0\0") == "" else found.error.replace("\0", ""),
            # The receipt travels the way back: our sender is its destination.
            source=digits(message.destination_addr),
            number=digits(message.source_addr),
            # Some repeat the raw octets of a Unicode text: nothing to compare with.
            head="" if "\0" in found.text else found.text,
            words=words.replace("\0", ""),
        )
    if receipt.is_marked(message):
        return None
    return _incoming(message)


def _incoming(message: DeliverSm | DataSm) -> Incoming:
    octets = content(message)
    has_header = bool(message.esm_class & _UDHI)
    if has_header and (not octets or octets[0] >= len(octets)):
        has_header = False
    header = concat.read_header(octets) if has_header else None
    part = (header.reference, header.total, header.sequence) if header else _sar(message)
    payload = octets[1 + octets[0] :] if has_header else octets
    return Incoming(
        source=digits(message.source_addr),
        destination=message.destination_addr,
        # No phone types a null character, and no database stores one.
        text=_text(octets, message.data_coding, has_header=has_header).replace("\0", "\ufffd"),
        fragment=Fragment(*part, payload, message.data_coding) if part and part[1] > 1 else None,
    )


def _text(octets: bytes, data_coding: int, *, has_header: bool) -> str:
    try:
        return concat.read_text(octets, data_coding=data_coding, has_header=has_header)
    except InvalidInput:
        # A coding nobody defined: keep the octets readable rather than lose what somebody wrote.
        return concat.read_text(octets, data_coding=_LATIN_1, has_header=has_header)


def _sar(message: DeliverSm | DataSm) -> tuple[int, int, int] | None:
    reference, total, sequence = (
        number(message.tlvs, tag) for tag in (SAR_MSG_REF_NUM, SAR_TOTAL_SEGMENTS, SAR_SEGMENT_SEQNUM)
    )
    if reference is None or total is None or sequence is None or not 1 <= sequence <= total:
        return None
    return reference, total, sequence


def digits(address: str) -> str:
    """Return an address in our form: a number without plus, a name as it is."""
    return address[1:] if address.startswith("+") and address[1:].isdigit() else address
