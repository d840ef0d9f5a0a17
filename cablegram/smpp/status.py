"""What a command_status means (SMPP 3.4 section 5.1.3, with the few values of 5.0 that carriers use).

The kind says what the sender should conclude: `throttled` means slow down and send again, `temporary` means the
carrier itself says that trying again may help, `permanent` means this message will never be taken, `bind` means
that nothing is wrong with the message but with the bind it went over. A status that says nothing definite (such as
ESME_RSUBMITFAIL, or a carrier's own number) is permanent: only an explicit word allows a second attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a status asks of the one who sent the request."""

    OK = "ok"
    THROTTLED = "throttled"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    BIND = "bind"


@dataclass(frozen=True, slots=True)
class Status:
    """One command_status: its value, the standard's name, a sentence, and what to conclude."""

    code: int
    name: str
    meaning: str
    kind: Kind


ESME_ROK: Final = 0x00
ESME_RINVMSGLEN: Final = 0x01
ESME_RINVCMDLEN: Final = 0x02
ESME_RINVCMDID: Final = 0x03
ESME_RINVBNDSTS: Final = 0x04
ESME_RALYBND: Final = 0x05
ESME_RSYSERR: Final = 0x08
ESME_RINVSRCADR: Final = 0x0A
ESME_RINVDSTADR: Final = 0x0B
ESME_RINVMSGID: Final = 0x0C
ESME_RBINDFAIL: Final = 0x0D
ESME_RINVPASWD: Final = 0x0E
ESME_RINVSYSID: Final = 0x0F
ESME_RCANCELFAIL: Final = 0x11
ESME_RMSGQFUL: Final = 0x14
ESME_RINVSERTYP: Final = 0x15
ESME_RSUBMITFAIL: Final = 0x45
ESME_RINVSYSTYP: Final = 0x53
ESME_RTHROTTLED: Final = 0x58
ESME_RINVSCHED: Final = 0x61
ESME_RINVEXPIRY: Final = 0x62
ESME_RX_T_APPN: Final = 0x64
ESME_RQUERYFAIL: Final = 0x67
ESME_RINVOPTPARSTREAM: Final = 0xC0
ESME_RINVPARLEN: Final = 0xC2
ESME_RUNKNOWNERR: Final = 0xFF

