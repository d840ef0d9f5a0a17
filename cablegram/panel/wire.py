"""What a message looks like on the wire: fetched when somebody opens it, since few do."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from cablegram.messages import story
from cablegram.panel.filters import phone
from cablegram.panel.pages import Context, is_part, page, part
from cablegram.panel.visit import Http, Visitor, parts_of

_ROW = 16  # octets to a line


@get("/messages/{message_id:uuid}/wire")
async def show(request: Http, visit: Visitor, message_id: FromPath[UUID]) -> Response[str]:
    """Show the PDUs of a message, or what was said to its provider: a page, or for htmx the part that opens."""
    rt = parts_of(request).rt
    message, found = await story.pdus(rt, visit.who, message_id)
    context: Context = {
        "message": message,
        "pdus": [(one.part, dump(one.octets), one.fields) for one in found],
        "said": await story.said(rt, visit.who, message_id),
    }
    if is_part(request):
        return part(request, visit.session, "messages/_wire.html", context)
    title = f"Message to {phone(message.number)} on the wire"
    return await page(request, visit, "messages/wire.html", title=title, here="messages", context=context)


def dump(octets: bytes) -> str:
    """Write octets as people read them: place, hexadecimal, and what is ASCII. Pure."""
    lines: list[str] = []
    for place in range(0, len(octets), _ROW):
        row = octets[place : place + _ROW]
        shown = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in row)
        lines.append(f"{place:04x}  {row.hex(' '):<{_ROW * 3 - 1}}  {shown}")
    return "\n".join(lines)


HANDLERS = (show,)
