"""Who of a campaign's people gets nothing of it because of what happened since it began.

Somebody took them out, or their number got it already, as another contact's: numbers go from one contact to another by
an edit, or when a contact is deleted and somebody brings the number again. Contacts have one turn each, so nothing else
would keep such a number from its second message.
"""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.campaigns import store
from cablegram.campaigns.model import Campaign
from cablegram.campaigns.recipe import HAD_IT, TAKEN_OUT
from cablegram.contacts.model import Person
from cablegram.kit.ids import ContactId
from cablegram.messages.model import Refusal
from cablegram.runtime.database import Conn


async def among(conn: Conn, campaign: Campaign, people: Sequence[Person]) -> dict[ContactId, Refusal]:
    """Return who of the next people gets nothing, and why; the campaign is held, so no other slice is being made."""
    found: dict[ContactId, Refusal] = {}
    if fresh := [one for one in people if one.is_number_new]:
        had_it = await store.had_it(conn, campaign, [one.number for one in fresh])
        # People of one slice may be read by several statements, and a number may move between two of them.
        first = {one.number: one.contact_id for one in reversed(people)}
        found |= {
            one.contact_id: HAD_IT for one in fresh if one.number in had_it or first[one.number] != one.contact_id
        }
    return found | await taken_out(conn, campaign, people)


async def taken_out(conn: Conn, campaign: Campaign, people: Sequence[Person]) -> dict[ContactId, Refusal]:
    """Return who was taken out; all that can be foreseen."""
    if not campaign.taken_out:
        return {}
    return dict.fromkeys(await store.taken_out(conn, campaign.id, [one.contact_id for one in people]), TAKEN_OUT)
