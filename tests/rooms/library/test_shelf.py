from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

import make
from cablegram.accounts.access import Principal, Scope, operator
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import uuid7
from cablegram.library import lookup, shelf
from cablegram.library.model import SavedTemplate
from cablegram.runtime.runtime import Runtime

TEXT = 'Hello {{ first_name | default: "there" }}, your code is {{code}}.'


async def save(rt: Runtime, who: Principal, name: str = "Code", text: str = TEXT) -> SavedTemplate:
    return await shelf.create(rt, who, name=name, description="For logins", text=text)


@pytest.mark.req("R85")
async def test_a_template_is_saved_and_found_as_it_was(rt: Runtime, who: Principal) -> None:
    saved = await save(rt, who)
    assert await shelf.get(rt, who, saved.id) == saved
    assert (saved.name, saved.description, saved.text, saved.created_at) == (
        "Code",
        "For logins",
        TEXT,
        rt.clock.now(),
    )


@pytest.mark.req("R85")
async def test_templates_are_listed_newest_first_in_pages(rt: Runtime, who: Principal) -> None:
    for number in range(3):
        await save(rt, who, f"Code {number}")
    first = await shelf.page(rt, who, limit=2)
    rest = await shelf.page(rt, who, after=first[-1].id)
    assert [template.name for template in [*first, *rest]] == ["Code 2", "Code 1", "Code 0"]


@pytest.mark.req("R85")
async def test_a_template_is_replaced_as_a_whole(rt: Runtime, who: Principal, clock: SetClock) -> None:
    saved = await save(rt, who)
    clock.move(timedelta(hours=1))
    changed = await shelf.replace(rt, who, saved.id, name="CODE", text="Only {{code}}")
    assert await shelf.get(rt, who, saved.id) == changed
    assert (changed.name, changed.description, changed.text) == ("CODE", "", "Only {{code}}")
    assert (changed.created_at, changed.updated_at) == (saved.created_at, saved.created_at + timedelta(hours=1))


@pytest.mark.req("R85")
async def test_a_deleted_template_is_gone(rt: Runtime, who: Principal) -> None:
    saved = await save(rt, who)
    await shelf.delete(rt, who, saved.id)
    assert await shelf.page(rt, who) == []
    with pytest.raises(NotFound):
        await shelf.delete(rt, who, saved.id)


@pytest.mark.req("R85")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hello {{ first_name", "bad_template"),
        ("Hello {{ name | upcase }}", "bad_template"),
        (" \n", "bad_template"),
        ("a\0b", "bad_template"),
        ("a\ud83db", "bad_template"),
        ("x" * 5001, "template_too_long"),
    ],
)
async def test_a_text_that_could_not_be_sent_is_not_saved(rt: Runtime, who: Principal, text: str, code: str) -> None:
    saved = await save(rt, who)
    with pytest.raises(InvalidInput) as created:
        await save(rt, who, "Other", text)
    with pytest.raises(InvalidInput) as replaced:
        await shelf.replace(rt, who, saved.id, name="Code", text=text)
    for caught in (created, replaced):
        assert caught.value.code == code
        assert [fault.field for fault in caught.value.faults] == ["text"]
    assert await shelf.page(rt, who) == [saved]


async def test_two_templates_of_an_account_never_have_one_name(rt: Runtime, who: Principal) -> None:
    await save(rt, who)
    other = await save(rt, who, "Other")
    with pytest.raises(Conflict) as created:
        await save(rt, who, "CODE")
    with pytest.raises(Conflict) as replaced:
        await shelf.replace(rt, who, other.id, name="code", text=TEXT)
    assert created.value.code == replaced.value.code == "template_name_taken"
    outcomes = await asyncio.gather(*(save(rt, who, "Same") for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 3

    await save(rt, await make.account(rt))  # another account's names are its own


async def test_another_account_s_template_is_not_there(rt: Runtime, who: Principal) -> None:
    saved = await save(rt, await make.account(rt))
    for asked in (saved.id, uuid7()):
        with pytest.raises(NotFound) as got:
            await shelf.get(rt, who, asked)
        with pytest.raises(NotFound):
            await shelf.replace(rt, who, asked, name="Mine", text=TEXT)
        with pytest.raises(NotFound):
            await shelf.delete(rt, who, asked)
        assert got.value.code == "template_not_found"
    assert await shelf.page(rt, who) == []


async def test_templates_are_changed_with_the_scope_contacts_and_seen_with_read(rt: Runtime, who: Principal) -> None:
    saved = await save(rt, who)
    reader = Principal(who.account_id, "key", frozenset({Scope.READ}))
    writer = Principal(who.account_id, "key", frozenset({Scope.CONTACTS}))
    await shelf.page(rt, reader)
    with pytest.raises(NotAllowed):
        await save(rt, reader, "Other")
    with pytest.raises(NotAllowed):
        await shelf.replace(rt, reader, saved.id, name="x", text=TEXT)
    with pytest.raises(NotAllowed):
        await shelf.delete(rt, reader, saved.id)
    with pytest.raises(NotAllowed):
        await shelf.get(rt, writer, saved.id)
    with pytest.raises(NotAllowed):
        await shelf.page(rt, writer)


async def test_a_template_of_no_account_is_refused(rt: Runtime) -> None:
    with pytest.raises(NotFound):
        await save(rt, operator("Ann"))


@pytest.mark.req("R85")
async def test_messages_find_templates_by_id_ready_to_render(rt: Runtime, who: Principal) -> None:
    saved = await save(rt, who)
    strange = await save(rt, await make.account(rt))
    wanted = [saved.id, strange.id, uuid7()]
    async with rt.db.connection() as conn:
        templates = await lookup.templates(conn, who.account_id, wanted)
        texts = await lookup.texts(conn, who.account_id, wanted)
        again = await lookup.templates(conn, who.account_id, wanted)

    assert texts == {saved.id: TEXT}
    assert list(templates) == [saved.id]
    assert templates[saved.id].render({"code": "1234"}) == "Hello there, your code is 1234."
    assert again[saved.id] is templates[saved.id]
