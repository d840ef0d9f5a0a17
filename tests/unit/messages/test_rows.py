"""What rows share is written once; what comes out is as if each had been written alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.consent.timing import When
from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, MessageId, PostingId
from cablegram.messages import rows
from cablegram.messages.model import Draft, MessageClass, Refusal, Waiting
from cablegram.text.encoding import Encoding

NOW = datetime(2026, 1, 15, tzinfo=UTC)
HEAD, END = 19, 2  # bytes of a block before and after its rows
IDS = [UUID(int=n) for n in range(1, 4)]
REFUSALS = [Refusal("no_tariff", "There is none."), Refusal("number_invalid", "That is none.")]
TIMES = [None, None, When(None, NOW), When(NOW, None, "schedule"), When(NOW, NOW, "quiet_hours")]

ids = st.sampled_from(IDS)
drafts = st.builds(
    Draft,
    account_id=ids.map(AccountId),
    to=st.just("600 000 118"),
    text=st.sampled_from(["Hello", "Grüße", "Привет"]),
    message_class=st.sampled_from(MessageClass),
    client_ref=st.sampled_from([None, "booking-17"]),
    campaign_id=st.none() | ids.map(CampaignId),
    number=st.sampled_from(["", "34600000118"]),
    country=st.sampled_from(["ES", "US"]),
    encoding=st.sampled_from(Encoding),
    segments=st.integers(1, 255),
    source=st.sampled_from(["Acme", "Tests"]),
    connector_id=ids.map(ConnectorId),
    price=st.integers(0, 10**12),
    id=ids.map(MessageId),
    posting_id=st.none() | ids.map(PostingId),
    refusal=st.sampled_from([None, None, *REFUSALS]),
    when=st.sampled_from(TIMES),
)
places = st.builds(
    Waiting,
    ids.map(MessageId),
    ids.map(AccountId),
    st.none() | ids.map(CampaignId),
    ids.map(ConnectorId),
    st.sampled_from(MessageClass),
    st.integers(1, 255),
    st.none() | st.integers(1, 10**15),
    st.sampled_from(TIMES),
)


def messages(batch: Sequence[Draft]) -> bytes:
    return b"".join(rows.of_messages(batch, NOW))


def one_by_one(blocks: Sequence[bytes]) -> bytes:
    return blocks[0][:HEAD] + b"".join(block[HEAD:-END] for block in blocks) + blocks[0][-END:]


@settings(max_examples=50)
@given(st.lists(drafts, min_size=1, max_size=6))
def test_messages_of_a_mixed_batch_are_each_written_whole(batch: list[Draft]) -> None:
    assert messages(batch) == one_by_one([messages([one]) for one in batch])


def test_a_large_batch_is_written_in_pieces_that_together_are_all_of_it() -> None:
    one = Draft(AccountId(IDS[0]), "600 000 118", "Hello", number="34600000118", id=MessageId(IDS[1]), segments=1)
    batch = [one] * 1_100
    assert len(list(rows.of_messages(batch, NOW))) > 2
    assert messages(batch) == one_by_one([messages([one])] * len(batch))


@settings(max_examples=50)
@given(st.lists(places, min_size=1, max_size=6))
def test_places_of_a_mixed_batch_are_each_written_whole(batch: list[Waiting]) -> None:
    assert rows.of_queue(batch) == one_by_one([rows.of_queue([one]) for one in batch])
    held = [(one, NOW if place % 2 else None, place % 3 == 0) for place, one in enumerate(batch)]
    assert rows.of_held(held) == one_by_one([rows.of_held([one]) for one in held])


@pytest.mark.parametrize(("last", "place"), [(0, 0), (5, 5), (1023, 1023), (1024, 0), (1029, 5)])
def test_the_end_of_an_account_s_id_says_which_share_is_its_own(last: int, place: int) -> None:
    assert rows.share(AccountId(UUID(int=(7 << 100) | last))) == place
