"""The door for mail that a provider hands over by HTTP, at `/callbacks/mail/{token}`: whole messages, taken in once.

The body is the message itself, or a form or JSON that has it in one field, as providers' inbound mail sends it: `email`
(SendGrid, raw), `body-mime` (Mailgun), `RawEmail` (Postmark), `message`. The answer is 200 once it is on disk; where it
is not, the provider calls again.
"""

from __future__ import annotations

import asyncio
import hmac
from email.message import Message
from urllib.parse import parse_qsl

import msgspec
from litestar.types import HTTPScope, Receive

from cablegram.api.errors import BadRequest, MethodNotAllowed
from cablegram.api.outer_door import OuterDoor
from cablegram.api.reading import Head, media_type_of, read_body, read_head
from cablegram.kit.errors import InvalidInput, NotFound, Unavailable
from cablegram.mail.parts import parts_of
from cablegram.mail.reading import MOST_BYTES, parse
from cablegram.support import by_mail

PATH = "/callbacks/mail/"

_MOST = 3 * MOST_BYTES // 2  # base64 and the escapes of JSON add a third and more
_AT_ONCE = 3  # each holds its message in memory
_MOST_FIELDS = 200
_FIELDS = ("email", "body-mime", "RawEmail", "message")


class MailDoor(OuterDoor):
    """Takes messages in, a few at a time: each is held in memory."""

    name = "mail"

    async def take(self, scope: HTTPScope, receive: Receive) -> tuple[str, bytes]:
        """Take a message in; answer with the verdict on it."""
        token, given = self.rt.settings.mail_token, scope["path"].removeprefix(PATH)
        if token is None or not hmac.compare_digest(token.encode(), given.encode()):
            raise NotFound("callback_unknown", "Nobody takes mail at this address.")
        if scope["method"] != "POST":
            raise MethodNotAllowed(scope["method"], "POST")
        if self.in_hand > _AT_ONCE:
            raise Unavailable("too_busy", "More messages are in hand than are taken at once. Call again.")
        head = read_head(scope["headers"])
        body = await read_body(receive, head, _MOST)
        raw = await asyncio.to_thread(message_of, head, body)
        try:
            verdict = (await by_mail.receive(self.rt, raw)).verdict
        except InvalidInput as error:
            raise BadRequest(error.code, error.message) from error
        return "application/json", msgspec.json.encode({"verdict": verdict})


def message_of(head: Head, body: bytes) -> bytes:
    """Return the message in a body, whatever form a provider gives it. Pure. Raises BadRequest (`bad_mail`)."""
    forms = {
        "multipart/form-data": lambda: _parts(head, body),
        "application/x-www-form-urlencoded": lambda: _form(body),
        "application/json": lambda: _json(body),
    }
    read = forms.get(media_type_of(head))
    if read is None:
        return body
    try:
        fields = read()
    except InvalidInput as error:
        raise BadRequest(error.code, error.message) from error
    except (ValueError, RecursionError, LookupError, AttributeError, TypeError) as error:
        raise _unread("It is not what its type says.") from error
    found = next((fields[name] for name in _FIELDS if fields.get(name)), None)
    if found is None:
        raise _unread(f"None of its fields is the whole message: {', '.join(_FIELDS)}.")
    return found


def _parts(head: Head, body: bytes) -> dict[str, bytes]:
    """Read the fields of a form of several parts (RFC 7578), which are parts of MIME."""
    form = parse(b"Content-Type: " + (head.content_type or b"") + b"\r\n\r\n" + body)
    return {_name(part): _content(part) for part in parts_of(form)[:_MOST_FIELDS]}


def _name(part: Message) -> str:
    return str(part.get_param("name", "", header="content-disposition"))


def _content(part: Message) -> bytes:
    if whole := parts_of(part):  # said to be a message, and so it was read as one
        return whole[0].as_bytes()
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _form(body: bytes) -> dict[str, bytes]:
    pairs = parse_qsl(body.decode("latin-1"), max_num_fields=_MOST_FIELDS, errors="surrogateescape")
    return {name: text.encode(errors="surrogateescape") for name, text in pairs}


def _json(body: bytes) -> dict[str, bytes]:
    given = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    return {name: msgspec.json.decode(given[name], type=str).encode() for name in _FIELDS if name in given}


def _unread(why: str) -> BadRequest:
    return BadRequest("bad_mail", f"The body has no message of mail that can be read. {why}")
