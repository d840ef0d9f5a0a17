from __future__ import annotations

import msgspec

from cablegram.campaigns.counted import MOST_LINES, OTHERS, Answered, Counted
from cablegram.campaigns.percentiles import Delays
from cablegram.kit.ids import ConnectorId, uuid7
from cablegram.messages.model import State

D, U, K = State.DELIVERED, State.UNDELIVERED, State.SKIPPED
CABLE = ConnectorId(uuid7())

COUNTED = Counted(
    cells=[
        ("country", "PT", D, None, 4, 400, 8),
        ("country", "ES", D, None, 10, 1_000, 10),
        ("country", "ES", U, None, 2, 200, 2),
        ("country", "ES", K, None, 3, 0, 3),
        ("country", "GB", K, None, 1, 0, 1),
        ("segments", "10", D, None, 1, 100, 10),
        ("segments", "2", D, None, 13, 1_300, 26),
        ("variant", "1", D, None, 7, 700, 7),
        ("variant", "0", U, None, 2, 200, 2),
        ("reason", "opted_out", K, None, 1, 0, 1),
        ("reason", "blacklisted", K, None, 3, 0, 3),
        ("reason", "absent", U, None, 2, 200, 2),
        ("all", "", D, 180, 9, 0, 0),
        ("all", "", D, 200, 5, 0, 0),
        ("country", "ES", D, 180, 9, 0, 0),
        ("country", "ES", D, 200, 1, 0, 0),
    ],
    answers=[Answered("ES", 1, 5, 1), Answered("PT", 0, 2, 0), Answered("IT", None, 1, 1)],
    rates={CABLE: 31.5},
)


def test_lines_are_sums_of_what_has_something_in_common_the_largest_first() -> None:
    spain, portugal, britain = COUNTED.lines("country")
    assert (spain.value, spain.messages, spain.delivered, spain.segments, spain.charged) == ("ES", 12, 10, 12, 1_200)
    assert spain.counts == {D: 10, U: 2, K: 3}
    assert (spain.replies, spain.opt_outs) == (5, 1)
    assert spain.delays == Delays({180: 9, 200: 1})
    assert (portugal.value, portugal.messages, portugal.delays, portugal.replies) == ("PT", 4, None, 2)
    assert (britain.value, britain.messages, britain.counts) == ("GB", 0, {K: 1})


def test_lines_of_numbers_stand_in_their_order() -> None:
    assert [line.value for line in COUNTED.lines("segments")] == ["2", "10"]
    first, second = COUNTED.lines("variant")
    assert [(line.value, line.messages, line.replies, line.opt_outs) for line in (first, second)] == [
        ("0", 2, 2, 0), ("1", 7, 5, 1),
    ]  # fmt: skip
    assert COUNTED.lines("sender") == []


def test_states_and_reasons_and_delays_of_all_are_told() -> None:
    assert COUNTED.states == {D: 14, U: 2, K: 4}
    assert COUNTED.reasons == {K: {"blacklisted": 3, "opted_out": 1}, U: {"absent": 2}}
    assert list(COUNTED.reasons[K]) == ["blacklisted", "opted_out"]
    assert COUNTED.delays() == Delays({180: 9, 200: 5})


def test_what_is_beyond_the_longest_table_goes_together() -> None:
    many = Counted([("sender", f"S{n:04}", D, None, 1, 7, 2) for n in range(MOST_LINES + 41)])
    lines = many.lines("sender")
    assert len(lines) == MOST_LINES
    assert (lines[-1].value, lines[-1].messages, lines[-1].delivered, lines[-1].segments) == (OTHERS, 42, 42, 84)
    assert (lines[-1].charged, lines[-1].counts) == (42 * 7, {D: 42})


def test_what_is_kept_is_read_as_it_was_written() -> None:
    assert msgspec.json.decode(msgspec.json.encode(COUNTED), type=Counted) == COUNTED
