"""`cablegram account`: open accounts, see them, give them credits and keys."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from cyclopts import Parameter

from cablegram.accounts import directory, keys
from cablegram.accounts.access import KEY_SCOPES, Scope, operator
from cablegram.accounts.model import Account
from cablegram.billing import caps, ledger
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, money, table
from cablegram.enrollment.open import Opened, open_account
from cablegram.kit.money import credits_to_micro
from cablegram.runtime.runtime import Runtime
from cablegram.safety import suspension


def create(
    name: str,
    *,
    credits_: Annotated[str, Parameter(name="--credits", help="What it begins with.")] = "0",
    country: Annotated[str, Parameter(help="Of numbers without a country code: two letters, such as ES.")] = "US",
    own_senders_only: Annotated[
        bool, Parameter(negative=(), help="Let it send only from what it was granted.")
    ] = False,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Open an account and print its first API key, which is shown this once."""
    amount = credits_to_micro(credits_)

    async def deed(rt: Runtime) -> Opened:
        return await open_account(
            rt, None, name, credits_micro=amount, default_country=country, open_senders=not own_senders_only
        )

    opened = act(place, deed)
    lines = [f"Account {name.strip()} is open: {opened.account_id}", f"API key, shown once: {opened.api_key}"]
    if opened.sender:
        lines.append(f"Sender on the simulated carrier: {opened.sender}")
    facts = {"account_id": opened.account_id, "api_key": opened.api_key, "sender": opened.sender, "name": name.strip()}
    say("\n".join(lines), facts, as_json=json)


def list_accounts(*, place: Place = HERE, json: AsJson = False) -> None:
    """List accounts with their balances, newest first."""

    async def deed(rt: Runtime) -> list[dict[str, Any]]:
        return [
            {
                "account_id": one.id,
                "name": one.name,
                "default_country": one.default_country,
                "balance": await ledger.balance(rt, operator(choosing.ME, one.id)),
                "created_at": one.created_at,
            }
            async for one in choosing.everything(rt, operator(choosing.ME), directory.page)
        ]

    found = act(place, deed)
    rows = [
        (one["name"], money(one["balance"]), one["default_country"], moment(one["created_at"]), str(one["account_id"]))
        for one in found
    ]
    text = table(("name", "credits", "country", "opened", "id"), rows, numbers=("credits",))
    say(text if rows else "There is no account yet.", found, as_json=json)


def segments(
    account: str,
    profile: Annotated[
        Literal["gsm0338", "flat160"], Parameter(help="As the network cuts texts, or each started 160 characters.")
    ],
    *,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Set for how many segments an account pays."""

    async def deed(rt: Runtime) -> Account:
        _, who = await choosing.acting(rt, account)
        return await directory.change(rt, who, segment_profile=profile)

    changed = act(place, deed)
    facts = {"account_id": changed.id, "name": changed.name, "segment_profile": changed.segment_profile}
    say(f"{changed.name} pays for segments by {changed.segment_profile}.", facts, as_json=json)


def grant(
    account: str,
    credits_: Annotated[str, Parameter(name="--credits", help="How many, such as 12.5.")],
    *,
    note: Annotated[str, Parameter(help="Stands in the account's ledger.")] = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Give an account credits."""
    amount = credits_to_micro(credits_)

    async def deed(rt: Runtime) -> dict[str, Any]:
        found, who = await choosing.acting(rt, account)
        posting_id = await ledger.grant_credits(rt, who, found.id, amount=amount, note=note)
        balance = await ledger.balance(rt, who)
        return {"account_id": found.id, "name": found.name, "posting_id": posting_id, "balance": balance}

    done = act(place, deed)
    say(f"{done['name']} has {money(done['balance'])} credits now.", done, as_json=json)


def key(
    account: str,
    *,
    name: Annotated[str, Parameter(help="What the key is for.")] = "Command line key",
    scope: Annotated[
        list[Scope] | None,
        Parameter(negative=(), help="What it may do; may be given several times. Else everything in the account."),
    ] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Make another API key for an account and print it, this once."""

    async def deed(rt: Runtime) -> dict[str, Any]:
        found, who = await choosing.acting(rt, account)
        made, text = await keys.create(rt, who, name=name, scopes=scope or KEY_SCOPES)
        return {
            "account_id": found.id, "key_id": made.id, "api_key": text, "name": made.name, "scopes": sorted(made.scopes)
        }  # fmt: skip

    made = act(place, deed)
    say(f"API key {made['name']}, shown once: {made['api_key']}", made, as_json=json)


def suspend(
    account: str,
    *,
    why: Annotated[str, Parameter(help="The account reads it.")] = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Let an account do nothing: what waits is held, nothing is accepted; texts still come in."""

    async def deed(rt: Runtime) -> dict[str, Any]:
        found, who = await choosing.acting(rt, account)
        held = await suspension.suspend(rt, who, found.id, why=why)
        return {"account_id": found.id, "name": found.name, "held": held}

    done = act(place, deed)
    say(f"{done['name']} is suspended; messages held: {done['held']:,}.", done, as_json=json)


def resume(account: str, *, place: Place = HERE, json: AsJson = False) -> None:
    """Let a suspended account go on: what was held goes out, each once."""

    async def deed(rt: Runtime) -> dict[str, Any]:
        found, who = await choosing.acting(rt, account)
        return {"account_id": found.id, "name": found.name, "released": await suspension.resume(rt, who, found.id)}

    done = act(place, deed)
    say(f"{done['name']} goes on; messages let go: {done['released']:,}.", done, as_json=json)


def cap(
    account: str,
    *,
    per_day: Annotated[str, Parameter(help="Credits a day; empty: as much as it has.")] = "",
    per_month: Annotated[str, Parameter(help="Credits a month; empty: as much as it has.")] = "",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Set what an account may spend on messages a day and a month; with neither, take its caps away."""
    day, month = (credits_to_micro(one) if one else None for one in (per_day, per_month))

    async def deed(rt: Runtime) -> dict[str, Any]:
        found, who = await choosing.acting(rt, account)
        await caps.change(rt, who, per_day=day, per_month=month)
        return {"account_id": found.id, "name": found.name, "per_day": day, "per_month": month}

    done = act(place, deed)
    told = [f"{money(one)} credits {period}" for one, period in ((day, "a day"), (month, "a month")) if one]
    say(f"{done['name']} spends {' and '.join(told) or 'as much as it has'}.", done, as_json=json)
