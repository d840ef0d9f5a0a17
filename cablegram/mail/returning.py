"""What a mail system says of letters that it could not bring: delivery reports (RFC 3464, RFC 6522). Pure.

Anybody can write such a report. It counts only for a letter that it names by its id, which nobody knows but who got it,
or was to get it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import Message
from uuid import UUID

from cablegram.mail.address import is_address
from cablegram.mail.facts import one_line
from cablegram.mail.incoming import Returned
from cablegram.mail.parts import parts_of
from cablegram.mail.verdicts import Outcome, Stage, judge

_LETTER = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
_MESSAGE_ID = re.compile(r"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_MOST = 20  # recipients of one report; each letter of ours has one
_MOST_HEAD = 64_000


def returned_by(message: Message, parts: Sequence[Message]) -> tuple[Returned, ...]:
    """Return what a report says of letters that failed for good; nothing where it is none, or tells of a delay."""
    if message.get_content_type() != "multipart/report":
        return ()
    reports = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    letter_id = _letter_of(parts)
    found = [_one(block, letter_id) for report in reports for block in _blocks(report)]
    return tuple(one for one in found if one is not None)[:_MOST]


def _blocks(report: Message) -> list[Message]:
    """Return the groups of fields of a report: one about the message, then one for each recipient."""
    return parts_of(report)[: _MOST + 1]


def _one(block: Message, letter_id: UUID | None) -> Returned | None:
    action = str(block.get("action", "")).partition(";")[0].strip().lower()
    address = str(block.get("original-recipient") or block.get("final-recipient") or "")
    recipient = address.rpartition(";")[2].strip().strip("<>").lower()[:300]
    if action != "failed" or not is_address(recipient):
        return None
    status = _STATUS.search(str(block.get("status", "")))
    said = one_line(str(block.get("diagnostic-code", "")).partition(";")[2] or str(block.get("status", "")), 300)
    code = status[0] if status else ""
    is_dead = code.startswith("5") and judge(Stage.RECIPIENT, 500, code) is Outcome.DEAD
    return Returned(recipient, letter_id, said or code or "It could not be brought.", is_dead)


def _letter_of(parts: Sequence[Message]) -> UUID | None:
    """Return which letter of ours came back with a report: whole, or its head alone."""
    for part in parts:
        if part.get_content_type() not in {"message/rfc822", "text/rfc822-headers", "message/global-headers"}:
            continue
        if whole := parts_of(part):
            given = str(whole[0].get("message-id", ""))
        else:
            found = _MESSAGE_ID.search(str(part.get_payload())[:_MOST_HEAD])
            given = found[1] if found else ""
        if known := _LETTER.match(given.strip().lower()):
            return UUID(known[1])
    return None
