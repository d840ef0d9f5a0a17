"""Messages as mail servers hand them over."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP


def a_message(
    text: str = "It was charged twice.",
    *,
    sender: str = "Inés <ines@example.com>",
    to: str = "support@acme.example",
    subject: str = "Charged twice",
    message_id: str = "<1@example.com>",
    files: Sequence[tuple[str, bytes]] = (),
    **heads: str,
) -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"], made["Message-ID"] = sender, to, subject, message_id
    for name, value in heads.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    for name, data in files:
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def a_report(
    letter: str,
    recipient: str = "ines@example.com",
    *,
    status: str = "5.1.1",
    action: str = "failed",
    said: str = "550 5.1.1 No such user",
    comes_back: str = "text/rfc822-headers",
) -> bytes:
    """Return a delivery report as Postfix writes it (RFC 3464), with the head of the letter that came back."""
    lines = [
        "Return-Path: <>",
        "From: MAILER-DAEMON@mx.example.com",
        "To: news@acme.example",
        "Subject: Undelivered Mail Returned to Sender",
        "Message-ID: <report-1@mx.example.com>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "I'm sorry to have to inform you that your message could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.com",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {said}",
        "",
        "--b",
        f"Content-Type: {comes_back}",
        "",
        "From: Acme <news@acme.example>",
        f"Message-ID: {letter}",
        "Subject: Your code",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()
