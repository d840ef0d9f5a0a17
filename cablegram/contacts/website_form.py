"""What a form on a web page may send, and what it means. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from cablegram.contacts import sheet, values
from cablegram.contacts.field_model import Field, FieldType
from cablegram.contacts.model import Contact
from cablegram.contacts.website_model import AGREED, NUMBER, WORDS, YES, Filled, Visit, WebsiteTag
from cablegram.kit.errors import Fault, InvalidInput

MOST_ORIGINS = 20
LONGEST_WORDS = 1_000

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_AT_HOME = frozenset({"localhost", "127.0.0.1"})


def read_origin(text: str) -> str:
    """Return an origin as browsers write it: `https://www.example.com`, with its port where that is not the usual one.

    Plain http is for a page on the developer's own machine. Raises InvalidInput (`bad_origin`).
    """
    parts = urlsplit(text.strip().lower())
    host = parts.hostname or ""
    try:
        port = parts.port
    except ValueError:
        port = 0
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _AT_HOME)
    has_more = parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username is not None
    if not is_safe or has_more or port == 0 or not _HOST.fullmatch(host):
        message = f"{text[:100]!r} is no origin: write https:// and the host, such as https://www.example.com."
        raise InvalidInput("bad_origin", message, faults=[Fault("origins", "bad_origin", message)])
    usual = 443 if parts.scheme == "https" else 80
    return f"{parts.scheme}://{host}" if port in {None, usual} else f"{parts.scheme}://{host}:{port}"


def origin_of(origin: str, referer: str) -> str:
    """Return from which origin a form came: browsers say it in one header or the other; empty where in neither."""
    if origin and origin != "null":
        return origin.lower()
    parts = urlsplit(referer)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.scheme and parts.netloc else ""


def filled(tag: WebsiteTag, visit: Visit, number: str, *, known: Contact | None, fields: Mapping[str, Field]) -> Filled:
    """Return what a form does. What is known of somebody stays as it is: anybody can write down anybody's number.

    Fields that the tag does not name are left aside. Raises InvalidInput (`value_unfit`, `bad_variable`).
    """
    given = {name: visit.form[name] for name in tag.fields if visit.form.get(name, "").strip()}
    sheet.check_variables(given)
    wanted = values.canonical(fields, given)
    before = known.variables if known else {}
    agreed = bool(tag.words) and visit.form.get(AGREED) == YES
    shown = visit.form.get(WORDS) == str(tag.words_version)
    return Filled(
        number,
        known is None,
        {name: value for name, value in wanted.items() if not before.get(name)},
        tuple(name for name in wanted if before.get(name) and before[name] != wanted[name]),
        subscribes=agreed and shown,
        shown_others=agreed and not shown,
    )


def snippet(tag: WebsiteTag, address: str, fields: Mapping[str, Field], *, number_label: str = "Mobile phone") -> str:
    """Return the HTML to put into a page: a form that works by itself, and the script that saves leaving the page.

    `address` is the public one of this installation, such as https://sms.example.com.
    """
    action = html.escape(f"{address}/tag/{tag.token}")
    lines = [f'<form action="{action}" method="post" data-cablegram>']
    lines.append(f"  <label>{html.escape(number_label)}")
    lines.append(f'    <input name="{NUMBER}" type="tel" autocomplete="tel" required></label>')
    for name in tag.fields:
        lines += _input(fields.get(name, Field(name, name)))
    if tag.words:
        lines.append(f'  <input type="hidden" name="{WORDS}" value="{tag.words_version}">')
        lines.append(f'  <label><input type="checkbox" name="{AGREED}" value="{YES}">')
        lines.append(f"    {html.escape(tag.words)}</label>")
    lines += ["  <button>Send</button>", '  <p data-cablegram-answer role="status"></p>', "</form>"]
    lines.append(f'<script src="{action}.js" async></script>')
    return "\n".join(lines)


def _input(one: Field) -> Sequence[str]:
    label, name = html.escape(one.label), html.escape(one.name)
    if one.type is FieldType.CHOICE or one.type is FieldType.YES_NO:
        words = one.choices or ("yes", "no")
        options = "".join(f"<option>{html.escape(word)}</option>" for word in words)
        return [f"  <label>{label}", f'    <select name="{name}"><option value=""></option>{options}</select></label>']
    kind = {FieldType.NUMBER: "number", FieldType.DATE: "date"}.get(one.type, "text")
    step = ' step="any"' if one.type is FieldType.NUMBER else ""
    return [f"  <label>{label}", f'    <input name="{name}" type="{kind}"{step}></label>']
