"""Texts to shared short codes: for which service each is, what it does there, and what it gets for an answer (R67-R75).

A shared code belongs to no account. Behind it the keyword, or what was sent last, says for whose service a text is
(`sms_services/dialogue.py`); from there on it goes through the table of rules as any text does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from cablegram.connectors import reading
from cablegram.consent import keywords
from cablegram.consent.case import Purpose
from cablegram.consent.folding import body, words
from cablegram.consent.model import Keyword, OptIn, OptOut, Reading
from cablegram.evidence.model import How
from cablegram.inbound import facts, order
from cablegram.inbound.model import Heard, SharedLine, WholeText
from cablegram.inbound.order import Does, Fact
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.kit.storable import storable
from cablegram.programs import model
from cablegram.programs.model import MEMBERS, Move, Standing, Step
from cablegram.runtime.database import Conn
from cablegram.senders.model import Holder, Kind, Settings
from cablegram.sms_services import behind, dialogue, members, texts
from cablegram.sms_services.dialogue import Code, Live
from cablegram.sms_services.model import Says

_BY = "their own word"


async def lines(
    conn: Conn, written: Sequence[WholeText], owned: Mapping[tuple[ConnectorId, str], object]
) -> dict[tuple[ConnectorId, str, str], SharedLine]:
    """Return the lines of texts to shared codes, by connector, code and writer; `owned` have a holder of their own."""
    wanted = {
        text.destination
        for text in written
        if (text.connector_id, text.destination) not in owned and text.destination.isdigit()
    }
    codes = await behind.codes(conn, wanted) if wanted else []
    if not codes:
        return {}
    # What an account's own connector brings proves nothing about the operator's codes.
    owners = await reading.owners(conn, sorted({text.connector_id for text in written}))
    found: dict[tuple[ConnectorId, str, str], SharedLine] = {}
    for text in written:
        code = _code(codes, text)
        if code and text.connector_id not in owners and (text.connector_id, text.destination) not in owned:
            place = (text.connector_id, text.destination, text.source)
            if place not in found:
                found[place] = SharedLine(code, text.source, dialogue.places(code))
    await look(conn, found.values())
    return found


def _code(codes: Sequence[Code], text: WholeText) -> Code | None:
    """Return the code that a text was written to; the connector tells two countries' codes of the same digits apart."""
    same = [one for one in codes if one.digits == text.destination]
    named = [one for one in same if text.connector_id in one.connector_ids]
    return next(iter(named or [one for one in same if not one.connector_ids]), None)


async def look(conn: Conn, all_lines: Iterable[SharedLine]) -> None:
    """Look where writers stand at this moment."""
    await behind.look(conn, [(one.number, one.places) for one in all_lines if facts.number_of(one.number)])


def read(text: str, line: SharedLine) -> Reading:
    """Return what a text to a shared code says. Pure."""
    return keywords.read(text, keywords=line.code.keywords)


def concerned(heard: Heard) -> set[AccountId]:
    """Return whose services a text can come to be about: those that it names, and those that know its writer. Pure."""
    if heard.line is None:
        return set()
    named = getattr(heard.reading, "keyword", None)
    return {
        one.account_id
        for one in heard.line.places
        if one.standing is not None or (named and dialogue.folded(one.keyword) == named)
    }


def all_concerned(heard: Iterable[Heard]) -> dict[int, set[AccountId]]:
    """Return whose services the texts of each line (by its identity) can come to be about. Pure.

    All of a line together: a text that joins makes the writer a member for the one behind it, which may be a STOP.
    """
    found: dict[int, set[AccountId]] = {}
    for one in heard:
        if one.line is not None:
            found.setdefault(id(one.line), set()).update(concerned(one))
    return found


def candidates(heard: Heard) -> list[Holder]:
    """Return as whose text one may come to count. Pure."""
    line, accounts = heard.line, concerned(heard)
    return [_holder(line.code, one) for one in line.code.services if one.account_id in accounts] if line else []


def choose(heard: Heard) -> None:
    """Decide for which service a text to a shared code is, as its writer stands by now. Pure."""
    line = heard.line
    if line is None:
        return
    heard.meant = dialogue.meant(heard.reading, line.places, said=words(body(heard.text.text)))
    place = heard.meant.place
    heard.live = next((one for one in line.code.services if place and one.program_id == place.program_id), None)
    heard.holder = _holder(line.code, heard.live) if heard.live else None
    heard.program_id = heard.live.program_id if heard.live else None


