from __future__ import annotations

from pathlib import Path

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.runtime.settings import Settings
from cablegram.text.long_texts import advice, known, read, sides, standard

HEAD = "country,carrier,arrives,consulted,note"


@pytest.mark.req("R42")
def test_the_table_says_who_splits_long_texts_and_since_when_that_is_known() -> None:
    assert advice(standard()) == "Sprint may split them; AT&T, Verizon, T-Mobile deliver them whole"
    assert all(one.consulted.year >= 2026 and one.country == "US" for one in standard())


def test_advice_names_only_what_there_is() -> None:
    assert advice([]) == ""
    assert advice(read([HEAD, "ES,One,split,2026-11-22,"])) == "One may split them"
    assert advice(read([HEAD, "ES,One,whole,2026-11-22,so they say"])) == "One deliver them whole"


@pytest.mark.req("R42")
def test_an_operator_who_knows_better_has_a_table_of_his_own(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text(f"{HEAD}\nES,Uno,split,2026-11-22,\nES,Dos,whole,2026-11-22,\n")
    assert sides(known(file)) == ("Uno", "Dos")
    assert known(None) == standard()
    assert Settings.read({"CABLEGRAM_LONG_TEXTS": str(file)}).long_texts == file
    for bad in (tmp_path / "none.csv", Path(__file__)):
        with pytest.raises(InvalidInput, match="CSV file"):
            Settings.read({"CABLEGRAM_LONG_TEXTS": str(bad)})


@pytest.mark.parametrize("line", ["US,One,maybe,2026-11-22,", "US,One,whole,lately,"])
def test_a_row_that_is_none_is_no_table(line: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        read([HEAD, line])
