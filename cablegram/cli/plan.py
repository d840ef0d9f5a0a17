"""`cablegram plan`: what accounts pay by the month; and credits as a present."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.billing import bonus, ledger
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, money, table
from cablegram.kit.money import credits_to_micro
from cablegram.rentals import plans
from cablegram.rentals.plan_model import Membership, Plan
from cablegram.runtime.runtime import Runtime


def list_plans(*, place: Place = HERE, json: AsJson = False) -> None:
    """List plans, the cheapest first, with how many accounts are on each."""

    async def deed(rt: Runtime) -> tuple[list[Plan], dict[str, int]]:
        who = operator(choosing.ME)
        return await plans.offered(rt, who), await plans.members(rt, who)

    found, members = act(place, deed)
    rows = [
        (one.code, one.name, money(one.fee), str(members.get(one.code, 0)), "" if one.is_offered else "not offered")
        for one in found
    ]
    facts = [
        {"code": one.code, "name": one.name, "fee": one.fee, "is_offered": one.is_offered,
         "accounts": members.get(one.code, 0)}
        for one in found
    ]  # fmt: skip
    say(table(("plan", "name", "fee", "accounts", ""), rows, numbers=("fee", "accounts")), facts, as_json=json)


def put(
    code: str,
    *,
    name: str,
    fee: Annotated[str, Parameter(help="Credits a month.")],
    about: str = "",
    offered: Annotated[bool, Parameter(help="Accounts may choose it themselves.")] = True,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Make a plan, or change it; a new fee holds from each account's next month."""

    async def deed(rt: Runtime) -> Plan:
        return await plans.put(rt, operator(choosing.ME), Plan(code, name, about, credits_to_micro(fee), offered))

    made = act(place, deed)
    facts = {"code": made.code, "name": made.name, "fee": made.fee, "is_offered": made.is_offered}
    say(f"{made.name} costs {money(made.fee)} credits a month.", facts, as_json=json)


def choose(
    code: str,
    *,
    account: Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Put an account on a plan."""

    async def deed(rt: Runtime) -> Membership:
        _, who = await choosing.acting(rt, account)
        return await plans.choose(rt, who, code)

    after = act(place, deed)
    later = f", and on {after.then.name} from {moment(after.next_at)} on" if after.then else ""
    facts: dict[str, Any] = {
        "plan": after.plan.code, "then": after.then.code if after.then else None, "next_at": after.next_at
    }  # fmt: skip
    say(f"The account is on {after.plan.name}{later}.", facts, as_json=json)


def give_bonus(
    account: str,
    credits_: Annotated[str, Parameter(name="--credits", help="How many, such as 12.5.")],
    *,
    reason: Annotated[str, Parameter(help="Stands in the account's ledger.")],
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Give an account credits as a present; it hears of it."""
    amount = credits_to_micro(credits_)

    async def deed(rt: Runtime) -> dict[str, Any]:
        found, who = await choosing.acting(rt, account)
        posting_id = await bonus.give(rt, who, found.id, amount=amount, reason=reason)
        return {"name": found.name, "posting_id": posting_id, "balance": await ledger.balance(rt, who)}

    done = act(place, deed)
    say(f"{done['name']} has {money(done['balance'])} credits now.", done, as_json=json)
