"""What goes wrong, chosen by the last four digits of the destination. Other numbers are ordinary.

9001 to 9030 are settled within a second or two. 9031 to 9044 leave somebody waiting: an answer or a receipt is late or
never comes, or the connection breaks. Nothing else is kept: 9045 to 9099 are ordinary until they get a script.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from cablegram.simulators.options import IdForm
from cablegram.smpp.receipt import State
from cablegram.smpp.status import (
    ESME_RINVDSTADR,
    ESME_RINVSRCADR,
    ESME_RMSGQFUL,
    ESME_RSUBMITFAIL,
    ESME_RSYSERR,
    ESME_RTHROTTLED,
)

OF_ITS_OWN: Final = 0x0401
"""A status that no standard lists, as carriers define for themselves (SMPP 3.4 section 5.1.3: 0x400 to 0x4FF)."""


class Answer(Enum):
    """What follows a submit_sm."""

    USUAL = auto()
    AFTER_RECEIPT = auto()
    LATE = auto()
    NEVER = auto()
    NACK = auto()
    GARBAGE = auto()
    HANG_UP = auto()


class Style(Enum):
    """How a receipt is written."""

    USUAL = auto()
    TEXT_ONLY = auto()
    PARAMETERS_ONLY = auto()
    UNMARKED = auto()
    SCANTY = auto()
    LOOSE = auto()
    WITH_SECONDS = auto()
    WITH_CENTURY = auto()
    UCS2 = auto()


@dataclass(frozen=True, slots=True)
class Script:
    """One way to go wrong.

    `states` are reported one after another; the phone gets the text at the first `delivered`. `refuse` is the status
    for the first `tries` attempts (0: for all). What is not `taken` is forgotten, whatever the answer.
    """

    meaning: str
    states: tuple[State, ...] = (State.DELIVERED,)
    error: str = ""
    refuse: int = 0
    tries: int = 0
    answer: Answer = Answer.USUAL
    is_taken: bool = True
    is_late: bool = False
    style: Style = Style.USUAL
    response_id: IdForm | None = None
    receipt_id: IdForm | None = None
    reply: str = ""


_DELIVERED: Final = State.DELIVERED

SCRIPTS: Final[dict[str, Script]] = {
    "9001": Script("delivered, whatever the seed"),
    "9002": Script("undelivered: the number is unknown", (State.UNDELIVERABLE,), "001"),
    "9003": Script("expired: the phone was off too long", (State.EXPIRED,), "027"),
    "9004": Script("rejected at once: invalid destination (0x0B)", refuse=ESME_RINVDSTADR),
    "9005": Script("rejected by receipt", (State.REJECTED,), "008"),
    "9006": Script("deleted at the carrier", (State.DELETED,), "020"),
    "9007": Script("throttled (0x58) twice, then delivered", refuse=ESME_RTHROTTLED, tries=2),
    "9008": Script("queue full (0x14) twice, then delivered", refuse=ESME_RMSGQFUL, tries=2),
    "9009": Script("system error (0x08) once, then delivered", refuse=ESME_RSYSERR, tries=1),
    "9010": Script("rejected at once: invalid sender (0x0A)", refuse=ESME_RINVSRCADR),
    "9011": Script("rejected at once: submit failed (0x45)", refuse=ESME_RSUBMITFAIL),
    "9012": Script("rejected at once: a status of the carrier's own (0x0401)", refuse=OF_ITS_OWN),
    "9013": Script("delivered; the receipt comes twice", (_DELIVERED, _DELIVERED)),
    "9014": Script("delivered; the receipt comes before the answer", answer=Answer.AFTER_RECEIPT),
    "9015": Script("delivered; the receipt is in parameters alone", style=Style.PARAMETERS_ONLY),
    "9016": Script("delivered; the receipt is in text alone", style=Style.TEXT_ONLY),
    "9017": Script("delivered; the receipt lacks its bit in esm_class", style=Style.UNMARKED),
    "9018": Script(
        "delivered; id hexadecimal in the answer, decimal in the receipt",
        style=Style.TEXT_ONLY,
        response_id=IdForm.HEX,
        receipt_id=IdForm.DECIMAL,
    ),
    "9019": Script(
        "delivered; id decimal in the answer, hexadecimal in the receipt",
        style=Style.TEXT_ONLY,
        response_id=IdForm.DECIMAL,
        receipt_id=IdForm.HEX,
    ),
    "9020": Script(
        "delivered; id with leading zeros in the receipt",
        style=Style.TEXT_ONLY,
        response_id=IdForm.DECIMAL,
        receipt_id=IdForm.PADDED,
    ),
    "9021": Script(
        "delivered; id in lower case in the answer, in upper case in the receipt",
        style=Style.TEXT_ONLY,
        response_id=IdForm.HEX,
        receipt_id=IdForm.UPPER_HEX,
    ),
    "9022": Script("delivered; the receipt has nothing but id and stat", style=Style.SCANTY),
    "9023": Script("delivered; the receipt in other case and spacing", style=Style.LOOSE),
    "9024": Script("delivered; dates of 14 digits in the receipt", style=Style.WITH_CENTURY),
    "9025": Script("delivered; dates of 12 digits in the receipt", style=Style.WITH_SECONDS),
    "9026": Script("undelivered; letters in the error code", (State.UNDELIVERABLE,), "0F2"),
    "9027": Script("on its way by a first receipt, delivered by a second", (State.ENROUTE, _DELIVERED)),
    "9028": Script("undelivered by a first receipt, delivered by a second", (State.UNDELIVERABLE, _DELIVERED)),
    "9029": Script("delivered; the receipt in UCS-2", style=Style.UCS2),
    "9030": Script("delivered; the phone answers STOP", reply="STOP"),
    "9031": Script("no answer, but a receipt: it was taken", answer=Answer.NEVER),
    "9032": Script("no answer and no receipt: it was lost", answer=Answer.NEVER, is_taken=False),
    "9033": Script("taken; never a receipt", ()),
    "9034": Script("delivered; the receipt is late", is_late=True),
    "9035": Script("delivered; the answer is late", answer=Answer.LATE),
    "9036": Script("throttled (0x58) each time", refuse=ESME_RTHROTTLED),
    "9037": Script("queue full (0x14) each time", refuse=ESME_RMSGQFUL),
    "9038": Script("system error (0x08) each time", refuse=ESME_RSYSERR),
    "9039": Script("the carrier hangs up instead of answering, but has taken it", answer=Answer.HANG_UP),
    "9040": Script("the carrier hangs up instead of answering, and has lost it", answer=Answer.HANG_UP, is_taken=False),
    "9041": Script("bytes that are no SMPP instead of an answer", answer=Answer.GARBAGE, is_taken=False),
    "9042": Script("generic_nack instead of an answer", answer=Answer.NACK, is_taken=False),
    "9043": Script("accepted by the first receipt, delivered by a second", (State.ACCEPTED, _DELIVERED)),
    "9044": Script("of unknown fate by the only receipt", (State.UNKNOWN,)),
}


def of(number: str) -> Script | None:
    """Return the script of a destination, or None for an ordinary one."""
    return SCRIPTS.get(number[-4:])
