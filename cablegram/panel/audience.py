"""Name the lists, segments and programs of an audience, and where each of them is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.audiences.model import Audience
from cablegram.campaigns import choices
from cablegram.campaigns.choices import Part
from cablegram.panel.visit import Http, Visit, parts_of


@dataclass(frozen=True, slots=True)
class Names:
    """(name, address) of what an audience is made of, and of what it leaves out."""

    of: list[tuple[str, str]]
    less: list[tuple[str, str]]


async def names_of(request: Http, visit: Visit, audience: Audience) -> Names:
    """Return the names of an audience; what was deleted since is left out."""
    found = await choices.parts(parts_of(request).rt, visit.who, audience)
    return Names(
        [_named(one) for one in found if not one.is_left_out], [_named(one) for one in found if one.is_left_out]
    )


def _named(one: Part) -> tuple[str, str]:
    where = {"list": "/contacts/{}", "segment": "/contacts?segment={}", "program": "/services"}[one.kind]
    return one.name, where.format(one.id)
