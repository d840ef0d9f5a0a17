from __future__ import annotations

from pathlib import Path

import pytest

from commanding import Cable


@pytest.mark.usefixtures("acme")
def test_segments_are_saved_counted_shown_changed_and_deleted(cable: Cable, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("number,city\n+34600000001,Madrid\n+34600000002,Vigo\n")
    cable("import", str(file), "--list", "Customers")
    made = cable("segment", "create", "Madrid", "city = madrid", "--json").facts
    assert (made["filter"], made["count"]) == ("city = madrid", 1)
    assert cable("segment", "count", "--filter", "list = Customers").out.strip() == "2 people."
    assert cable("segment", "count", "MADRID").out.strip() == "1 person."
    assert "+34600000001" in cable("segment", "show", made["id"]).out
    assert "Did you mean 'city'?" in cable("segment", "count", "--filter", "citi = a", status=1).err
    changed = cable("segment", "change", "Madrid", "--filter", "country = ES", "--name", "Spain").out
    assert "The segment Spain is changed: country = ES" in changed
    assert "Spain" in cable("segment", "list").out
    assert "is deleted" in cable("segment", "delete", "Spain").out
    assert cable("segment", "list").out.strip() == "There are no segments."
    assert "segment_not_found" in cable("segment", "show", "Spain", status=1).err
