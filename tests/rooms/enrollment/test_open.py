from __future__ import annotations

import pytest

import make
from books import assert_sums_hold, rows
from cablegram.accounts import directory, keys
from cablegram.accounts.access import ACCOUNT_SCOPES, KEY_SCOPES, Principal, operator
from cablegram.accounts.keyring import KeyRing
from cablegram.billing import ledger
from cablegram.enrollment.open import Opened, give_senders, open_account, open_without_key
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput, NotAllowed
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant


async def opened(rt: Runtime, name: str = "Acme", credits_micro: int = 10 * MICRO) -> Opened:
    return await open_account(rt, None, name, credits_micro=credits_micro, default_country="es")


@pytest.mark.req("R1")
async def test_a_new_account_has_credits_a_key_that_works_and_a_number_to_send_from(rt: Runtime) -> None:
    connector = await make.simulated_connector(rt)
    new = await opened(rt)

    who = await KeyRing(rt).by_key(new.api_key)
    assert (who.account_id, who.scopes) == (new.account_id, KEY_SCOPES)
    assert await ledger.balance(rt, who) == 10 * MICRO
    (sender,) = await grant.page(rt, who)
    assert (sender.address, sender.connector_ids, sender.is_default) == ("70001", (connector.id,), True)
    assert new.sender == "70001"
    account = await directory.show(rt, who)
    assert (account.name, account.default_country, account.open_senders) == ("Acme", "ES", True)
    assert new.api_key not in repr(new)


async def test_an_account_may_begin_with_nothing_and_where_nothing_is_simulated(rt: Runtime) -> None:
    new = await opened(rt, credits_micro=0)
    who = Principal(new.account_id, "key", ACCOUNT_SCOPES)
    assert new.sender is None
    assert await grant.page(rt, who) == []
    assert (await ledger.balance(rt, who), await ledger.statement(rt, who)) == (0, [])


async def test_the_opening_is_news_and_its_credits_are_in_the_ledger(rt: Runtime) -> None:
    new = await open_account(rt, operator("Ann"), "Acme", credits_micro=MICRO, default_country="US")
    news = await rows(rt, "SELECT kind, subject, data FROM event WHERE account_id = %s", new.account_id)
    assert news == [("account.created", new.account_id, {"name": "Acme", "credits": MICRO, "by": "Ann"})]
    await assert_sums_hold(rt)


@pytest.mark.parametrize(
    ("name", "credits_micro", "country", "error", "code"),
    [
        ("ACME", 0, "US", Conflict, "account_name_taken"),
        ("", 0, "US", InvalidInput, "bad_name"),
        ("New", 0, "QQ", InvalidInput, "unknown_country"),
        ("New", -1, "US", InvalidInput, "bad_amount"),
    ],
)
async def test_what_is_refused_leaves_nothing_half_done(  # noqa: PLR0917 - one row of the table above each
    rt: Runtime, name: str, credits_micro: int, country: str, error: type[CablegramError], code: str
) -> None:
    await opened(rt)
    with pytest.raises(error) as caught:
        await open_account(rt, None, name, credits_micro=credits_micro, default_country=country)
    assert caught.value.code == code
    counts = "SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM balance), (SELECT count(*) FROM api_key)"
    assert await rows(rt, counts) == [(1, 1, 1)]


async def test_only_the_operator_opens_accounts(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotAllowed):
        await open_account(rt, who, "Acme", credits_micro=0, default_country="US")


async def test_the_first_key_is_one_like_any_other(rt: Runtime) -> None:
    new = await opened(rt)
    who = Principal(new.account_id, "key", ACCOUNT_SCOPES)
    (key,) = await keys.page(rt, who)
    assert (key.name, key.scopes, key.hint) == ("First key", KEY_SCOPES, new.api_key[:7])


async def test_accounts_that_were_there_before_the_simulated_carrier_get_a_number_later(rt: Runtime) -> None:
    early = [await opened(rt, name) for name in ("One", "Two")]
    own = Principal((await opened(rt, "Three")).account_id, "key", ACCOUNT_SCOPES)
    await grant.add(rt, operator("Ann", own.account_id), grant.NewSender("Acme"))
    assert await give_senders(rt) == 0

    await make.simulated_connector(rt)
    assert await give_senders(rt) == 2
    assert await give_senders(rt) == 0
    for new, number in zip(early, ("70001", "70002"), strict=True):
        (sender,) = await grant.page(rt, Principal(new.account_id, "key", ACCOUNT_SCOPES))
        assert (sender.address, sender.is_default) == (number, True)
    assert [sender.address for sender in await grant.page(rt, own)] == ["Acme"]


async def test_where_nobody_is_there_to_be_shown_a_key_none_is_made(rt: Runtime) -> None:
    account_id = await open_without_key(rt, "Acme", credits_micro=MICRO, default_country="US")
    who = Principal(account_id, "key", ACCOUNT_SCOPES)
    assert await keys.page(rt, who) == []
    assert await ledger.balance(rt, who) == MICRO
