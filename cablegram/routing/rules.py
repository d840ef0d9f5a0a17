"""See and change the rules: the operator's, for its own connectors; an account's, for those of its own (R171)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from cablegram.accounts.access import NO_ACCOUNT, Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, RouteId, uuid7
from cablegram.kit.names import read_name
from cablegram.routing import drafting, store
from cablegram.routing.drafting import NewRule
from cablegram.routing.model import Policy, Rule
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

LONGEST = 3600  # seconds of patience or rest


async def everything(rt: Runtime, who: Principal) -> list[Rule]:
    """Return the account's own rules in their order, and to the operator those of the operator's behind them."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.rules(conn, _payers(who))


async def get(rt: Runtime, who: Principal, rule_id: UUID) -> Rule:
    """Return one rule. Raises NotFound (`route_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await _one(conn, who, rule_id)


async def add(rt: Runtime, who: Principal, new: NewRule, *, position: int | None = None) -> Rule:
    """Add a rule, at a place (1 is the first) or behind all others.

    Raises NotAllowed, InvalidInput (as `drafting.faults`, `bad_name`, `account_needed`), Conflict (`too_many_routes`).
    """
    payer = _payer(who, is_own=new.is_own)
    async with rt.db.transaction() as conn:
        await store.hold_rules(conn)
        others = await store.rules(conn, [payer])
        if len(others) >= drafting.MOST_RULES:
            message = f"There are {len(others)} rules already, which is as many as there may be. Delete one first."
            raise Conflict("too_many_routes", message)
        rule = await _checked(conn, new, payer)
        rule = replace(rule, id=RouteId(uuid7()), position=len(others) + 1, created_at=rt.clock.now())
        await store.put_rule(conn, rule)
        if position is not None:
            rule = await _place(conn, rule, others, position)
        await _announce(conn, who, rule, "added", rt)
    return rule


async def change(rt: Runtime, who: Principal, rule_id: UUID, new: NewRule, *, position: int | None = None) -> Rule:
    """Write a rule anew, and move it to a place if one is given. Whose it is stays.

    Raises as `add`, and NotFound (`route_not_found`).
    """
    async with rt.db.transaction() as conn:
        await store.hold_rules(conn)
        before = await _one(conn, who, rule_id)
        payer = _payer(who, is_own=before.account_id is not None)
        checked = await _checked(conn, replace(new, is_own=payer is not None), payer)
        rule = replace(checked, id=before.id, position=before.position, created_at=before.created_at)
        await store.put_rule(conn, rule)
        if position is not None:
            rule = await _place(conn, rule, await store.rules(conn, [payer]), position)
        await _announce(conn, who, rule, "changed", rt)
    return rule


async def remove(rt: Runtime, who: Principal, rule_id: UUID) -> None:
    """Delete a rule; what waits stays where it waits. Raises NotAllowed, NotFound (`route_not_found`)."""
    async with rt.db.transaction() as conn:
        await store.hold_rules(conn)
        rule = await _one(conn, who, rule_id)
        payer = _payer(who, is_own=rule.account_id is not None)
        await store.delete_rule(conn, rule.id)
        await store.number_rules(conn, [one.id for one in await store.rules(conn, [payer])])
        await _announce(conn, who, rule, "deleted", rt)


async def reorder(rt: Runtime, who: Principal, ids: Sequence[UUID], *, is_own: bool = False) -> list[Rule]:
    """Give the rules of a payer their order: all of them, each once. Return them.

    Raises NotAllowed, InvalidInput (`bad_order`).
    """
    payer = _payer(who, is_own=is_own)
    async with rt.db.transaction() as conn:
        await store.hold_rules(conn)
        known = {one.id for one in await store.rules(conn, [payer])}
        if len(ids) != len(known) or set(ids) != known:
            message = f"Name each of the {len(known)} rules once, in the order in which they are to be tried."
            raise InvalidInput("bad_order", message, faults=[Fault("ids", "bad_order", message)])
        await store.number_rules(conn, [RouteId(one) for one in ids])
        ordered = await store.rules(conn, [payer])
        if ordered:
            await _announce(conn, who, ordered[0], "reordered", rt)
    return ordered


async def policy(rt: Runtime, who: Principal) -> Policy:
    """Return what holds for all routing."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return (await store.policy(conn))[0]


