"""What filters are compiled to; that it finds whom it means is proved on a database (rooms/audiences)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cablegram.audiences import membership
from cablegram.audiences.compiling import EVERYBODY, compiled
from cablegram.audiences.deed_model import UNDONE_BY, Deed, Done, What, concerns
from cablegram.audiences.filter_check import Catalog, Named, settle
from cablegram.audiences.filter_model import Op, Trait
from cablegram.audiences.filter_text import parse
from cablegram.audiences.model import Audience, of_lists
from cablegram.contacts.field_model import Field, FieldType
from cablegram.kit.ids import ListId, ProgramId, SegmentId

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
DAY = datetime(2026, 1, 2, tzinfo=UTC)
ID = UUID(int=7)
CATALOG = Catalog(
    {"city": Field("city", "City"), "n": Field("n", "N", FieldType.NUMBER), "d": Field("d", "D", FieldType.DATE)},
    things={kind: [Named(str(ID), "a")] for kind in ("list", "program", "campaign")} | {"tag": [Named("vip", "vip")]},
)


@pytest.mark.parametrize(
    ("text", "values", "words"),
    [
        ("city = Madrid", ["city", ["madrid"]], "lower((contact.variables ->> %(f0)s::text)) = ANY (%(f1)s::text[])"),
        ("city contains Ma", ["city", "ma"], "strpos("),
        ("city starts with Ma", ["city", "ma"], "starts_with(lower("),
        ("city ends with Ma", ["city", "ma"], "reverse("),
        ("city is set", ["city"], "<> ''"),
        ("city is empty", ["city"], "(NOT coalesce("),
        ("n >= 12.5", ["n", 2, "12.5"], ") >= (%(f1)s::integer, %(f2)s::text)"),
        ("n < 5", ["n", 1, "5"], "starts_with((contact.variables ->> %(f0)s::text), '-') OR"),
        ("n > -5", ["n", 2, "-5"], ") < (%(f1)s::integer, %(f2)s::text)"),
        ("n <= -5", ["n", 2, "-5"], ") >= (%(f1)s::integer, %(f2)s::text)"),
        ("d < 2026-01-02", ["d", "2026-01-02"], "< %(f1)s::text"),
        ("d in last 3 days", ["d", "2026-01-13", "2026-01-15"], "BETWEEN"),
        ("d in next 1 days", ["d", "2026-01-15", "2026-01-15"], "BETWEEN"),
        ("created = 2026-01-02", [["[2026-01-02T00:00:00+00:00,2026-01-03T00:00:00+00:00)"]], "<@ ANY"),
        ("created < 2026-01-02", [DAY], "contact.created_at < "),
        ("created <= 2026-01-02", [DAY + timedelta(days=1)], "contact.created_at < "),
        ("updated > 2026-01-02", [DAY + timedelta(days=1)], "contact.updated_at >= "),
        ("updated >= 2026-01-02", [DAY], "contact.updated_at >= "),
        ("consent in last 2 days", [NOW - timedelta(days=2)], "contact.subscription = 'subscribed'"),
        ("consent source is set", [], "contact.subscription_source <> ''"),
        ("consent source contains x", ["x"], "strpos("),
        ("evidence = yes", [], "(contact.evidence_id IS NOT NULL)"),
        ("evidence = no", [], "(NOT (contact.evidence_id IS NOT NULL))"),
        ("blacklisted in (yes, no)", [], "true"),
        ("subscription = subscribed", [["subscribed"]], "IS NOT NULL"),
        ("subscription = unrecorded", [[]], "OR contact.subscription IS NULL"),
        ("phone != active", [["active"]], "(NOT contact.phone_status"),
        ("country = es", [["ES"]], "contact.country"),
        ("number starts with +34", ["34"], "starts_with(contact.number"),
        ("number = +34600000001", [["34600000001"]], "contact.number = ANY"),
        ("tag = vip", [["vip"]], "contact.tags && "),
        ("tag is set", [], "(contact.tags <> '{}')"),
        ("list = a", [[ID]], "member.list_id = ANY"),
        ("list is set", [], "member.contact_id = contact.id)"),
        ("program = a", [[ID], ["in", "paused"]], "subscriber.program_id = ANY"),
        ("left program is set", [["out"]], "subscriber.standing = ANY"),
        ("got in last 1 days", [NOW - timedelta(days=1)], "engagement.sent_at"),
        ("delivered is set", [], "engagement.delivered_at IS NOT NULL"),
        ("replied is set", [], "engagement.replied_at IS NOT NULL"),
        ("opted out is set", [], "blacklist.added_at IS NOT NULL"),
        ("got campaign = a", [[ID]], "message.submitted_at IS NOT NULL)"),
        ("delivered campaign = a", [[ID]], "message.state = 'delivered'"),
        ("replied to campaign = a", [[ID]], "min(campaign.started_at)"),
        ("city = a and (tag = vip or not list is set)", ["city", ["a"], ["vip"]], " OR (NOT "),
    ],
)
def test_each_trait_becomes_words_of_ours_with_parameters(text: str, values: list[object], words: str) -> None:
    condition = compiled(settle(parse(text), CATALOG), NOW)
    assert list(condition.values.values()) == values
    assert words in " ".join(condition.sql.split())


VIP, OLD = SegmentId(UUID(int=1)), SegmentId(UUID(int=2))
LIST, OTHER = ListId(UUID(int=3)), ListId(UUID(int=4))
PROGRAM = ProgramId(UUID(int=5))
FILTERS = {VIP: Trait("phone", Op.IS, ("active",)), OLD: Trait("country", Op.IS, ("ES",))}


def test_an_audience_is_one_condition() -> None:
    every = Audience((LIST,), (VIP,), PROGRAM, (OTHER,), (OLD,))
    assert (every.all_list_ids, every.all_segment_ids, every.is_lists_alone) == ((LIST, OTHER), (VIP, OLD), False)
    inside = membership.inside(every, FILTERS, now=NOW, until=NOW)
    assert set(inside.values) == {"in0", "in1", "out0", "out1", "program_id", "until"}
    assert " OR " in inside.sql
    assert membership.inside(of_lists([LIST, LIST]), {}, now=NOW, until=NOW).values == {"in0": [LIST]}
    assert membership.inside(Audience(program_id=PROGRAM), {}, now=NOW, until=NOW).values["program_id"] == PROGRAM
    lists_alone = Audience((LIST,), except_list_ids=(OTHER,))
    assert membership.among_members(lists_alone, {}, now=NOW, until=NOW).values == {"out0": [OTHER]}
    both = membership.among_members(Audience((LIST,), program_id=PROGRAM), {}, now=NOW, until=NOW)
    assert set(both.values) == {"in0", "program_id", "until"}
    alone = membership.among_members(Audience(program_id=PROGRAM), {}, now=NOW, until=NOW)
    assert set(alone.values) == {"program_id", "until"}
    assert membership.outside(Audience(), {}, now=NOW) is EVERYBODY
    assert Audience().is_nobody
    assert not Audience(program_id=PROGRAM).is_nobody


def test_what_undoes_a_deed_is_undone_by_it_and_concerns_those_whom_the_deed_does_not() -> None:
    assert all(UNDONE_BY[back] is what for what, back in UNDONE_BY.items())
    assert set(What) - set(UNDONE_BY) == {What.UNSUBSCRIBE, What.BLACKLIST}
    for what in What:
        found = concerns(Deed(what, str(ID)))
        assert isinstance(found, Trait)
        assert compiled(found, NOW).sql
    for what, people, undone, can in (
        (What.TAG, 1, None, True),
        (What.TAG, 0, None, False),
        (What.TAG, 1, NOW, False),
        (What.BLACKLIST, 1, None, False),
    ):
        assert Done(ID, Deed(what), people, "Marta", NOW, undone).can_be_undone is can