def known(heard: Heard) -> Fact:
    """Return what is known of a text because it was written to a shared code. Pure."""
    found = Fact.OWNED | Fact.SERVICES
    place = heard.meant.place
    if place is None:
        return found
    if heard.meant.is_named or not isinstance(heard.reading, Keyword | OptIn):
        found |= order.reading_facts(heard.reading) & ~Fact.NAMED
    if heard.meant.is_named:
        found |= Fact.NAMED
    if place.is_single:
        found |= Fact.SINGLE
    return found | Fact.SUBSCRIBER if place.is_member else found


def move(does: Does, standing: Standing | None) -> Move | None:
    """Return how a text moves its writer: in, out, or to somebody who was asked. Pure."""
    if does & (Does.UNSUBSCRIBE | Does.CONFIRM_OUT):
        return model.LEAVE
    if Does.SUBSCRIBE in does:
        return model.ENTER
    return model.ASK if Does.SEND_WELCOME in does and standing not in MEMBERS else None


def answer(does: Does) -> Says | None:
    """Return which of a service's texts answers. Pure."""
    for what, says in _ANSWERS.items():
        if what in does:
            return says
    return None


_ANSWERS: Mapping[Does, Says] = {
    Does.CONFIRM_OUT: Says.OPT_OUT,
    Does.SEND_HELP: Says.HELP,
    Does.CONFIRM_IN: Says.OPT_IN,
    Does.SEND_WELCOME: Says.WELCOME,
}


def note(heard: Heard, now: datetime) -> None:
    """Let what a text does count for the next one of its writer, and remember it to be done. Pure."""
    place = heard.meant.place
    if place is None:
        return
    heard.move = move(heard.row.does, place.standing)
    heard.is_repeated = heard.move is not None and place.standing not in heard.move.legal
    for one in (place, *(heard.meant.ends if heard.move is model.LEAVE else ())):
        if heard.move is not None and one.standing in heard.move.legal:
            one.standing, one.since = heard.move.to, now


async def heed(conn: Conn, heard: Sequence[Heard], *, now: datetime) -> None:
    """Let people in and out, in the order of their texts; the contacts of all are known."""
    moving = [one for one in heard if one.move is not None and (one.contact_id or one.move is model.LEAVE)]
    for what, group in groupby(moving, key=lambda one: one.move):
        steps = [step for one in group for step in _steps(one)]
        if what is model.LEAVE:
            await members.let_out(conn, steps, now=now)
        elif what is model.ENTER:
            await members.let_in(conn, steps, now=now)
        else:
            await members.ask(conn, steps, now=now)


def _steps(heard: Heard) -> list[Step]:
    # Whoever leaves has a contact there, even while an import lets no new one be made.
    contact_id = heard.contact_id or (heard.meant.place.contact_id if heard.meant.place else None)
    if contact_id is None or heard.live is None:
        return []
    live, said = heard.live, storable(heard.text.text)
    shown = texts.render(Says.WELCOME, live.keyword, live.form, live.texts) if heard.move is model.ASK else ""
    about = [(live.account_id, live.program_id, contact_id)]
    about += [
        (one.account_id, one.program_id, one.contact_id)
        for one in heard.meant.ends
        if one.contact_id and one.program_id != live.program_id
    ]
    return [
        Step(
            account_id,
            program_id,
            contact_id,
            heard.text.source,
            How.TEXT,
            _BY,
            words=shown,
            said=said,
            text_id=heard.text.id,
        )
        for account_id, program_id, contact_id in about
    ]


def text(heard: Heard) -> tuple[str, Purpose] | None:
    """Return what answers a text by itself; None where it was not written to a service. Pure."""
    says = answer(heard.row.does)
    live = heard.live
    if live is None or says is None:
        return None
    purpose = Purpose.CONFIRMATION if says is Says.OPT_OUT else Purpose.AUTOMATIC
    return texts.render(says, live.keyword, live.form, live.texts), purpose


def needs_contact(heard: Heard) -> bool:
    """Tell whether somebody moves whose contact could not be made, because an import writes the account's. Pure."""
    return heard.move is not None and heard.contact_id is None and not isinstance(heard.reading, OptOut)


def _holder(code: Code, live: Live) -> Holder:
    return Holder(code.digits, live.account_id, live.sender_id, Kind.SHORT_CODE, Settings(), code.connector_ids)
