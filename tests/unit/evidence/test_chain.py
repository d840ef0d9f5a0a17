"""The chain of consent without a database: whatever is done to it shows, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.evidence import canonical
from cablegram.evidence.model import Evidence, Head, Kind, Link, NewEvidence, Verified
from cablegram.evidence.standing import allowing
from cablegram.evidence.verifying import MOST_FAULTS, Checker, Row
from cablegram.kit.ids import AccountId, EvidenceId

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ACCOUNT = AccountId(UUID(int=1))
SALT = bytes(range(16))


def event(place: int = 1, **told: object) -> NewEvidence:
    plain = NewEvidence(
        ACCOUNT, "34600000118", "marketing", Kind.OPT_IN, "api", "key sk_test", NOW, id=EvidenceId(UUID(int=place))
    )
    return replace(plain, **told)  # pyright: ignore[reportArgumentType]


def chained(events: Sequence[NewEvidence]) -> list[Row]:
    """Write events into a chain, as the room does."""
    rows: list[Row] = []
    after = canonical.beginning(ACCOUNT)
    for seq, one in enumerate(events, 1):
        sealed = canonical.seal(SALT, one)
        public = canonical.public(one, sealed, NOW)
        its_hash = canonical.hashed(after, public)
        own = canonical.personal(one)
        rows.append(
            Row(seq, one.id, 1, after, its_hash, sealed, SALT, None, one.kind, one.count, one.digest, public, own)
        )
        after = its_hash
    return rows


def verified(rows: Sequence[Row], head: Head | None = None, expected: Head | None = None) -> Verified:
    checker = Checker(ACCOUNT, expected=expected)
    for row in rows:
        checker.look(row)
    return checker.close(head or (Head(rows[-1].seq, rows[-1].hash) if rows else None))


def faults(found: Verified) -> list[tuple[int, str]]:
    return [(one.seq, one.what) for one in found.faults]


def test_the_form_is_what_its_description_says() -> None:
    one = event(7, words="Get offers, à bientôt", words_version="2", said="YES", source="shop", count=None)
    its_seal = sha256(
        SALT + "11:34600000118,11:key sk_test,4:shop,23:Get offers, à bientôt,3:YES,-,-,".encode()
    ).digest()
    assert canonical.seal(SALT, one) == its_seal
    account, own = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000007"
    written = (
        f"20:cablegram evidence 1,36:{account},36:{own},16:1795334400000000,16:1795334400000000,9:marketing,"
        f"6:opt_in,3:api,-,1:2,-,-,-,-,-,64:{its_seal.hex()},"
    )
    first = sha256(f"cablegram evidence of {account}".encode()).digest()
    assert canonical.beginning(ACCOUNT) == first
    assert canonical.hashed(first, canonical.public(one, its_seal, NOW)) == sha256(first + written.encode()).digest()


def test_a_digest_of_numbers_does_not_depend_on_their_order() -> None:
    assert canonical.digest_of(["34600000118", "1"]) == sha256(b"1,34600000118").digest()
    assert canonical.digest_of_ids(["b", "a"]) == sha256(b"b,a,").digest()


def test_a_chain_that_nobody_touched_is_as_it_was_written() -> None:
    rows = chained([event(place, message_id=UUID(int=9), text_id=UUID(int=8), follows=UUID(int=7)) for place in (1, 2)])
    found = verified(rows, expected=Head(1, rows[0].hash))
    assert (found.is_ok, found.rows, found.head) == (True, 2, Head(2, rows[1].hash))
    assert verified([]).is_ok


def _resealed(row: Row, **change: str) -> Row:
    """Change what a row says and make its hash anew, as somebody would who knows how."""
    public = tuple(change.get(part or "", part) for part in row.public)
    return row._replace(public=public, hash=canonical.hashed(row.after, public))


_OTHER_BEFORE = "was written behind another row"
TAMPERED: dict[str, tuple[Callable[[list[Row]], list[Row]], list[tuple[int, str]]]] = {
    "a row says something else": (
        lambda rows: [rows[0], rows[1]._replace(public=("x", *rows[1].public[1:])), rows[2]],
        [(2, "what it says is not what was written")],
    ),
    "a row tells of somebody else": (
        lambda rows: [rows[0], rows[1]._replace(personal=("1", *rows[1].personal[1:])), rows[2]],
        [(2, "who, by whom")],
    ),
    "a row was changed with its hash": (
        lambda rows: [rows[0], _resealed(rows[1], api="text"), rows[2]],
        [(3, _OTHER_BEFORE)],
    ),
    "a row is missing": (lambda rows: [rows[0], rows[2]], [(2, "the row is missing")]),
    "rows are missing": (lambda rows: [rows[2]], [(1, "the rows up to 2 are missing")]),
    "two rows stand in each other's place": (
        lambda rows: [rows[0], rows[2]._replace(seq=2), rows[1]._replace(seq=3)],
        [(2, _OTHER_BEFORE), (3, _OTHER_BEFORE), (3, "the end of the chain")],
    ),
    "a row is of a form of the future": (lambda rows: [rows[0], rows[1]._replace(form=9), rows[2]], [(2, "a form")]),
    "a row was emptied in silence": (
        lambda rows: [rows[0], rows[1]._replace(salt=None, personal=(None,) * 7), rows[2]],
        [(2, "no event of the chain says so")],
    ),
    "a row was emptied by an event that never was": (
        lambda rows: [
            rows[0],
            rows[1]._replace(salt=None, personal=(None,) * 7, erased_in=EvidenceId(UUID(int=5))),
            rows[2],
        ],
        [(2, "no event of the chain says so")],
    ),
    "an emptied row still tells of somebody": (
        lambda rows: [rows[0], rows[1]._replace(salt=None), rows[2]],
        [(2, "still tells of a person"), (2, "no event of the chain says so")],
    ),
}


@pytest.mark.parametrize(("change", "said"), TAMPERED.values(), ids=TAMPERED.keys())
def test_it_is_named_when(change: Callable[[list[Row]], list[Row]], said: list[tuple[int, str]]) -> None:
    rows = chained([event(place) for place in (1, 2, 3)])
    found = verified(change(rows), Head(3, rows[2].hash))
    assert [seq for seq, _ in faults(found)] == [seq for seq, _ in said]
    assert all(part in what for (_, what), (_, part) in zip(faults(found), said, strict=True))


def test_the_end_can_not_be_cut_off() -> None:
    rows = chained([event(place) for place in (1, 2, 3)])
    kept = Head(3, rows[2].hash)
    assert faults(verified(rows[:2], kept)) == [(3, "the row is missing")]
    assert faults(verified(rows[:2], expected=kept)) == [(3, "the row is missing")]
    (fault,) = verified(rows, Head(3, bytes(32))).faults
    assert fault.what == "the end of the chain is not noted as what it is"
    (fault,) = verified(rows, expected=Head(2, bytes(32))).faults
    assert (fault.seq, fault.what) == (2, "its hash is not the one that was kept elsewhere")


def test_of_many_faults_the_first_are_described() -> None:
    rows = [row._replace(hash=bytes(32)) for row in chained([event(place) for place in range(1, 31)])]
    found = verified(rows)
    assert found.count == 30 + 29
    assert len(found.faults) == MOST_FAULTS


def test_an_event_answers_for_the_rows_that_were_emptied() -> None:
    gone = event(1)
    rows = chained([gone, event(2, kind=Kind.ERASED, count=1, digest=canonical.digest_of_ids([str(gone.id)]))])
    rows[0] = rows[0]._replace(salt=None, personal=(None,) * 7, erased_in=rows[1].id)
    assert verified(rows).is_ok
    more = chained(
        [gone, event(2), event(3, kind=Kind.ERASED, count=1, digest=canonical.digest_of_ids([str(gone.id)]))]
    )
    more[:2] = [row._replace(salt=None, personal=(None,) * 7, erased_in=more[2].id) for row in more[:2]]
    assert faults(verified(more)) == [(3, "other rows were emptied than it says")]


@settings(max_examples=60)
@given(data=st.data())
def test_one_byte_changed_anywhere_is_found(data: st.DataObject) -> None:
    texts = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
    told = st.fixed_dictionaries({"words": texts, "said": texts, "source": texts, "url": texts, "before": texts})
    events = [event(place, **one) for place, one in enumerate(data.draw(st.lists(told, min_size=1, max_size=6)), 1)]
    rows = chained(events)
    assert verified(rows).is_ok
    place = data.draw(st.integers(0, len(rows) - 1))
    row = rows[place]
    column = data.draw(st.sampled_from(["public", "personal", "after", "hash", "sealed", "salt"]))
    held = getattr(row, column)
    if column in {"public", "personal"}:
        part = data.draw(st.integers(0, len(held) - 1))
        changed: object = (*held[:part], (held[part] or "") + "x", *held[part + 1 :])
    else:
        at = data.draw(st.integers(0, len(held) - 1))
        changed = held[:at] + bytes([held[at] ^ 1]) + held[at + 1 :]
    rows[place] = row._replace(**{column: changed})
    found = verified(rows, Head(len(rows), chained(events)[-1].hash))
    assert not found.is_ok
    assert {one.seq for one in found.faults} <= {place + 1, place + 2}


def stands(seq: int, kind: Kind, scope: str = "marketing", before: str = "", minute: int = 0) -> Evidence:
    told = event(seq, kind=kind, scope=scope, before=before)
    return Evidence(told, Link(seq, 1, b"", b"", b"", SALT), NOW + timedelta(minutes=minute), None)


def test_a_yes_allows_from_its_moment_to_the_no() -> None:
    yes, no = stands(1, Kind.OPT_IN), stands(2, Kind.OPT_OUT, "everything", minute=5)
    assert allowing([], "marketing") is None
    assert allowing([no, yes], "marketing") is None
    assert allowing([no, yes], "marketing", at=NOW) is yes
    assert allowing([no, yes], "marketing", at=NOW - timedelta(minutes=1)) is None
    assert allowing([yes], "another program") is None
    assert allowing([yes, stands(2, Kind.NOT_KNOWN)], "marketing") is None
    assert allowing([yes, stands(2, Kind.REMINDED)], "marketing") is yes


@pytest.mark.req("R62")
def test_a_start_brings_back_what_the_stop_took_and_no_more() -> None:
    no = stands(2, Kind.OPT_OUT, "everything")
    back = stands(3, Kind.OPT_IN, "everything", before="subscribed")
    assert allowing([stands(1, Kind.OPT_IN), no, back], "marketing") is back
    assert allowing([no, stands(3, Kind.OPT_IN, "everything")], "marketing") is None
    assert allowing([stands(1, Kind.OPT_IN), stands(2, Kind.CHANGED)], "marketing") is not None
    moved = stands(3, Kind.CHANGED, before="subscribed")
    assert allowing([no, moved], "marketing") is moved


@pytest.mark.req("R91")
def test_what_an_account_barred_and_lets_go_is_as_it_was() -> None:
    yes, let_go = stands(1, Kind.OPT_IN), stands(3, Kind.RESUMED, "everything")
    assert allowing([yes, stands(2, Kind.OPT_OUT, "everything"), let_go], "marketing") is yes
    assert allowing([yes, stands(2, Kind.OPT_OUT, "everything", before="subscribed"), let_go], "marketing") is None
    assert allowing([yes, stands(2, Kind.OPT_OUT), let_go], "marketing") is None
    assert allowing([yes, let_go], "marketing") is yes
