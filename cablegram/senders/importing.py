"""Take senders from a file, as the operator: for one account or for many at once (R49, R58)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cablegram.accounts import directory
from cablegram.accounts.access import NO_ACCOUNT, Principal, Scope
from cablegram.events.model import Event
from cablegram.events.model import Kind as News
from cablegram.events.record import record
from cablegram.kit.errors import Fault, TooLarge
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.senders import sheet, store
from cablegram.senders.model import Kind
from cablegram.senders.sheet import Line

MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought: new senders, and those that the accounts had and that are now as the file says."""

    added: int
    updated: int


def has_header(data: bytes) -> bool:
    """Tell whether the first line of a file names its columns. Pure."""
    line = data.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].decode(errors="replace")
    return sheet.is_header([name.strip(' "\r') for name in line.split(",")])


async def import_csv(rt: Runtime, who: Principal, data: bytes) -> Imported:
    """Take the senders of a file (senders/sheet.py says which), in one transaction: all of them or none.

    A line without an account is for the one that the operator acts for. A sender that the account has already becomes
    what the file says; its settings and whether it is the default stay. Raises InvalidInput (`bad_sender_file`) with
    faults by line, TooLarge (`sender_file_too_large`).
    """
    who.needs(Scope.OPERATOR)
    if len(data) > MOST_BYTES:
        message = f"A file of senders has at most {MOST_BYTES // 1_000_000} MB; cut it in two."
        raise TooLarge("sender_file_too_large", message)
    lines = sheet.read(data)
    async with rt.db.transaction() as conn:
        await store.lock_numbers(conn)
        accounts = await _accounts(conn, who, lines)
        carried = await _connectors(conn, lines, accounts)
        await _check_owners(conn, lines, accounts)
        imported = await _write(conn, lines, accounts, carried, rt.clock.now())
        events = [
            Event(News.SENDERS_IMPORTED, account_id, None, {"count": count, "by": who.name})
            for account_id, count in Counter(accounts).items()
        ]
        await record(conn, events, now=rt.clock.now())
    return imported


async def _accounts(conn: Conn, who: Principal, lines: Sequence[Line]) -> list[AccountId]:
    """Return whose each line is, in order, and hold all of them."""
    named = await directory.ids_of(conn, {line.account for line in lines if line.account})
    found: list[AccountId] = []
    faults: list[Fault] = []
    for line in lines:
        account_id = named.get(line.account.lower()) if line.account else who.account_id
        if account_id is None:
            faults.append(sheet.fault_of(line.at, "account_not_found", f"there is no account {line.account[:60]!r}."))
        elif account_id == NO_ACCOUNT:
            faults.append(sheet.fault_of(line.at, "account_needed", "say in the column account whose sender it is."))
        else:
            found.append(account_id)
    if faults:
        raise sheet.refused(faults)
    for account_id in sorted(set(found)):
        await directory.hold(conn, account_id)
    return found


async def _connectors(conn: Conn, lines: Sequence[Line], accounts: Sequence[AccountId]) -> list[ConnectorId | None]:
    """Return the connector of each line, in order: the account's own of that name before the operator's."""
    known = await store.named_connectors(conn, {line.connector for line in lines if line.connector})
    found: list[ConnectorId | None] = []
    faults: list[Fault] = []
    for line, account_id in zip(lines, accounts, strict=True):
        name = line.connector.lower()
        one = (known.get((account_id, name)) or known.get((None, name))) if name else None
        if name and one is None:
            what = f"the account can use no connector {line.connector[:60]!r}."
            faults.append(sheet.fault_of(line.at, "connector_not_found", what))
        elif line.sender.kind is Kind.SHORT_CODE and line.sender.country is None and not (one and one[1]):
            what = f"{line.sender.address} is a short code, which reaches its own country only: say which that is."
            faults.append(sheet.fault_of(line.at, "sender_country_needed", what))
        found.append(one[0] if one else None)
    if faults:
        raise sheet.refused(faults)
    return found


async def _check_owners(conn: Conn, lines: Sequence[Line], accounts: Sequence[AccountId]) -> None:
    """See that no number is another account's, in the file or before it: what is written to it belongs to one."""
    owner = await store.number_owners(conn, [line.sender.address for line in lines])
    faults = [
        sheet.fault_of(line.at, "sender_taken", f"+{line.sender.address} is another account's.")
        for line, account_id in zip(lines, accounts, strict=True)
        if line.sender.kind is Kind.NUMBER and owner.setdefault(line.sender.address, account_id) != account_id
    ]
    if faults:
        raise sheet.refused(faults)


async def _write(
    conn: Conn,
    lines: Sequence[Line],
    accounts: Sequence[AccountId],
    carried: Sequence[ConnectorId | None],
    now: datetime,
) -> Imported:
    written = await store.put_senders(conn, lines, accounts, now=now)
    ids = [written[account_id, line.sender.address.lower()] for line, account_id in zip(lines, accounts, strict=True)]
    pairs = [(sender_id, way) for (sender_id, _), way in zip(ids, carried, strict=True) if way]
    await store.replace_connectors(conn, [sender_id for sender_id, _ in ids], pairs)
    added = sum(is_new for _, is_new in ids)
    return Imported(added, len(ids) - added)
