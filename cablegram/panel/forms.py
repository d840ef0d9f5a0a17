"""Read what a form sent, and say beside which field an error belongs."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import compare_digest
from typing import Any
from uuid import UUID

from litestar.datastructures import FormMultiDict, UploadFile
from litestar.exceptions import PermissionDeniedException
from litestar.middleware.csrf import CSRF_SECRET_LENGTH, generate_csrf_hash

from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import uuid7
from cablegram.panel.visit import Http, cookie_name, parts_of

Errors = dict[str, str]
_LONGEST_KEY = 100
UPLOAD: dict[str, Any] = {"exclude_from_csrf": True}  # options of a route whose form is read by `read_upload`


class Fields:
    """The fields of a form; what was not sent is empty."""

    def __init__(self, form: FormMultiDict) -> None:
        self._form = form

    def __contains__(self, name: str) -> bool:
        return name in self._form

    def one(self, name: str) -> str:
        """Return a text. Browsers send line ends as CR LF; a message has LF."""
        values = self.every(name)
        return values[-1] if values else ""

    def every(self, name: str) -> list[str]:
        """Return all texts of a field that may come several times."""
        return [value.replace("\r\n", "\n") for value in self._form.getall(name, []) if isinstance(value, str)]

    def file(self, name: str) -> UploadFile | None:
        """Return a file that was chosen."""
        found = self._form.get(name)
        return found if isinstance(found, UploadFile) and found.filename else None


async def read_form(request: Http) -> Fields:
    """Read the form of a request."""
    return Fields(await request.form())


async def read_upload(request: Http) -> Fields:
    """Read a form with a file, now that it is known who sends it.

    Litestar's check of the token would read a stranger's file to its end, so such routes are taken out of it
    (`UPLOAD`), and it is made here. Raises PermissionDeniedException.
    """
    fields = await read_form(request)
    given, kept = fields.one("_csrf_token"), request.cookies.get(cookie_name(request, "csrf"), "")
    made = generate_csrf_hash(given[:CSRF_SECRET_LENGTH], parts_of(request).rt.seal.derive("panel csrf"))
    if not compare_digest(given.encode(), kept.encode()) or not compare_digest(
        given[CSRF_SECRET_LENGTH:].encode(), made.encode()
    ):
        raise PermissionDeniedException("CSRF token verification failed")
    return fields


def read_ids(texts: list[str]) -> list[UUID]:
    """Return the ids among texts; what is none can't name anything of ours."""
    found: list[UUID] = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def new_key() -> str:
    """Return what makes the second press of a form's button the same deed: it stands in the form as `key`."""
    return str(uuid7())


def read_key(fields: Fields) -> str | None:
    """Return the key of a form for deeds that are done once for it; None where it has none."""
    given = fields.one("key")
    return f"panel {given[:_LONGEST_KEY]}" if given else None


def errors_of(error: CablegramError, fields: Mapping[str, str] | None = None) -> Errors:
    """Return an error's sentences by form field; `fields` maps a fault's field, or the error's code, to one.

    What belongs to no field stands under "form". Whoever fills a form has a role, and no key that could be another one.
    """
    names = fields or {}
    if error.code == "scope_missing":
        return {"form": "This is not for your role. An owner of the account can give you another one."}
    found = {names.get(fault.field, fault.field): fault.message for fault in error.faults}
    return found or {names.get(error.code, "form"): error.message}


def summary_of(errors: Errors, shown: tuple[str, ...]) -> list[tuple[str, str]]:
    """List errors for the top of a page: (field's id, sentence); the id is empty for what no field shows."""
    return [(field if field in shown else "", sentence) for field, sentence in errors.items()]
