"""Turn a settled filter into a condition of SQL about `contact`. Pure; what people wrote goes in as parameters alone.

Every condition is true or false, never null: `not` then is what people mean by it. Traits that ask another table go by
its key for one contact, so that they serve a page as well as a count. Days are UTC's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from cablegram.audiences.filter_model import FIELD, All, AnyOf, Filter, Kind, Not, Op, Trait

_SIGN: Final[Mapping[Op, str]] = {Op.LESS: "<", Op.AT_MOST: "<=", Op.MORE: ">", Op.AT_LEAST: ">="}
_TURNED: Final[Mapping[Op, Op]] = {
    Op.LESS: Op.MORE,
    Op.AT_MOST: Op.AT_LEAST,
    Op.MORE: Op.LESS,
    Op.AT_LEAST: Op.AT_MOST,
}
_DAY: Final = timedelta(days=1)
# Numbers stand in one form (contacts/values.py), so a longer one is the larger, and of two that are as long their texts
# decide. That takes a third of the time of a cast, and whatever else stands there makes nothing stumble.
_SIZE: Final = "(length(split_part({value}, '.', 1)), {value} COLLATE \"C\")"
_IS_NEGATIVE: Final = "starts_with({value}, '-')"
_IS_POSITIVE: Final = "{value} COLLATE \"C\" >= '0'"
_IS_DAY: Final = "length({value}) = 10 AND {value} COLLATE \"C\" BETWEEN '0001-01-01' AND '9999-12-31'"

_HAS_MEMBERSHIP: Final = """EXISTS (
    SELECT FROM contact_list_member AS member WHERE member.contact_id = contact.id{and_which})"""
_IS_SUBSCRIBER: Final = """EXISTS (
    SELECT FROM subscriber WHERE subscriber.contact_id = contact.id AND subscriber.number = contact.number::bigint
    AND subscriber.standing = ANY ({standings}::text[]){and_which})"""
_IS_BARRED: Final = """EXISTS (
    SELECT FROM blacklist
    WHERE blacklist.account_id = contact.account_id AND blacklist.number = contact.number{and_when})"""
_DID: Final = """EXISTS (
    SELECT FROM engagement WHERE engagement.contact_id = contact.id AND engagement.{column} {how})"""
# By number, which messages are found by: nothing is asked of those to others.
_OF_CAMPAIGN: Final = """EXISTS (
    SELECT FROM message WHERE message.account_id = contact.account_id AND message.dst = contact.number
    AND message.campaign_id = ANY ({which}::uuid[]) AND message.submitted_at IS NOT NULL{and_what})"""
_CLICKED: Final = """EXISTS (
    SELECT FROM short_link AS link WHERE link.account_id = contact.account_id AND link.number = contact.number
    AND link.is_opened AND link.clicks > 0 AND link.campaign_id = ANY ({which}::uuid[]))"""
_SINCE_CAMPAIGN: Final = """>= (
    SELECT min(campaign.started_at) FROM campaign WHERE campaign.id = ANY ({which}::uuid[]))"""


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL that stands in a WHERE where `contact` is a table, and the values of its parameters."""

    sql: str
    values: dict[str, Any] = field(default_factory=dict[str, Any])


EVERYBODY: Final = Condition("true")


def compiled(found: Filter, now: datetime, *, prefix: str = "f") -> Condition:
    """Return the condition of a filter that `filter_check.settle` has settled; parameters are named by the prefix."""
    writer = _Writer(now, prefix)
    return Condition(writer.write(found), writer.values)


