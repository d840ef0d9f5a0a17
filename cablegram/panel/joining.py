"""The public page of an SMS service, where people subscribe by themselves (R167)."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from cablegram.kit.errors import CablegramError, NotFound
from cablegram.kit.ids import ProgramId
from cablegram.panel.forms import Errors, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, render
from cablegram.panel.visit import Http, address_of, parts_of
from cablegram.sms_services import subscribing
from cablegram.sms_services.model import OptInMode, Service
from cablegram.sms_services.subscribing import Shown


@get("/join/{service_id:uuid}")
async def show(request: Http, service_id: FromPath[UUID]) -> Response[str]:
    """Show what one agrees to, and a field for the number."""
    return await _answer(request, service_id, "")


@post("/join/{service_id:uuid}", status_code=200)
async def join(request: Http, service_id: FromPath[UUID]) -> Response[str]:
    """Subscribe who agreed, with the words that stood on the page as evidence."""
    sent = await read_form(request)
    has_agreed, number = sent.one("agreed") == "on", sent.one("number").strip()
    return await _answer(request, service_id, number, has_agreed=has_agreed, sent_for=sent.one("words"))


async def _answer(
    request: Http, service_id: UUID, number: str, *, has_agreed: bool | None = None, sent_for: str = ""
) -> Response[str]:
    rt = parts_of(request).rt
    try:
        service = await subscribing.page_of(rt, ProgramId(service_id))
    except NotFound as error:
        gone: Context = {"message": error.message}
        return _quiet(render(request, None, "services/join_gone.html", title="Page", context=gone, status=404))
    if has_agreed is None:
        return _page(request, service, number)
    if not has_agreed:
        return _page(request, service, number, errors={"agreed": "Tick the box if you agree."})
    words = subscribing.page_words(service)
    if sent_for not in {"", subscribing.version_of(words)}:
        return _page(
            request, service, number, errors={"agreed": "These words have changed meanwhile: read them again."}
        )
    shown = Shown(words, f"{rt.settings.public}/join/{service.id}", address_of(request))
    try:
        await subscribing.subscribe_by_page(rt, service.id, number=number, shown=shown)
    except CablegramError as error:
        return _page(request, service, number, errors=errors_of(error, {"to": "number"}))
    # The same for everybody: nobody learns here whether a number is somebody's who is in.
    is_asked = service.form.opt_in is OptInMode.DOUBLE
    return _page(request, service, number, joined="asked" if is_asked else "in")


def _page(
    request: Http, service: Service, number: str, *, errors: Errors | None = None, joined: str = ""
) -> Response[str]:
    words = subscribing.page_words(service)
    context: Context = {
        "one": service,
        "number": number,
        "words": words,
        "version": subscribing.version_of(words),
        "joined": joined,
        "errors": errors or {},
        "summary": summary_of(errors or {}, ("number", "agreed")),
    }
    status = 422 if errors else 200
    return _quiet(render(request, None, "services/join.html", title=service.form.name, context=context, status=status))


def _quiet(answer: Response[str]) -> Response[str]:
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


HANDLERS = (show, join)
