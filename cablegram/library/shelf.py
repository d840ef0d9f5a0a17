"""Save templates, find them, replace and delete them (R85). What is saved can always be rendered."""

from __future__ import annotations

import re
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import TemplateId, uuid7
from cablegram.kit.names import read_name, read_note
from cablegram.library import store
from cablegram.library.model import SavedTemplate
from cablegram.runtime.runtime import Runtime
from cablegram.templates.render import Template

LONGEST = 5_000  # characters: several times what fits the largest message, before any variable is filled in
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")  # NUL, and half a surrogate pair


async def create(rt: Runtime, who: Principal, *, name: str, description: str = "", text: str) -> SavedTemplate:
    """Save a template.

    Raises InvalidInput (`bad_name`, `bad_template`, `template_too_long`), Conflict (`template_name_taken`).
    """
    who.needs(Scope.CONTACTS)
    now = rt.clock.now()
    template_id = TemplateId(uuid7())
    new = SavedTemplate(template_id, read_name(name), read_note(description), read_text(text), now, now)
    async with rt.db.transaction() as conn:
        await directory.hold(conn, who.account_id)
        if not await store.insert_template(conn, who.account_id, new):
            raise _name_taken(new.name)
    return new


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[SavedTemplate]:
    """Return the account's templates, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.page_of_templates(conn, who.account_id, after, limit=limit)


async def get(rt: Runtime, who: Principal, template_id: UUID) -> SavedTemplate:
    """Return a template. Raises NotFound (`template_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.read_template(conn, who.account_id, template_id)
    if found is None:
        raise no_such_template(template_id)
    return found


async def replace(
    rt: Runtime, who: Principal, template_id: UUID, *, name: str, description: str = "", text: str
) -> SavedTemplate:
    """Write a template anew; campaigns made from it keep the words they had. Raises as `create`, and NotFound."""
    return await change(rt, who, template_id, name=name, description=description, text=text)


async def change(
    rt: Runtime,
    who: Principal,
    template_id: UUID,
    *,
    name: str | None = None,
    description: str | None = None,
    text: str | None = None,
) -> SavedTemplate:
    """Change what is not None; campaigns made from it keep the words they had. Raises as `create`, and NotFound."""
    who.needs(Scope.CONTACTS)
    new_name = None if name is None else read_name(name)
    new_description = None if description is None else read_note(description)
    new_text = None if text is None else read_text(text)
    try:
        async with rt.db.transaction() as conn:
            found = await store.change_template(
                conn,
                who.account_id,
                template_id,
                name=new_name,
                description=new_description,
                text=new_text,
                now=rt.clock.now(),
            )
    except store.NameTaken:
        raise _name_taken(new_name or "") from None
    if found is None:
        raise no_such_template(template_id)
    return found


async def delete(rt: Runtime, who: Principal, template_id: UUID) -> None:
    """Forget a template. Raises NotFound (`template_not_found`)."""
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        if not await store.delete_template(conn, who.account_id, template_id):
            raise no_such_template(template_id)


def no_such_template(template_id: UUID) -> NotFound:
    """Say that the account has no such template."""
    return NotFound("template_not_found", f"The account has no template {template_id}.")


def read_text(text: str) -> str:
    """Return the text if it is a template that can be rendered and stored.

    Raises InvalidInput (`bad_template`, `template_too_long`) with a fault for `text`.
    """
    if len(text) > LONGEST:
        raise _bad_text("template_too_long", f"A template has at most {LONGEST:,} characters, not {len(text):,}.")
    if not text.strip():
        raise _bad_text("bad_template", "There is no text in this template.")
    if _UNFIT.search(text):
        raise _bad_text("bad_template", "There is a character in this template that no message can carry.")
    try:
        return Template(text).text
    except InvalidInput as error:
        raise _bad_text(error.code, error.message) from None


def _bad_text(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, faults=[Fault("text", code, message)])


def _name_taken(name: str) -> Conflict:
    message = f"There is already a template named {name}. Choose another name, or change that one."
    return Conflict("template_name_taken", message, faults=[Fault("name", "template_name_taken", message)])
