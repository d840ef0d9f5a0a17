"""Tell which connector a message would go by, by which rule, and for each other one why not. Nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import Fault, InvalidInput, Refused
from cablegram.numbers import e164
from cablegram.routing import pick, reasons, store
from cablegram.routing.choose import Chooser, Way, Ways
from cablegram.routing.model import Rule
from cablegram.routing.reasons import Case, ConnectorLook, Known, RuleLook
from cablegram.routing.rulebook import NO_RULES
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.senders import usable
from cablegram.senders.model import SenderRefusal, Usable


@dataclass(frozen=True, slots=True)
class Explained:
    """What would be taken. `rule` None: none is about the message; `connector` None: nothing can carry it.

    Where several share such messages, `connector` is the first of them. Of the operator's rules only the operator is
    told more than that there is one.
    """

    case: Case
    connector: ConnectorLook | None
    rule: Rule | None
    is_operator_s: bool
    rules: Sequence[RuleLook]
    connectors: Sequence[ConnectorLook]


async def explain(
    rt: Runtime, who: Principal, number: str, *, sender: str | None = None, message_class: str = "transactional"
) -> Explained:
    """Tell by which connector a message of the account that asks would go; without a sender, from its default.

    Raises InvalidInput (`number_invalid` and its like), Refused (`sender_needed`, `sender_invalid`, `sender_not_owned`,
    `sender_no_texts`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        home = (await directory.many(conn, [who.account_id])).get(who.account_id)
        (read,) = e164.parse_many([number], home.default_country if home else None)
        if isinstance(read, e164.BadNumber):
            raise InvalidInput(read.code, read.message, faults=[Fault("to", read.code, read.message)])
        found = await _sender(conn, who, sender)
        case = Case(who.account_id, read.e164, read.country, found.address, message_class, found.connector_ids)
        ways = await pick.routes(conn, [who.account_id])
        shared = await store.known(conn, None)
        if not who.is_operator:  # why the operator's are away is said in what their providers say to the operator
            shared = [replace(one, away="") for one in shared]
        known = [*await store.known(conn, who.account_id), *shared]
        usual = ways.choose(who.account_id, found.connector_ids)
        if usual is None:
            return _nothing(case, known)
        among = await store.rules(conn, [usual.account_id])
    return _explained(case, known, ways, usual, among=among, may_see=usual.account_id is not None or who.is_operator)


async def _sender(conn: Conn, who: Principal, sender: str | None) -> Usable:
    found = await usable.all_of(conn, who.account_id, sender)
    if isinstance(found, SenderRefusal):
        raise Refused(found.code, found.message, faults=[Fault("from", found.code, found.message)])
    return found[0]


def _nothing(case: Case, known: Sequence[Known]) -> Explained:
    nobody = Chooser((), NO_RULES.frame(None, case.account_id, "", ""), fails_over=False)
    looks = reasons.connectors(case, known, nobody, None)
    return Explained(case, None, None, False, (), looks)


def _explained(
    case: Case, known: Sequence[Known], ways: Ways, usual: Way, *, among: Sequence[Rule], may_see: bool
) -> Explained:
    payer = usual.account_id
    chooser = ways.chooser(
        payer, case.account_id, sender=case.sender, message_class=case.message_class, wanted=case.wanted
    )
    drawn = chooser.draw(case.number, case.country)
    looks = reasons.connectors(case, known, chooser, payer)
    first = next(look for look in looks if look.connector.connector_id == drawn.ways[0].connector_id)
    return Explained(
        case,
        first,
        drawn.rule if may_see else None,
        drawn.rule is not None and not may_see,
        reasons.rules(case, among, chooser.ways) if may_see else (),
        looks,
    )
