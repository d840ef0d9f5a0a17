"""Five people of whom different things are known, and who of them a filter finds."""

from __future__ import annotations

from cablegram.accounts.access import Principal
from cablegram.audiences import people
from cablegram.audiences.filters import Given
from cablegram.audiences.model import Counted, Sort
from cablegram.runtime.runtime import Runtime

TABLE = [
    ["number", "name", "city", "points", "birthday", "member"],
    ["+34600000001", "Ana", "Madrid", "5", "1980-05-01", "yes"],
    ["+34600000002", "Eva", "MÁLAGA", "-12.5", "1995-02-03", "no"],
    ["+34600000003", "Luz", "Madrid", "120", "2000-01-20", "yes"],
    ["+34600000004", "Pau", "", "", "", ""],
    ["+447400123456", "Pat", "Leeds", "12.5", "1979-12-31", ""],
]
NAMES = {f"{row[0][1:]}": row[1] for row in TABLE[1:]}
EVERYBODY = "Ana Eva Luz Pau Pat"


async def found(rt: Runtime, who: Principal, given: Given) -> str:
    some = await people.page(rt, who, given, sort=Sort.OLDEST)
    assert await people.count(rt, who, given) == Counted(len(some))
    return " ".join(NAMES[one.contact.number] for one in some)