async def set_policy(
    rt: Runtime,
    who: Principal,
    *,
    fails_over: bool | None = None,
    patience: int | None = None,
    rest: int | None = None,
) -> Policy:
    """Change what holds for all routing; what is None stays. Raises NotAllowed, InvalidInput (`bad_seconds`)."""
    who.needs(Scope.OPERATOR)
    for name, seconds in (("patience_seconds", patience), ("rest_seconds", rest)):
        if seconds is not None and not 1 <= seconds <= LONGEST:
            message = f"Give from 1 to {LONGEST} seconds."
            raise InvalidInput("bad_seconds", message, faults=[Fault(name, "bad_seconds", message)])
    async with rt.db.transaction() as conn:
        await store.hold_rules(conn)
        before, _ = await store.policy(conn)
        changed = Policy(
            before.fails_over if fails_over is None else fails_over,
            before.patience if patience is None else patience,
            before.rest if rest is None else rest,
        )
        await store.save_policy(conn, changed)
        await renew(conn)
        facts = {"what": "policy", "fails_over": changed.fails_over, "by": who.name}
        await record(conn, [Event(Kind.ROUTE_CHANGED, None, None, facts)], now=rt.clock.now())
    return changed


async def renew(conn: Conn) -> None:
    """Let everybody read the rules again; where there are none any more, no connector counts as away."""
    if not await store.renew(conn, uuid7()):
        await store.forget_standings(conn)


def _payers(who: Principal) -> list[AccountId | None]:
    own: list[AccountId | None] = [] if who.account_id == NO_ACCOUNT else [who.account_id]
    return [*own, None] if who.is_operator else own


def _payer(who: Principal, *, is_own: bool) -> AccountId | None:
    """Return whose rules are to be changed. Raises NotAllowed, InvalidInput (`account_needed`)."""
    if not is_own:
        who.needs(Scope.OPERATOR)
        return None
    who.needs(Scope.ACCOUNT)
    if who.account_id == NO_ACCOUNT:
        raise InvalidInput("account_needed", "Say for which account's own connectors the rule is.")
    return who.account_id


async def _one(conn: Conn, who: Principal, rule_id: UUID) -> Rule:
    for rule in await store.rules(conn, _payers(who)):
        if rule.id == rule_id:
            return rule
    raise NotFound("route_not_found", f"There is no rule of routing {rule_id}.")


async def _checked(conn: Conn, new: NewRule, payer: AccountId | None) -> Rule:
    known = await store.connectors_of(conn, payer)
    accounts = await store.accounts_among(conn, new.accounts) if new.accounts else set[AccountId]()
    name = read_name(new.name)
    found = drafting.faults(new, known, accounts)
    if found:
        raise InvalidInput(found[0].code, found[0].message, faults=found)
    nobody = RouteId(UUID(int=0))
    return Rule(nobody, payer, name, new.scope(), new.strategy, tuple(new.options), is_enabled=new.is_enabled)


async def _place(conn: Conn, rule: Rule, others: Sequence[Rule], position: int) -> Rule:
    """Put a rule at a place among the others of its payer, counted from 1; beyond the last is the last."""
    ids = [one.id for one in others if one.id != rule.id]
    place = min(max(position, 1), len(ids) + 1)
    ids.insert(place - 1, rule.id)
    await store.number_rules(conn, ids)
    return replace(rule, position=place)


async def _announce(conn: Conn, who: Principal, rule: Rule, what: str, rt: Runtime) -> None:
    await renew(conn)
    facts = {"what": what, "name": rule.name, "by": who.name}
    await record(conn, [Event(Kind.ROUTE_CHANGED, rule.account_id, rule.id, facts)], now=rt.clock.now())
