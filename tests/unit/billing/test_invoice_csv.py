from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cablegram.billing import invoice_csv
from cablegram.billing.reconciling import Line
from cablegram.kit.errors import InvalidInput, TooLarge


def read(data: str, **chosen: str) -> list[Line]:
    reader = invoice_csv.Reader(chosen)
    for place in range(0, len(data), 7):
        reader.feed(data.encode()[place : place + 7])
    return reader.close()


def test_columns_are_known_by_their_usual_names() -> None:
    (line,) = read("Message-ID,Destination,Date,Parts,Price\nab,+34 600 000 118,2026-11-22 09:30:00,2,0.0130000\n")
    assert line == Line(2, "ab", "34600000118", datetime(2026, 11, 22, 9, 30, tzinfo=UTC), 2, 13_000)


def test_columns_can_be_chosen_and_spreadsheets_write_commas() -> None:
    (line,) = read(
        "Nr;Ziel;Wann;Preis\n7;0034600000118;1763800200;0,013\n", id="nr", number="Ziel", time="wann", amount="PREIS"
    )
    assert (line.provider_id, line.number, line.segments, line.amount) == ("7", "34600000118", None, 13_000)
    assert line.at == datetime.fromtimestamp(1763800200, UTC)


def test_a_zone_is_heeded_and_what_is_empty_is_not_known() -> None:
    (first, second) = read("id,to,time\na,1,2026-11-22T10:30:00+01:00\nb\n")
    assert first.at == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert second == Line(3, "b", "", None, None, None)


@pytest.mark.parametrize(
    ("data", "chosen", "code"),
    [
        ("what,ever\n1,2\n", {}, "bad_invoice_columns"),
        ("to,price\n1,2\n", {}, "bad_invoice_columns"),
        ("id\n1\n", {"number": "Ziel"}, "bad_invoice_columns"),
        ("id\n", {}, "bad_invoice"),
        ("", {}, "bad_invoice"),
    ],
)
def test_a_file_that_can_not_be_compared_says_why(data: str, chosen: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(data, **chosen)
    assert caught.value.code == code


def test_every_bad_line_is_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        read(
            "id,time,segments,price\na,yesterday,1,1\nb,,two,1\nc,,1,free\nd,,1,1\ne,99999999999999999,1,1\n"
            "f,0001-01-01T00:00:00+05:00,1,1\n"
        )
    assert [fault.field for fault in caught.value.faults] == [f"lines.{n}" for n in (2, 3, 4, 6, 7)]
    with pytest.raises(InvalidInput) as caught:
        read("id,time\n" + "a,yesterday\n" * 101)
    assert len(caught.value.faults) == 100


def test_an_endless_invoice_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invoice_csv, "MOST_LINES", 2)
    with pytest.raises(TooLarge):
        read("id\na\nb\nc\n")
