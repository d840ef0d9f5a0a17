"""The inbox: conversations, answers, texts that may mean no, and the blacklist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast
from uuid import UUID

import pytest

from books import rows
from browsing import Person, account_of
from cablegram.accounts import members
from cablegram.accounts.access import operator as as_operator
from cablegram.connectors import configure
from cablegram.connectors.contract import Incoming
from cablegram.dispatch.recorder import Text
from cablegram.inbound.receive import receive
from cablegram.kit.ids import UserId, uuid7
from cablegram.library import shelf
from cablegram.runtime.runtime import Runtime
from cablegram.senders import change, grant
from cablegram.senders.change import Change
from cablegram.senders.grant import NewSender

ANA, BOB = "34600000118", "34600000119"


async def listening(rt: Runtime) -> str:
    """Give the account a number that hears STOP, and return it."""
    who = await account_of(rt)
    sender = await grant.add(rt, who, NewSender("+34612440118", is_default=True))
    await change.change(
        rt, replace(as_operator("tests"), account_id=who.account_id), sender.id, Change(stop_words_enabled=True)
    )
    return sender.address


async def heard(rt: Runtime, to: str, said: Sequence[tuple[str, str]]) -> None:
    """Let texts come in."""
    connector = (await configure.page(rt, await account_of(rt)))[0]
    for number, text in said:
        async with rt.db.transaction() as conn:
            await receive(conn, [Text(uuid7(), connector.id, Incoming(number, to, text), rt.clock.now())])


@pytest.mark.req("R53", "R66")
async def test_a_conversation_shows_both_sides_and_is_answered_from_the_number_they_wrote_to(
    operator: Person, rt: Runtime
) -> None:
    assert "Nobody wrote yet" in (await operator.open("/inbox")).text
    number = await listening(rt)
    await heard(rt, number, [(ANA, "When do you open?"), (BOB, "Thanks!")])
    page = await operator.open("/inbox")
    assert page.text.index("+34 600 000 119") < page.text.index("+34 600 000 118")
    assert page.text.count("not read yet") == 2
    page = await operator.open(f"/inbox/{ANA}")
    assert "with +34 612 440 118" in page.text
    page = await operator.submit(f"/inbox/{ANA}", {"text": "At ten – every day", "deed": "check"})
    assert "1 segment to Spain" in page.text
    page = await operator.submit(f"/inbox/{ANA}", {"text": "No", "deed": "send"}, expect=422)
    assert "This text has 2 characters" in page.text
    page = await operator.submit(f"/inbox/{ANA}", {"text": "At ten, every day", "deed": "send"})
    assert page.text.rindex("When do you open?") < page.text.rindex("At ten, every day")
    assert page.text.count("not read yet") == 1
    assert await rows(rt, "SELECT src, dst FROM message") == [(number, ANA)]
    part = await operator.client.get(f"/inbox/{ANA}/talk", headers={"HX-Request": "true"})
    assert "At ten, every day" in part.text
    assert "<html" not in part.text
    assert "Nothing was written yet" in (await operator.open("/inbox/34699999999")).text
    await operator.open("/inbox/nobody", expect=404)
    page = await operator.open("/messages/received?q=ten&to=34612440118")
    assert "No text fits these filters" in page.text
    file = await operator.client.get("/messages/received/export?q=open")
    assert file.text.splitlines()[1].endswith("When do you open?")
    assert "Nobody with this number wrote" in (await operator.open("/inbox?q=777")).text


@pytest.mark.req("R62")
async def test_what_may_mean_no_is_read_by_a_person_who_can_think_again(operator: Person, rt: Runtime) -> None:
    number = await listening(rt)
    await heard(rt, number, [(ANA, "We have to STOP this bill"), (BOB, "I will stop by at ten")])
    page = await operator.open("/inbox/review")
    assert "To review 2" in page.text
    deeds = [form.action for form in page.forms if re.fullmatch(r"/inbox/review/[0-9a-f-]{36}", form.action)]
    bobs, anas = deeds[0], deeds[2]
    page = await operator.submit(anas, {"verdict": "go_on"})
    assert "Texts to +34 600 000 118 go on" in page.text
    page = await operator.submit(f"{anas}/undo")
    assert "To review 2" in page.text
    page = await operator.submit(bobs, {"verdict": "stop"})
    assert "+34 600 000 119 gets no more texts" in page.text
    assert "gets no texts from you" in (await operator.open(f"/inbox/{BOB}")).text
    await operator.open("/inbox/review?decided=1")
    page = await operator.submit(f"{bobs}/undo")
    assert "+34 600 000 119 is off the blacklist" in page.text
    await operator.open(f"/inbox/{BOB}")
    page = await operator.submit(f"/inbox/{BOB}/stop")
    assert "+34 600 000 119 gets no more texts" in page.text
    page = await operator.submit(f"/inbox/{BOB}/free")
    assert "is off the blacklist" in page.text


@pytest.mark.req("R91")
async def test_the_blacklist_is_filled_searched_and_emptied(operator: Person) -> None:
    page = await operator.open("/contacts/blacklist")
    assert "The blacklist is empty" in page.text
    await operator.submit("/contacts/blacklist", {"number": "12"}, expect=422)
    page = await operator.submit("/contacts/blacklist", {"number": "600 000 118", "note": "Asked at the desk"})
    assert "put them on the blacklist (Asked at the desk)" in page.text
    page = await operator.submit("/contacts/blacklist", {"number": "600 000 118"})
    assert "was on the blacklist already" in page.text
    bad = {"file": ("no.csv", b"number,note\n600000119,\n12,\n", "text/csv")}
    page = await operator.submit("/contacts/blacklist/import", files=bad, expect=422)
    assert "Nothing was imported" in page.text
    assert "Line 3" in page.text
    page = await operator.submit("/contacts/blacklist/import", {"on_bad_rows": "skip"}, files=bad)
    assert "1 new number on the blacklist" in page.text
    await operator.submit("/contacts/blacklist/import", expect=422)
    assert "+34 600 000 118" not in (await operator.open("/contacts/blacklist?q=0119")).body.partition("<table")[2]
    file = await operator.client.get("/contacts/blacklist/export")
    assert file.text.splitlines()[0].startswith("number,note,how")
    assert "+34600000118,Asked at the desk,by_hand" in file.text
    await operator.open("/contacts/blacklist")
    page = await operator.submit("/contacts/blacklist/remove", {"number": "+34600000118"})
    assert "+34 600 000 118 is off the blacklist" in page.text
    page = await operator.submit("/contacts/blacklist/remove", {"number": "+34600000118"})
    assert "Nothing was taken off" in page.text


@pytest.mark.req("R66")
async def test_a_team_shares_conversations_notes_and_saved_texts(operator: Person, rt: Runtime) -> None:
    who, number = await account_of(rt), await listening(rt)
    await heard(rt, number, [(ANA, "When do you open?"), (BOB, "Thanks!")])
    ((boss_id,),) = await rows(rt, "SELECT id FROM app_user WHERE login = 'operator'")
    boss = as_operator("Operator", who.account_id, user_id=UserId(cast("UUID", boss_id)))
    ines, _ = await members.invite(rt, boss, login="ines", display_name="Inés", role="marketer")
    await shelf.create(rt, who, name="Hours", text='We open at ten, {{ first_name | default: "friend" }}')
    page = await operator.open("/inbox")
    assert "Open 2" in page.text
    page = await operator.submit(
        f"/inbox/{ANA}",
        {"template": re.findall(r'name="template" value="([^"]+)"', (await operator.open(f"/inbox/{ANA}")).body)[0]},
    )
    assert "We open at ten, friend" in page.text
    page = await operator.submit(f"/inbox/{ANA}", {"text": "She comes on Saturday", "deed": "note"})
    assert "only your team sees it" in page.text
    assert await rows(rt, "SELECT count(*) FROM message") == [(0,)]
    page = await operator.submit(f"/inbox/{ANA}/care", {"assigned_to": str(ines.user.id)})
    assert page.text.count("Inés") == 2
    await operator.open(f"/inbox/{ANA}?show=mine")
    page = await operator.submit(f"/inbox/{ANA}/care?show=mine", {"done": "yes"})
    assert "Done with +34 600 000 118" in page.text
    assert "No conversation is yours" in page.text
    assert "+34 600 000 118" in (await operator.open("/inbox?show=done")).text
    await operator.open(f"/inbox/{ANA}?show=done")
    page = await operator.submit(f"/inbox/{ANA}/care?show=done", {"done": "no"})
    (note,) = re.findall(r"/notes/([^/]+)/take-back", page.body)
    page = await operator.submit(f"/inbox/{ANA}/notes/{note}/take-back?show=done", {})
    assert "only your team sees it" not in page.text