_TABLE: Final = (
    Status(0x00, "ESME_ROK", "Accepted.", Kind.OK),
    Status(0x01, "ESME_RINVMSGLEN", "The message is too long for the carrier.", Kind.PERMANENT),
    Status(0x02, "ESME_RINVCMDLEN", "The request has the wrong length.", Kind.PERMANENT),
    Status(0x03, "ESME_RINVCMDID", "The carrier does not know this request.", Kind.PERMANENT),
    Status(0x04, "ESME_RINVBNDSTS", "The bind is not in a state that allows this request.", Kind.BIND),
    Status(0x05, "ESME_RALYBND", "The carrier says that this login is bound already.", Kind.BIND),
    Status(0x06, "ESME_RINVPRTFLG", "The carrier does not accept this priority.", Kind.PERMANENT),
    Status(0x07, "ESME_RINVREGDLVFLG", "The carrier does not accept this receipt request.", Kind.PERMANENT),
    Status(0x08, "ESME_RSYSERR", "The carrier has an internal error.", Kind.TEMPORARY),
    Status(0x0A, "ESME_RINVSRCADR", "The carrier does not accept this sender.", Kind.PERMANENT),
    Status(0x0B, "ESME_RINVDSTADR", "The carrier does not accept this destination number.", Kind.PERMANENT),
    Status(0x0C, "ESME_RINVMSGID", "The carrier does not know this message id.", Kind.PERMANENT),
    Status(0x0D, "ESME_RBINDFAIL", "The carrier refuses the bind.", Kind.BIND),
    Status(0x0E, "ESME_RINVPASWD", "The carrier says that the password is wrong.", Kind.BIND),
    Status(0x0F, "ESME_RINVSYSID", "The carrier does not know this system id.", Kind.BIND),
    Status(0x11, "ESME_RCANCELFAIL", "The message could not be cancelled.", Kind.PERMANENT),
    Status(0x13, "ESME_RREPLACEFAIL", "The message could not be replaced.", Kind.PERMANENT),
    Status(0x14, "ESME_RMSGQFUL", "The carrier's queue is full.", Kind.THROTTLED),
    Status(0x15, "ESME_RINVSERTYP", "The carrier does not accept this service type.", Kind.PERMANENT),
    Status(0x33, "ESME_RINVNUMDESTS", "The number of destinations is wrong.", Kind.PERMANENT),
    Status(0x34, "ESME_RINVDLNAME", "The carrier does not know this distribution list.", Kind.PERMANENT),
    Status(0x40, "ESME_RINVDESTFLAG", "The kind of destination is wrong.", Kind.PERMANENT),
    Status(0x42, "ESME_RINVSUBREP", "The carrier does not replace messages on submit.", Kind.PERMANENT),
    Status(0x43, "ESME_RINVESMCLASS", "The carrier does not accept this esm_class.", Kind.PERMANENT),
    Status(0x44, "ESME_RCNTSUBDL", "The carrier can't send to a distribution list.", Kind.PERMANENT),
    Status(0x45, "ESME_RSUBMITFAIL", "The carrier could not take the message, without saying why.", Kind.PERMANENT),
    Status(0x48, "ESME_RINVSRCTON", "The sender's type of number is wrong.", Kind.PERMANENT),
    Status(0x49, "ESME_RINVSRCNPI", "The sender's numbering plan is wrong.", Kind.PERMANENT),
    Status(0x50, "ESME_RINVDSTTON", "The destination's type of number is wrong.", Kind.PERMANENT),
    Status(0x51, "ESME_RINVDSTNPI", "The destination's numbering plan is wrong.", Kind.PERMANENT),
    Status(0x53, "ESME_RINVSYSTYP", "The carrier does not accept this system type.", Kind.BIND),
    Status(0x54, "ESME_RINVREPFLAG", "The replace flag is wrong.", Kind.PERMANENT),
    Status(0x55, "ESME_RINVNUMMSGS", "The number of messages is wrong.", Kind.PERMANENT),
    Status(0x58, "ESME_RTHROTTLED", "More messages came than the carrier allows a second.", Kind.THROTTLED),
    Status(0x61, "ESME_RINVSCHED", "The carrier does not accept this delivery time.", Kind.PERMANENT),
    Status(0x62, "ESME_RINVEXPIRY", "The carrier does not accept this validity period.", Kind.PERMANENT),
    Status(0x63, "ESME_RINVDFTMSGID", "The carrier has no such predefined message.", Kind.PERMANENT),
    Status(0x64, "ESME_RX_T_APPN", "The receiving application can't take it now.", Kind.TEMPORARY),
    Status(0x65, "ESME_RX_P_APPN", "The receiving application will never take it.", Kind.PERMANENT),
    Status(0x66, "ESME_RX_R_APPN", "The receiving application refused it.", Kind.PERMANENT),
    Status(0x67, "ESME_RQUERYFAIL", "The carrier could not look the message up.", Kind.PERMANENT),
    Status(0xC0, "ESME_RINVOPTPARSTREAM", "The optional parameters are broken.", Kind.PERMANENT),
    Status(0xC1, "ESME_ROPTPARNOTALLWD", "An optional parameter is not allowed.", Kind.PERMANENT),
    Status(0xC2, "ESME_RINVPARLEN", "A parameter has the wrong length.", Kind.PERMANENT),
    Status(0xC3, "ESME_RMISSINGOPTPARAM", "An expected optional parameter is missing.", Kind.PERMANENT),
    Status(0xC4, "ESME_RINVOPTPARAMVAL", "An optional parameter has a wrong value.", Kind.PERMANENT),
    Status(0xFE, "ESME_RDELIVERYFAILURE", "The message could not be delivered.", Kind.PERMANENT),
    Status(0xFF, "ESME_RUNKNOWNERR", "The carrier reports an error without a name.", Kind.PERMANENT),
    Status(0x100, "ESME_RSERTYPUNAUTH", "This login may not use the service type.", Kind.PERMANENT),
    Status(0x101, "ESME_RPROHIBITED", "This login may not do that.", Kind.PERMANENT),
    Status(0x102, "ESME_RSERTYPUNAVAIL", "The service type is not available now.", Kind.TEMPORARY),
    Status(0x103, "ESME_RSERTYPDENIED", "The service type is denied.", Kind.PERMANENT),
    Status(0x104, "ESME_RINVDCS", "The carrier does not accept this data coding.", Kind.PERMANENT),
)

STATUSES: Final[dict[int, Status]] = {status.code: status for status in _TABLE}


def of(code: int) -> Status:
    """Return what a command_status means; a value that no standard lists is permanent and named by its number."""
    known = STATUSES.get(code)
    if known is not None:
        return known
    whose = "of this carrier's own" if 0x400 <= code <= 0x4FF else "that SMPP does not list"
    return Status(code, f"0x{code:08x}", f"The carrier reports an error {whose}.", Kind.PERMANENT)
