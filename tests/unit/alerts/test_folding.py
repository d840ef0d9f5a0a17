"""Events fold into what each reader is told, and that into letters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cablegram.accounts.access import ROLES
from cablegram.alerts.folding import MOST_ITEMS, fold, wants_texts
from cablegram.alerts.kinds import BY_NAME, KINDS
from cablegram.alerts.model import Folded, JobLore, Lore, Person, TextLore
from cablegram.alerts.writing import letters_of
from cablegram.events.model import Kind, Told
from cablegram.kit.ids import AccountId, UserId
from cablegram.mail.catalogue import CATALOGUE

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
ACME, THEM = AccountId(UUID(int=1)), UUID(int=2)
INES, BOB, ROOT = (UserId(UUID(int=10 + number)) for number in range(3))
NOBODY = UUID(int=0)


def person(user_id: UserId, role: str) -> Person:
    return Person(user_id, role, "x@example.com", is_confirmed=True, language="en", time_zone="UTC")


def lore(**more: object) -> Lore:
    people = {ACME: [person(INES, "owner"), person(BOB, "viewer")]}
    users = {INES: person(INES, ""), BOB: person(BOB, "")}
    return Lore(accounts={ACME: "Acme"}, people=people, users=users, operators=[person(ROOT, "")], **more)  # pyright: ignore[reportArgumentType] - its fields


def told(kind: Kind, subject: UUID | None = THEM, account: AccountId | None = ACME, **data: object) -> Told:
    return Told(UUID(int=99), NOW, kind.value, subject, data, account)


def readers(*events: Told, of: Lore | None = None) -> list[tuple[UUID, UUID, str, int]]:
    return [(row.account_id, row.reader_id, row.kind, row.count) for row in fold(events, of or lore(), NOW)]


@pytest.mark.req("R151")
def test_each_notice_has_a_letter_of_its_name_roles_that_are_there_and_an_event_of_its_own() -> None:
    assert {kind.name for kind in KINDS} <= set(CATALOGUE)
    assert all(kind.roles <= set(ROLES) for kind in KINDS)
    assert len({kind.event for kind in KINDS}) == len(KINDS)


def test_who_is_told_depends_on_role_person_and_kind() -> None:
    assert readers(told(Kind.RECHARGE_PAID)) == [(ACME, INES, "recharge", 1)]
    assert readers(told(Kind.PASSWORD_CHANGED, INES, None)) == [(NOBODY, INES, "password_changed", 1)]
    assert readers(told(Kind.PASSWORD_CHANGED, UserId(UUID(int=77)), None)) == []
    assert readers(told(Kind.PROFILE_CHANGED, ACME)) == [(NOBODY, INES, "profile_changed", 1)]
    assert readers(told(Kind.PASSWORD_CHANGED, None, None)) == []
    assert readers(told(Kind.CONNECTOR_PAUSED, account=None)) == [(NOBODY, ROOT, "connector_paused", 1)]
    assert readers(told(Kind.RECHARGE_PAID, account=None)) == []
    assert readers(told(Kind.CAMPAIGN_STARTED)) == []
    other = AccountId(UUID(int=5))
    assert readers(told(Kind.RECHARGE_PAID, account=other)) == []


def test_only_what_counts_is_told() -> None:
    assert readers(told(Kind.CREDITS_GRANTED, amount=-5)) == []
    assert readers(told(Kind.CREDITS_GRANTED, amount=5)) == [(ACME, INES, "bonus", 1)]
    assert readers(told(Kind.STORE_CREATED, state="open")) == []
    assert readers(told(Kind.STORE_CREATED, state="waiting")) == [(NOBODY, ROOT, "store_waiting", 1)]


@pytest.mark.req("R97")
def test_jobs_tell_who_started_them_if_they_took_long_or_were_asked_to() -> None:
    def starts(job: JobLore) -> list[UUID]:
        return [reader for _, reader, _, _ in readers(told(Kind.JOB_FINISHED), of=lore(jobs={THEM: job}))]

    assert starts(JobLore(BOB, is_told=False, took=timedelta(minutes=2))) == [BOB]
    assert starts(JobLore(BOB, is_told=False, took=timedelta(minutes=1))) == []
    assert starts(JobLore(BOB, is_told=True, took=timedelta())) == [BOB]
    assert starts(JobLore(None, is_told=True, took=timedelta(hours=1))) == []
    assert readers(told(Kind.JOB_FINISHED, None)) == []


def test_a_choice_wins_but_not_over_what_guards_a_person() -> None:
    off = lore(choices={(ACME, INES, "recharge"): "off", (NOBODY, INES, "password_changed"): "off"})
    assert readers(told(Kind.RECHARGE_PAID), of=off) == []
    assert readers(told(Kind.PASSWORD_CHANGED, INES, None), of=off) == [(NOBODY, INES, "password_changed", 1)]
    (row,) = fold([told(Kind.RECHARGE_PAID)], lore(choices={(ACME, INES, "recharge"): "hourly"}), NOW)
    assert row.due_at == NOW + timedelta(hours=1)


@pytest.mark.req("R66")
def test_texts_go_to_the_address_that_agreed_and_to_people_who_chose_so() -> None:
    texts = {THEM: TextLore("34600000002", "34600000001", "Hi\nthere")}
    quiet = lore(texts=texts)
    assert readers(told(Kind.TEXT_RECEIVED), of=quiet) == []
    assert wants_texts(quiet) == set()
    boxed = lore(texts=texts, inboxes={ACME: ("desk@example.com", "es")})
    assert readers(told(Kind.TEXT_RECEIVED), of=boxed) == [(ACME, ACME, "text_received", 1)]
    assert wants_texts(boxed) == {ACME}
    chosen = lore(texts=texts, choices={(ACME, INES, "text_received"): "at_once", (ACME, BOB, "bonus"): "daily"})
    assert wants_texts(chosen) == {ACME}
    (row,) = fold([told(Kind.TEXT_RECEIVED)], chosen, NOW)
    assert (row.reader_id, row.items[0]["text"]) == (INES, "Hi\nthere")
    assert readers(told(Kind.TEXT_RECEIVED), of=lore(inboxes=boxed.inboxes)) == []
    assert readers(told(Kind.TEXT_RECEIVED, None), of=chosen) == []


def test_a_storm_is_one_row_that_keeps_the_first_few() -> None:
    events = [told(Kind.SUBSCRIBER_OPTED_IN, number=str(number)) for number in range(100)]
    (row,) = fold(events, lore(programs={THEM: "Coffee"}), NOW)
    assert (row.count, len(row.items)) == (100, MOST_ITEMS)
    assert (row.items[0]["program"], row.items[0]["number"], row.items[0]["account"]) == ("Coffee", "0", "Acme")
    assert fold([told(Kind.SUBSCRIBER_OPTED_IN, None)], lore(), NOW)[0].items[0]["program"] == ""


def test_facts_are_plain_words() -> None:
    event = told(
        Kind.WEBHOOK_DISABLED,
        url="https://x.example",
        reason="took_nothing",
        by=None,
        on=True,
        off=False,
        of=[1, "a_b"],
    )
    (item,) = fold([event], lore(), NOW)[0].items
    assert (item["endpoint"], item["url"], item["reason"]) == ("https://x.example", "/developers", "took nothing")
    assert (item["by"], item["on"], item["off"], item["of"]) == ("", "yes", "no", "1, a b")


def row(kind: str, count: int, *items: dict[str, object]) -> Folded:
    made = [{"url": BY_NAME[kind].path, "account": "Acme", **item} for item in items]
    return Folded(ACME, INES, kind, count, made, NOW)


def test_little_is_told_apart_and_much_in_one_letter() -> None:
    gift: dict[str, object] = {"amount": 5_000_000}
    apart = letters_of([row("bonus", 2, gift, gift), row("credit_low", 1, {"balance": 1})], "es", "https://x")
    assert [kind for kind, _ in apart] == ["bonus", "bonus", "credit_low"]
    assert {facts["url"] for _, facts in apart} == {"https://x/billing"}
    ((kind, facts),) = letters_of([row("bonus", 7, gift, gift)], "es", "https://x")
    assert (kind, facts["count"], facts["more"], facts["url"]) == ("digest", 7, "y 5 más", "https://x/billing")
    mixed = [row("bonus", 2, gift, gift), row("spam_reported", 2, {"number": "1"}, {"number": "2"})]
    ((_, facts),) = letters_of(mixed, "xx", "https://x")
    assert (facts["url"], facts["more"]) == ("https://x/", "")
    assert str(facts["lines"]).splitlines()[0] == "• 5 credits were given."


def test_what_no_letter_can_be_made_of_is_left_out() -> None:
    assert letters_of([row("bonus", 1, {"amount": "much"})], "en", "https://x") == []
    assert letters_of([Folded(ACME, INES, "bonus", 9, [], NOW)], "en", "https://x") == []
    bare = Folded(ACME, INES, "bonus", 1, [{"amount": 1}], NOW)
    assert letters_of([bare], "en", "https://x")[0][1]["url"] == "https://x/"
