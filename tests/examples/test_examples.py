"""What docs and demo say of the examples is true, and the committed files are those that their makers make."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import phonenumbers
import pytest

from cablegram.numbers.e164 import BadNumber, parse_many
from cablegram.templates.render import Template
from cablegram.text.segments import measure

ROOT = Path(__file__).resolve().parents[2]
MOBILE = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}


def maker(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def kind(number: str) -> str:
    if not number:
        return "missing"
    if not number[1:].isdigit():
        return "letters"
    parsed = phonenumbers.parse(number) if len(number) > 5 else None
    if parsed is None or len(number) > 16 or not phonenumbers.is_valid_number(parsed):
        return "too long" if len(number) > 14 else "too short"
    return "mobile" if phonenumbers.number_type(parsed) in MOBILE else "landline"


def price_of(number: str, tariff: dict[str, str]) -> str | None:
    return next((tariff[number[1:end]] for end in range(len(number), 1, -1) if number[1:end] in tariff), None)


@pytest.fixture(scope="module")
def contacts() -> list[list[str]]:
    return read(ROOT / "examples" / "contacts.csv")[1:]


@pytest.fixture(scope="module")
def tariff() -> list[list[str]]:
    return read(ROOT / "cablegram" / "billing" / "demo_tariff.csv")[1:]


def test_the_makers_make_the_committed_files_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contacts: list[list[str]], tariff: list[list[str]]
) -> None:
    out = tmp_path / "contacts.csv"
    monkeypatch.setattr(sys, "argv", ["make_contacts.py", "--out", str(out)])
    maker("make_contacts").main()
    assert out.read_bytes() == (ROOT / "examples" / "contacts.csv").read_bytes()
    assert [list(row) for row in maker("make_tariffs").rows()] == tariff
    assert len(contacts) == 10_000


def test_the_bad_rows_are_those_that_the_readme_counts(contacts: list[list[str]]) -> None:
    kinds = Counter(kind(row[0]) for row in contacts)
    bad = {"missing": 7, "letters": 7, "too short": 7, "too long": 7, "landline": 7}
    assert kinds == {**bad, "mobile": 9_965}
    assert len({row[0] for row in contacts if kind(row[0]) == "mobile"}) == 9_958


def test_the_product_finds_the_same_bad_rows(contacts: list[list[str]]) -> None:
    verdicts = parse_many([row[0] for row in contacts], "ES")
    codes = Counter(verdict.code for verdict in verdicts if isinstance(verdict, BadNumber))
    assert codes == {"number_invalid": 21, "number_too_long": 7, "number_landline": 7}


def test_only_greenland_and_tonga_have_no_price(contacts: list[list[str]], tariff: list[list[str]]) -> None:
    prices = {row[0]: row[3] for row in tariff}
    assert len(prices) == len(tariff)
    assert len({row[1] for row in tariff}) >= 200
    without = [row[0] for row in contacts if kind(row[0]) == "mobile" and price_of(row[0], prices) is None]
    assert len(without) == 60
    assert {number[:4] for number in without} == {"+299", "+676"}


def test_each_script_of_the_carrier_is_called_for_three_times(contacts: list[list[str]]) -> None:
    endings = Counter({row[0]: int(row[0][-4:]) for row in contacts if kind(row[0]) == "mobile"}.values())
    assert {end: n for end, n in endings.items() if 9001 <= end <= 9099} == dict.fromkeys(range(9001, 9031), 3)


def test_the_texts_have_one_to_three_segments_in_both_alphabets(
    contacts: list[list[str]], tariff: list[list[str]]
) -> None:
    prices = {row[0]: row[3] for row in tariff}
    template = Template((ROOT / "examples" / "template.txt").read_text(encoding="utf-8"))
    header = read(ROOT / "examples" / "contacts.csv")[0]
    people = {row[0]: row for row in contacts if kind(row[0]) == "mobile" and price_of(row[0], prices)}
    texts = [template.render(dict(zip(header, row, strict=True))) for row in people.values()]
    sizes = Counter((found.encoding.value, found.segments) for found in map(measure, texts))
    assert sizes == {
        ("gsm0338", 1): 2_989,
        ("gsm0338", 2): 738,
        ("gsm0338", 3): 421,
        ("ucs2", 1): 2_948,
        ("ucs2", 2): 2_253,
        ("ucs2", 3): 549,
    }
