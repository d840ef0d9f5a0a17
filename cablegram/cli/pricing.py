"""`cablegram prices`, `cablegram tariffs`: what credits cost, and versions of tariffs before they begin."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.billing import credit_price, importing, weighing
from cablegram.billing.comparing import Change
from cablegram.billing.credit_price import AccountPrices
from cablegram.billing.pricing import CreditPrices, Step
from cablegram.billing.version_model import Version
from cablegram.billing.weighing import Compared, DryRun
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, money, table
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import ConnectorId
from cablegram.kit.money import credits_to_micro, micro_to_credits
from cablegram.runtime.runtime import Runtime

_MOST_SHOWN = 50


def show(
    *,
    account: Annotated[str | None, Parameter(help="An account, by name or id. Without: what all pay.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show what a credit costs, by how many are bought at once, and a text that comes in."""

    async def deed(rt: Runtime) -> AccountPrices | None:
        who = operator(choosing.ME)
        if account is None:
            usual = await credit_price.usual(rt, who)
            return AccountPrices(usual, credit_price.INBOUND_PRICE)
        return await credit_price.of(rt, who, (await choosing.account(rt, account)).id)

    found = act(place, deed)
    if found is None or found.credits is None:
        say("No price of a credit is set.", {"credits": None}, as_json=json)
        return
    _say(found.credits, as_json=json, inbound=found.inbound)


