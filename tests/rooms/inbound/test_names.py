"""Who writes is looked up, for numbers that ask for it: at a simulated Twilio, with the official client beside."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta

import pytest

from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing import ledger
from cablegram.billing.model import INBOUND_PRICE, NewPosting, PostingKind
from cablegram.connectors import configure, exchanges
from cablegram.connectors.configure import NewConnector
from cablegram.connectors.exchange_model import Kind
from cablegram.connectors.providers.twilio import TwilioSettings
from cablegram.inbound import inbox, naming
from cablegram.inbound.naming import Names, Terms
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import PostingId, uuid7
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime
from cablegram.simulators.provider.options import ProviderOptions
from cablegram.simulators.provider.serve import running
from cablegram.simulators.provider.shape import Credentials
from cablegram.simulators.provider.twilio import Twilio
from hearing import ANA, Line, line

EVA, BROKEN, NOBODY = "13055550101", "13055550108", "13055550109"


class Book:
    """A simulated Twilio, a connector to it, and a number that wants to know who writes."""

    def __init__(self, rt: Runtime, who: Principal, twilio: Twilio, url: str) -> None:
        self.rt = rt
        self.who = who
        self.twilio = twilio
        self.url = url
        self.names = Names(rt)
        self.line: Line

    async def connect(self, owner: Principal, *, asks: bool = True, is_own: bool = False) -> None:
        known = self.twilio.welcome()
        settings = TwilioSettings(account_sid=known["account_sid"], base_url=self.url, caller_names=asks)
        secrets = {"auth_token": known["auth_token"]}
        new = NewConnector(kind="twilio", name="Names", settings=settings, secrets=secrets, is_own=is_own)
        self.connector = await configure.add(self.rt, owner, new)

    async def heard(self, *numbers: str) -> None:
        await self.line.hear_all([self.line.text("Hello", one) for one in numbers])
        await self.names.step()

    async def shown(self) -> list[tuple[str, str | None]]:
        return [(one.source, one.caller_name) for one in reversed(await inbox.page(self.rt, self.who))]

    async def looked_up(self) -> list[object]:
        return [
            row[0] for row in await rows(self.rt, "SELECT amount FROM posting WHERE kind = 'lookup' ORDER BY at, id")
        ]


@pytest.fixture
def boss() -> Principal:
    """Give the operator."""
    return operator("Ann")


@pytest.fixture
async def book(rt: Runtime, shop: Principal) -> AsyncGenerator[Book]:
    twilio = Twilio(Credentials())
    async with running(twilio, ProviderOptions(port=0)) as provider:
        home = ("127.0.0.1",)
        near = replace(
            rt, settings=replace(rt.settings, allow_private_providers=home, allow_private_customers=home)
        )  # fmt: skip
        book = Book(near, shop, twilio, provider.url)
        book.line = await line(near, shop)
        await rows(near, "UPDATE sender SET cnam_enabled = true RETURNING 1")
        yield book


@pytest.mark.req("R61", "R66", "R29")
async def test_who_writes_is_looked_up_once_and_each_account_pays_what_it_asks_for(
    book: Book, boss: Principal, clock: SetClock
) -> None:
    await book.connect(boss)
    assert await naming.terms(book.rt, book.who) == Terms(MICRO)
    before = await ledger.balance(book.rt, book.who)
    await book.heard(EVA, NOBODY, ANA)
    assert await book.shown() == [(EVA, "CALLER 0101"), (NOBODY, None), (ANA, None)]
    assert sorted(book.twilio.names.asked) == [EVA, NOBODY]  # Spain is nothing that Twilio knows
    await book.heard(EVA)
    assert [one.caller_name for one in await inbox.conversations(book.rt, book.who) if one.number == EVA] == [
        "CALLER 0101"
    ]
    assert len(book.twilio.names.asked) == 2
    assert await book.looked_up() == [-MICRO, -MICRO]
    assert before - await ledger.balance(book.rt, book.who) == 6 * MICRO  # four texts and two names
    clock.move(naming.KEPT + timedelta(days=1))
    await book.heard(EVA)
    assert len(book.twilio.names.asked) == 3
    (kept, *_) = await exchanges.page(book.rt, boss, book.connector.id)
    assert (kept.kind, kept.verdict) == (Kind.NAMES, "a name")
    assert book.twilio.welcome()["auth_token"] not in f"{kept.request}{kept.answer}"
    await assert_sums_hold(book.rt)


@pytest.mark.req("R61")
async def test_a_source_that_fails_is_asked_again_and_given_up_after_an_hour(
    book: Book, boss: Principal, clock: SetClock
) -> None:
    await book.connect(boss)
    await book.heard(BROKEN)
    await book.names.step()
    assert book.twilio.names.asked == [BROKEN]
    clock.move(timedelta(minutes=3))
    await book.names.step()
    assert book.twilio.names.asked == [BROKEN, BROKEN]
    clock.move(naming.PATIENCE)
    await book.names.step()
    clock.move(timedelta(minutes=3))
    await book.names.step()
    assert book.twilio.names.asked == [BROKEN, BROKEN]
    assert (await book.looked_up(), await book.shown()) == ([], [(BROKEN, None)])
    await book.heard(BROKEN)
    assert len(book.twilio.names.asked) == 3  # who writes again is somebody to ask for


@pytest.mark.req("R61", "R29")
async def test_who_was_told_and_died_before_he_wrote_it_asks_again_and_nobody_pays_twice(
    book: Book, boss: Principal
) -> None:
    await book.connect(boss)
    await book.line.hear("Hello", EVA)
    wish = "SELECT wanted_at FROM caller_name"
    ((wanted_at,),) = await rows(book.rt, wish)
    await book.names.step()
    await rows(book.rt, "UPDATE caller_name SET wanted_at = %s, asked_at = NULL RETURNING 1", wanted_at)
    await book.names.step()
    assert (book.twilio.names.asked, await book.looked_up()) == ([EVA, EVA], [-MICRO])
    assert (await rows(book.rt, wish), await book.shown()) == ([(None,)], [(EVA, "CALLER 0101")])


@pytest.mark.req("R61", "R19")
async def test_a_name_that_nobody_pays_for_is_not_asked_for(book: Book, boss: Principal) -> None:
    await book.connect(boss)
    left = await ledger.balance(book.rt, book.who) - 2 * MICRO
    spent = NewPosting(PostingId(uuid7()), book.who.account_id, PostingKind.FEE, 0, -left, note="a plan")
    async with book.rt.db.transaction() as conn:
        await ledger.post(conn, [spent], now=book.rt.clock.now())
    await book.heard(EVA, NOBODY)
    assert (book.twilio.names.asked, await book.looked_up()) == ([], [])
    assert len(await book.shown()) == 2
    left = await ledger.balance(book.rt, book.who)
    async with book.rt.db.transaction() as conn:
        await ledger.grant(
            conn, book.who.account_id, MICRO - left + 2 * INBOUND_PRICE, note="", now=book.rt.clock.now()
        )
    await book.heard(EVA, NOBODY)
    assert len(book.twilio.names.asked) == 1, "the credit is enough for one of the two"


@pytest.mark.req("R61", "R171")
async def test_over_the_accounts_own_connector_its_provider_bills_and_credit_stays(book: Book) -> None:
    await book.connect(book.who, is_own=True)
    assert await naming.terms(book.rt, book.who) == Terms(0, is_own=True)
    await book.heard(EVA)
    assert (await book.shown(), await book.looked_up()) == ([(EVA, "CALLER 0101")], [])


@pytest.mark.req("R61")
async def test_without_a_source_or_the_wish_nobody_is_asked(book: Book, boss: Principal) -> None:
    await book.connect(boss, asks=False)
    assert await naming.terms(book.rt, book.who) == Terms(None)
    await book.heard(EVA)
    assert await rows(book.rt, "SELECT wanted_at FROM caller_name") == [(None,)]
    await rows(book.rt, "UPDATE sender SET cnam_enabled = false RETURNING 1")
    await rows(book.rt, "DELETE FROM caller_name RETURNING 1")
    await book.heard(EVA)
    assert (await rows(book.rt, "SELECT number FROM caller_name"), book.twilio.names.asked) == ([], [])
