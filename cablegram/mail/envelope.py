"""A letter as bytes: MIME with text and HTML, files behind them (RFC 5322, RFC 2046). Pure.

Its Message-ID is made of its id, so that a letter which is sent twice can be known by who gets it; nobody's program
answers it by itself (RFC 3834).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from cablegram.mail.model import Attachment, Posted
from cablegram.mail.server import Sender

_PLAIN = "application/octet-stream"


def pack(letter: Posted, files: Sequence[Attachment], sender: Sender, *, at: datetime) -> bytes:
    """Write a letter and its files as one message; `at` is when it was posted."""
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(sender.header)
    made["To"] = letter.recipient
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = message_id(letter, sender)
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made["Content-Language"] = letter.language
    if answers_go := letter.reply_to or sender.reply_to:
        made["Reply-To"] = _address(answers_go)
    if letter.notices_url:
        made["List-Unsubscribe"] = f"<{letter.notices_url}>"
    made.set_content(letter.text or "")
    made.add_alternative(letter.html or "", subtype="html")
    for file in files:
        main, _, sub = (file.media_type if "/" in file.media_type else _PLAIN).partition("/")
        made.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
    return made.as_bytes()


def _address(written: str) -> Address:
    """Read `Name <name@example.com>`: the name may have signs that mean something in a header."""
    name, _, rest = written.rpartition("<") if written.endswith(">") else ("", "", f"{written}>")
    return Address(name.strip().strip('"'), addr_spec=rest[:-1])


def message_id(letter: Posted, sender: Sender) -> str:
    """Return the Message-ID of a letter: the same each time it is sent."""
    return f"<{letter.id}@{sender.domain}>"