def set_prices(
    currency: Annotated[str, Parameter(help="Three letters, such as EUR.")],
    *steps: Annotated[str, Parameter(help="CREDITS:PRICE, such as 0:0.012 10000:0.0105. The first from 0.")],
    account: Annotated[str | None, Parameter(help="For this account alone.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Set what a credit costs, by how many are bought at once."""
    read = [_step(one) for one in steps]

    async def deed(rt: Runtime) -> CreditPrices:
        its_id = (await choosing.account(rt, account)).id if account else None
        return await credit_price.set_prices(rt, operator(choosing.ME), its_id, currency=currency, steps=read)

    _say(act(place, deed), as_json=json)


def inbound(
    account: Annotated[str, Parameter(help="An account, by name or id.")],
    credits_: Annotated[str | None, Parameter(help="Credits a text. Without: the usual one.")] = None,
    *,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Set what a text that comes in costs an account."""
    price = credits_to_micro(credits_) if credits_ is not None else None

    async def deed(rt: Runtime) -> AccountPrices:
        its_id = (await choosing.account(rt, account)).id
        await credit_price.set_inbound(rt, operator(choosing.ME), its_id, price)
        return await credit_price.of(rt, operator(choosing.ME), its_id)

    found = act(place, deed)
    say(f"A text that comes in costs it {money(found.inbound)} credits.", {"inbound": found.inbound}, as_json=json)


def versions(
    *,
    connector: Annotated[str | None, Parameter(help="What this connector's carrier takes.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List the versions of the tariff, or of what a carrier takes, the latest date first."""

    async def deed(rt: Runtime) -> list[Version]:
        its_id = ConnectorId((await choosing.connector(rt, connector)).id) if connector else None
        return await importing.versions(rt, operator(choosing.ME), its_id)

    found = act(place, deed)
    rows = [
        (
            str(one.id),
            moment(one.valid_from),
            one.name,
            f"{one.prefixes:,}",
            one.currency or "credits",
            "taken back" if one.withdrawn_at else "",
        )
        for one in found
    ]
    text = table(("version", "in force from", "name", "prefixes", "in", ""), rows, numbers=("prefixes",))
    say(text if rows else "There is no tariff yet.", [asdict(one) for one in found], as_json=json)


def withdraw(version: int, *, place: Place = HERE, json: AsJson = False) -> None:
    """Take a version back before its date."""

    async def deed(rt: Runtime) -> Version:
        return await importing.withdraw(rt, operator(choosing.ME), version)

    found = act(place, deed)
    say(f"Version {found.id} is taken back; nothing was charged by it.", asdict(found), as_json=json)


def compare(
    version: int,
    *,
    old: Annotated[int | None, Parameter(help="Another version. Without: the one in force.")] = None,
    account: Annotated[str | None, Parameter(help="Weighed by this account's traffic. Without: all.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show what a version makes dearer, cheaper, new or gone, weighed by the last thirty days' traffic."""

    async def deed(rt: Runtime) -> Compared:
        its_id = (await choosing.account(rt, account)).id if account else None
        return await weighing.compare(rt, operator(choosing.ME), version, old_id=old, account_id=its_id)

    found = act(place, deed).found
    rows = [
        (
            one.prefix,
            one.name,
            one.change.value,
            "" if one.old is None else micro_to_credits(one.old),
            "" if one.new is None else micro_to_credits(one.new),
            f"{one.segments:,}",
            micro_to_credits(one.effect),
        )
        for one in found.differences[:_MOST_SHOWN]
    ]
    numbers = ("before", "after", "segments", "effect")
    counts = ", ".join(f"{found.counts.get(change, 0):,} {change.value}" for change in Change)
    lines = [table(("prefix", "name", "change", *numbers), rows, numbers=numbers)] if rows else []
    lines.append(f"{counts}, {found.same:,} as they were; the traffic costs {micro_to_credits(found.effect)} more.")
    facts: dict[str, Any] = {
        "counts": {change.value: found.counts.get(change, 0) for change in Change},
        "same": found.same,
        "effect": found.effect,
        "differences": [asdict(one) for one in found.differences],
    }
    say("\n".join(lines), facts, as_json=json)


def dry_run(
    version: int,
    *,
    account: Annotated[str | None, Parameter(help="Of this account alone.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Tell what the messages of the last thirty days would have cost by a version."""

    async def deed(rt: Runtime) -> DryRun:
        its_id = (await choosing.account(rt, account)).id if account else None
        return await weighing.dry_run(rt, operator(choosing.ME), version, account_id=its_id)

    found = act(place, deed)
    rows = [
        (name, f"{one.messages:,}", f"{one.segments:,}", money(one.paid), money(one.would), f"{one.without_price:,}")
        for name, one in [*found.accounts.values(), ("all", found.total)]
    ]
    numbers = ("messages", "segments", "paid", "by this version", "without price")
    facts = {
        "total": asdict(found.total),
        "accounts": [
            {"account_id": account_id, "account": name, **asdict(one)}
            for account_id, (name, one) in found.accounts.items()
        ],
    }
    say(table(("account", *numbers), rows, numbers=numbers), facts, as_json=json)


def moment_of(text: str | None) -> datetime | None:
    """Read a moment: `2026-12-01` or `2026-12-01T09:00`, in UTC where no zone is said. Raises InvalidInput."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("bad_valid_from", f"{text[:40]!r} is no moment: write 2026-12-01T09:00.") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _step(text: str) -> Step:
    first, colon, price = text.partition(":")
    if not colon:
        raise InvalidInput("bad_credit_price", f"{text[:40]!r} is no step: write CREDITS:PRICE, such as 0:0.012.")
    return Step(credits_to_micro(first), credits_to_micro(price))


def _say(prices: CreditPrices, *, as_json: bool, inbound: int | None = None) -> None:
    rows = [(money(one.from_credits), f"{micro_to_credits(one.price)} {prices.currency}") for one in prices.steps]
    text = table(("credits bought at once", "a credit costs"), rows, numbers=("credits bought at once",))
    facts: dict[str, Any] = {
        "currency": prices.currency,
        "is_own": prices.is_own,
        "steps": [asdict(one) for one in prices.steps],
    }
    if inbound is not None:
        text += f"\nCredits for a text that comes in: {money(inbound)}"
        facts["inbound"] = inbound
    say(text, facts, as_json=as_json)
