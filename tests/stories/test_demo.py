"""The demo as a process: what it reports is what its rows make, counted here once more by other means."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from cablegram.templates.render import Template
from cablegram.text.segments import measure
from commanding import ROOT, said

EXAMPLES = ROOT / "examples"
ROWS = 290
WITHOUT_TARIFF = ("+299", "+676")
# The simulated carrier refuses these at once, whatever its seed; what is refused at once costs nothing.
REFUSED = ("9004", "9010", "9011", "9012")
# The person stands in the file twice, the better name last.
AGAIN = "+33670489109,Bénédicte,Nîmes,K2475,2 x tea,9.95 €\n"


def some(folder: Path) -> tuple[Path, dict[str, dict[str, str]], int]:
    """Write a part of the examples; return the file, its good rows by number, and how many bad rows it has."""
    lines = (EXAMPLES / "contacts.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    bad = [lines[at - 1] for at in (848, 922, 1291, 2260, 3327)]  # too short, none, too long, letters twice
    without = [line for line in lines if line.startswith(WITHOUT_TARIFF)][:4]
    scripted = [line for line in lines if line.partition(",")[0].endswith((*REFUSED, "9002", "9003", "9007"))]
    good = [*dict.fromkeys(line for line in [*lines[1:ROWS], *without, *scripted] if line not in bad), AGAIN]
    path = folder / "some.csv"
    path.write_text("".join([lines[0], *good[:100], *bad, *good[100:]]), encoding="utf-8")
    rows = {row["number"]: row for row in csv.DictReader([lines[0], *good])}
    return path, rows, len(bad)


def prices() -> dict[str, int]:
    with (ROOT / "cablegram" / "billing" / "demo_tariff.csv").open(encoding="utf-8") as file:
        return {row["prefix"]: round(float(row["price"]) * 1_000_000) for row in csv.DictReader(file)}


def price_of(number: str, tariff: dict[str, int]) -> int | None:
    return next((tariff[number[1:end]] for end in range(len(number), 1, -1) if number[1:end] in tariff), None)


@pytest.mark.req("R16", "R17", "R18", "R87")
def test_the_demo_accounts_for_each_row_of_its_file(tmp_path: Path) -> None:
    path, rows, bad = some(tmp_path)
    template = Path(EXAMPLES / "template.txt")
    data = tmp_path / "data"
    facts = said(data, "demo", "--contacts", path, "--template", template, "--json").facts

    sent = {number: row for number, row in rows.items() if not number.startswith(WITHOUT_TARIFF)}
    text, tariff = Template(template.read_text(encoding="utf-8")), prices()
    segments = {number: measure(text.render(row)).segments for number, row in sent.items()}
    cost = {number: count * (price_of(number, tariff) or 0) for number, count in segments.items()}
    refunded = sum(cost[number] for number in sent if number.endswith(REFUSED))

    assert facts["audit"] == "ok"
    assert facts["imported"]["people"] == len(rows)
    assert (facts["imported"]["skipped"], facts["imported"]["duplicates"]) == (bad, 1)
    assert facts["imported"]["rows"] == len(rows) + bad + 1
    states = Counter[str](facts["by_state"])
    assert states.total() == len(rows)
    assert facts["skipped"] == {"no_tariff": len(rows) - len(sent)} == {"no_tariff": states["skipped"]}
    assert sum(facts["by_country"].values()) == len(sent)
    assert (facts["segments"], facts["charged"]) == (sum(segments.values()), sum(cost.values()))
    # Refused at once gives the credits back; the carrier may refuse others too, by chance.
    assert 0 < refunded <= facts["refunded"]
    assert states["rejected"] >= sum(number.endswith(REFUSED) for number in sent)
    assert states["undelivered"] >= sum(number.endswith("9002") for number in sent) > 0
    assert states["expired"] >= sum(number.endswith("9003") for number in sent) > 0
    assert not data.exists(), "the demo leaves its folder behind"


def test_a_demo_of_a_file_without_numbers_first_ends_with_the_reason_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "turned.csv"
    path.write_text("first_name,number\nAna,+34661319196\n")
    data = tmp_path / "data"
    heard = said(data, "demo", "--contacts", path, status=1)
    assert heard.error == "csv_number_not_first"
    assert "Line 1: the first column is 'first_name', not 'number'." in heard.err
    assert not data.exists()


def test_a_demo_never_takes_a_folder_with_something_in_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "secret.key").write_text("not to be lost")
    assert said(data, "demo", status=1, is_apart=False).error == "data_dir_not_empty"
    assert (data / "secret.key").read_text() == "not to be lost"


def test_a_demo_without_its_file_says_so_at_once(tmp_path: Path) -> None:
    heard = said(tmp_path / "data", "demo", "--contacts", tmp_path / "none.csv", status=1, is_apart=False)
    assert heard.error == "file_not_found"
    assert not (tmp_path / "data").exists()
