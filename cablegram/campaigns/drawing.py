"""Draw a campaign up: see that what was given can be sent at all, before anybody counts on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from cablegram.audiences import read
from cablegram.audiences.model import Audience
from cablegram.campaigns import brought, compose, variants
from cablegram.campaigns.model import NewCampaign
from cablegram.campaigns.variants import Trial
from cablegram.connectors.needs import ProviderValues, field_of, lacking, say_lacking
from cablegram.contacts import lists, sheet
from cablegram.contacts.model import ContactList
from cablegram.kit.errors import Fault, InvalidInput, Refused
from cablegram.kit.ids import AccountId, TemplateId
from cablegram.library import lookup, shelf
from cablegram.links import shortening
from cablegram.messages.compose import admit
from cablegram.messages.model import MessageClass, Refusal
from cablegram.programs import people as programs
from cablegram.routing import pick
from cablegram.routing.choose import Way, Ways
from cablegram.runtime.database import Conn
from cablegram.senders import usable
from cablegram.senders.model import SenderRefusal, Usable, Wanted
from cablegram.templates.render import Template

MOST_LISTS = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be sent, and to whom: `trial` has the words of its templates, `templates` one text or those tried."""

    audience: Audience
    lists: list[ContactList]
    templates: list[Template]
    trial: Trial

    @property
    def template(self) -> Template:
        """Return the text, or the first of those tried."""
        return self.templates[0]


async def draw_up(conn: Conn, account_id: AccountId, new: NewCampaign, *, is_of_file: bool = False) -> Plan:
    """Return to whom a campaign goes and in which texts; each variable that these need is there, as far as lists tell.

    One `is_of_file` has no audience yet.

    Raises InvalidInput (`lists_needed`, `too_many_lists`, `program_needed`, `text_or_template`, `bad_template`,
    `template_too_long`, `text_too_short`, `bad_variable`, `missing_variable`, `bad_link`, `link_too_long`, and as
    `variants.check`), NotFound
    (`template_not_found`, and as `audiences.read.check`).
    """
    audience = Audience() if is_of_file else _audience(new)
    variants.check(new.trial, text=new.text, template_id=new.template_id)
    sheet.check_variables(new.variables)
    trial, templates = await _texts(conn, account_id, new)
    if new.shorten:
        _check_links(templates)
    await read.check(conn, account_id, audience)
    if new.program_id is not None:
        await programs.many(conn, account_id, [new.program_id])
    found = await lists.many(conn, account_id, audience.list_ids) if audience.list_ids else []
    check_columns(templates, found, new.variables, new.provider_values)
    return Plan(audience, found, templates, trial)


def check_columns(
    templates: Sequence[Template],
    found: Sequence[ContactList],
    given: Mapping[str, str],
    provider_values: ProviderValues | None,
) -> None:
    """See that lists have the columns that texts need. Raises InvalidInput (`missing_variable`)."""
    more = brought.compiled(provider_values).required if provider_values else ()
    for template in templates:
        compose.check_columns(template, found, given, more)


def _audience(new: NewCampaign) -> Audience:
    if new.all_subscribers and new.program_id is None:
        raise _bad(
            "all_subscribers", "program_needed", "Of what? Give the service or store whose subscribers they are."
        )
    audience = new.audience
    if audience.is_nobody:
        message = "A campaign needs somebody to go to: a contact list, a segment, or all subscribers of a program."
        raise _bad("contact_list_ids", "lists_needed", message)
    if len(audience.all_list_ids) + len(audience.all_segment_ids) > MOST_LISTS:
        raise _bad("contact_list_ids", "too_many_lists", f"A campaign has {MOST_LISTS} lists and segments at most.")
    return audience


async def check_sender(conn: Conn, account_id: AccountId, sender: Wanted) -> list[Usable]:
    """Return the senders that messages may have, one or, of several, all; None asks for the account's default.

    Raises Refused (`sender_needed`, `sender_invalid`, `sender_not_owned`, `sender_no_texts`, `too_many_senders`).
    """
    found = await usable.all_of(conn, account_id, sender)
    if isinstance(found, SenderRefusal):
        raise Refused(found.code, found.message, faults=[Fault("sender", found.code, found.message)])
    return found


async def check_way(
    conn: Conn,
    account_id: AccountId,
    sender: Wanted,
    *,
    message_class: MessageClass,
    given: ProviderValues | None = None,
) -> None:
    """See that there is a sender, and a connector to send by that was tried out (R128) and gets all it wants (R132).

    Where rules choose, all connectors that messages may go by as things are. What only messages to some countries need
    is judged with each of them.
    Raises Refused as `check_sender`, and `no_route`, `gateway_untested`, `provider_values_missing`.
    """
    found = await check_sender(conn, account_id, sender)
    ways = await pick.routes(conn, [account_id])
    chosen = [way for one in found for way in _reachable(ways, account_id, one, message_class)]
    if not chosen:
        message = "No connector can carry these messages: the operator has to connect a carrier and switch it on."
        raise Refused("no_route", message)
    if not all(way.is_tested or way.is_simulated for way in chosen):
        message = (
            "A connector that would carry these messages has not been tried out since it was set up: send one test "
            "message over it first, and see that its provider takes it."
        )
        raise Refused("gateway_untested", message)
    if missing := [name for way in chosen for name in lacking(way.needs, given, "")]:
        message = say_lacking(list(dict.fromkeys(missing)))
        faults = [Fault(field_of(name), "provider_values_missing", message) for name in dict.fromkeys(missing)]
        raise Refused("provider_values_missing", message, faults=faults)


def _reachable(ways: Ways, account_id: AccountId, sender: Usable, message_class: MessageClass) -> list[Way]:
    usual = ways.choose(account_id, sender.connector_ids)
    if usual is None or not ways.concerns(usual):
        return [usual] if usual else []
    return ways.chooser(
        usual.account_id,
        account_id,
        sender=sender.address,
        message_class=message_class.value,
        wanted=sender.connector_ids,
    ).reachable()


async def _texts(conn: Conn, account_id: AccountId, new: NewCampaign) -> tuple[Trial, list[Template]]:
    """Return a trial with the words of its templates, and each text that is sent."""
    if not new.trial.variants:
        return new.trial, [await _template(conn, account_id, new.text, new.template_id)]
    templates = [await _template(conn, account_id, one.text, one.template_id) for one in new.trial.variants]
    texts = {place: template.text for place, template in enumerate(templates)}
    return replace(new.trial, variants=variants.with_texts(new.trial.variants, texts)), templates


async def _template(conn: Conn, account_id: AccountId, text: str | None, template_id: UUID | None) -> Template:
    if template_id is not None:
        text = (await lookup.texts(conn, account_id, [template_id])).get(TemplateId(template_id))
        if text is None:
            raise shelf.no_such_template(template_id)
    template = compose.compiled(shelf.read_text(text or ""))
    if not template.variables:
        # The same for everybody, so it can be judged here and not once for each.
        verdict = admit(template.text)
        if isinstance(verdict, Refusal):
            raise _bad("text", verdict.code, verdict.message)
    return template


def _check_links(templates: Sequence[Template]) -> None:
    """See that links which are the same for everybody can be shortened, before anybody counts on it."""
    for template in templates:
        for found in map(shortening.read, shortening.links_of(template.text)):
            if isinstance(found, Fault):
                raise _bad("text", found.code, found.message)


def _bad(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, faults=[Fault(field, code, message)])