class _Writer:
    """Writes conditions and gathers their values."""

    def __init__(self, now: datetime, prefix: str) -> None:
        self._now = now
        self._prefix = prefix
        self.values: dict[str, Any] = {}

    def write(self, found: Filter) -> str:
        match found:
            case All(parts):
                return f"({' AND '.join(self.write(part) for part in parts)})"
            case AnyOf(parts):
                return f"({' OR '.join(self.write(part) for part in parts)})"
            case Not(part):
                return f"(NOT {self.write(part)})"
            case Trait(op=Op.IS_NOT):
                return f"(NOT {self._trait(found, Op.IS)})"
            case Trait(op=Op.IS_EMPTY):
                return f"(NOT {self._trait(found, Op.IS_SET)})"
            case _:
                return self._trait(found, found.op)

    def _trait(self, trait: Trait, op: Op) -> str:
        """Write a trait as if it were asked by another word: what is denied stands around it."""
        if trait.subject == FIELD:
            return f"coalesce({self._field(trait, op)}, false)"
        return _BY_SUBJECT[trait.subject](self, trait, op)

    def value(self, value: object) -> str:
        """Give a value a name, and return it as it stands in SQL."""
        name = f"{self._prefix}{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    # The account's own fields

    def _field(self, trait: Trait, op: Op) -> str:
        value = f"(contact.variables ->> {self.value(trait.name)}::text)"
        if op is Op.IS_SET:
            return f"{value} <> ''"
        if trait.kind is Kind.NUMBER and op in _SIGN:
            return self._number_in(value, trait.values[0], op)
        if trait.kind is Kind.DATE and op is not Op.IS:
            return f"{_IS_DAY.format(value=value)} AND {self._days(value, trait, op)}"
        return self._words(value, trait, op)

    def _number_in(self, value: str, bound: str, op: Op) -> str:
        negative, positive = _IS_NEGATIVE.format(value=value), _IS_POSITIVE.format(value=value)
        whole = len(bound.split(".", maxsplit=1)[0])
        size, limit = _SIZE.format(value=value), f"({self.value(whole)}::integer, {self.value(bound)}::text)"
        is_above = op in {Op.MORE, Op.AT_LEAST}
        if bound.startswith("-"):  # below zero what is longer is less
            among = f"({negative} AND {size} {_SIGN[_TURNED[op]]} {limit})"
            return f"({positive} OR {among})" if is_above else among
        among = f"({positive} AND {size} {_SIGN[op]} {limit})"
        return among if is_above else f"({negative} OR {among})"

    def _words(self, value: str, trait: Trait, op: Op) -> str:
        folded = [one.lower() for one in trait.values]
        match op:
            case Op.CONTAINS:
                return f"strpos(lower({value}), {self.value(folded[0])}::text) > 0"
            case Op.STARTS_WITH:
                return f"starts_with(lower({value}), {self.value(folded[0])}::text)"
            case Op.ENDS_WITH:
                return f"starts_with(reverse(lower({value})), reverse({self.value(folded[0])}::text))"
            case _:
                return f"lower({value}) = ANY ({self.value(folded)}::text[])"

    def _days(self, value: str, trait: Trait, op: Op) -> str:
        value = f'{value} COLLATE "C"'
        today = self._now.astimezone(UTC).date()
        if op is Op.IN_LAST:
            first = today - _DAY * (int(trait.values[0]) - 1)
            return f"{value} BETWEEN {self.value(first.isoformat())}::text AND {self.value(today.isoformat())}::text"
        if op is Op.IN_NEXT:
            last = today + _DAY * (int(trait.values[0]) - 1)
            return f"{value} BETWEEN {self.value(today.isoformat())}::text AND {self.value(last.isoformat())}::text"
        return f"{value} {_SIGN[op]} {self.value(trait.values[0])}::text"

    # What every contact has

    def number(self, trait: Trait, op: Op) -> str:
        if op is Op.STARTS_WITH:
            return f"starts_with(contact.number, {self.value(trait.values[0])}::text)"
        return f"contact.number = ANY ({self.value(list(trait.values))}::text[])"

    def country(self, trait: Trait, _op: Op) -> str:
        return f"contact.country = ANY ({self.value(list(trait.values))}::text[])"

    def phone(self, trait: Trait, _op: Op) -> str:
        return f"contact.phone_status = ANY ({self.value(list(trait.values))}::text[])"

    def subscription(self, trait: Trait, _op: Op) -> str:
        said = [one for one in trait.values if one != "unrecorded"]
        is_said = f"(contact.subscription IS NOT NULL AND contact.subscription = ANY ({self.value(said)}::text[]))"
        return is_said if len(said) == len(trait.values) else f"({is_said} OR contact.subscription IS NULL)"

    def created(self, trait: Trait, op: Op) -> str:
        return f"(contact.created_at {self._when(trait, op)})"

    def updated(self, trait: Trait, op: Op) -> str:
        return f"(contact.updated_at {self._when(trait, op)})"

    def consent(self, trait: Trait, op: Op) -> str:
        said = "contact.subscription IS NOT NULL AND contact.subscription = 'subscribed'"
        return f"({said} AND coalesce(contact.subscription_at {self._when(trait, op)}, false))"

    def consent_source(self, trait: Trait, op: Op) -> str:
        is_set = "contact.subscription_source <> ''"
        inner = is_set if op is Op.IS_SET else self._words("contact.subscription_source", trait, op)
        return f"coalesce({inner}, false)"

    def evidence(self, trait: Trait, _op: Op) -> str:
        return self._yes_or_no("(contact.evidence_id IS NOT NULL)", trait)

    def blacklisted(self, trait: Trait, _op: Op) -> str:
        return self._yes_or_no(_IS_BARRED.format(and_when=""), trait)

    def _yes_or_no(self, is_so: str, trait: Trait) -> str:
        wanted = set(trait.values)
        if wanted == {"yes", "no"}:
            return "true"
        return is_so if wanted == {"yes"} else f"(NOT {is_so})"

    # What is kept elsewhere

    def tag(self, trait: Trait, op: Op) -> str:
        if op is Op.IS_SET:
            return "(contact.tags <> '{}')"
        # The first half is what the index asks for.
        return f"(contact.tags <> '{{}}' AND contact.tags && {self.value(list(trait.values))}::text[])"

    def on_list(self, trait: Trait, op: Op) -> str:
        which = "" if op is Op.IS_SET else f" AND member.list_id = ANY ({self._ids(trait)}::uuid[])"
        return _HAS_MEMBERSHIP.format(and_which=which)

    def program(self, trait: Trait, op: Op) -> str:
        return self._subscriber(trait, op, ["in", "paused"])

    def left_program(self, trait: Trait, op: Op) -> str:
        return self._subscriber(trait, op, ["out"])

    def _subscriber(self, trait: Trait, op: Op, standings: list[str]) -> str:
        which = "" if op is Op.IS_SET else f" AND subscriber.program_id = ANY ({self._ids(trait)}::uuid[])"
        return _IS_SUBSCRIBER.format(standings=self.value(standings), and_which=which)

    def got(self, trait: Trait, op: Op) -> str:
        return _DID.format(column="sent_at", how=self._when(trait, op))

    def delivered(self, trait: Trait, op: Op) -> str:
        return _DID.format(column="delivered_at", how=self._when(trait, op))

    def replied(self, trait: Trait, op: Op) -> str:
        return _DID.format(column="replied_at", how=self._when(trait, op))

    def clicked(self, trait: Trait, op: Op) -> str:
        return _DID.format(column="clicked_at", how=self._when(trait, op))

    def opted_out(self, trait: Trait, op: Op) -> str:
        when = self._when(trait, op)
        said = "contact.subscription IS NOT NULL AND contact.subscription = 'not_subscribed'"
        barred = _IS_BARRED.format(and_when=f" AND blacklist.added_at {when}")
        return f"(({said} AND coalesce(contact.subscription_at {when}, false)) OR {barred})"

    def got_campaign(self, trait: Trait, _op: Op) -> str:
        return _OF_CAMPAIGN.format(which=self._ids(trait), and_what="")

    def delivered_campaign(self, trait: Trait, _op: Op) -> str:
        return _OF_CAMPAIGN.format(which=self._ids(trait), and_what=" AND message.state = 'delivered'")

    def replied_to_campaign(self, trait: Trait, _op: Op) -> str:
        which = self._ids(trait)
        wrote = _DID.format(column="replied_at", how=_SINCE_CAMPAIGN.format(which=which))
        return f"({_OF_CAMPAIGN.format(which=which, and_what='')} AND {wrote})"

    def clicked_campaign(self, trait: Trait, _op: Op) -> str:
        return _CLICKED.format(which=self._ids(trait))

    def _ids(self, trait: Trait) -> str:
        return self.value([UUID(one) for one in trait.values])

    def _when(self, trait: Trait, op: Op) -> str:
        """Write how a moment is asked for, behind the column that holds it. A day is a whole one of UTC."""
        if op is Op.IS_SET:
            return "IS NOT NULL"
        if op is Op.IN_LAST:
            return f">= {self.value(self._now - _DAY * int(trait.values[0]))}::timestamptz"
        days = [datetime.combine(date.fromisoformat(one), time(), UTC) for one in trait.values]
        if op is Op.IS:
            spans = [f"[{day.isoformat()},{(day + _DAY).isoformat()})" for day in days]
            return f"<@ ANY ({self.value(spans)}::tstzrange[])"
        # Until a day and after it both turn at its end.
        turn = days[0] + _DAY if op in {Op.AT_MOST, Op.MORE} else days[0]
        return f"{'<' if op in {Op.LESS, Op.AT_MOST} else '>='} {self.value(turn)}::timestamptz"


_BY_SUBJECT: Final[Mapping[str, Callable[[_Writer, Trait, Op], str]]] = {
    "number": _Writer.number,
    "country": _Writer.country,
    "phone": _Writer.phone,
    "subscription": _Writer.subscription,
    "blacklisted": _Writer.blacklisted,
    "tag": _Writer.tag,
    "list": _Writer.on_list,
    "program": _Writer.program,
    "left program": _Writer.left_program,
    "created": _Writer.created,
    "updated": _Writer.updated,
    "consent": _Writer.consent,
    "consent source": _Writer.consent_source,
    "evidence": _Writer.evidence,
    "got": _Writer.got,
    "delivered": _Writer.delivered,
    "replied": _Writer.replied,
    "clicked": _Writer.clicked,
    "opted out": _Writer.opted_out,
    "got campaign": _Writer.got_campaign,
    "delivered campaign": _Writer.delivered_campaign,
    "replied to campaign": _Writer.replied_to_campaign,
    "clicked campaign": _Writer.clicked_campaign,
}
