from __future__ import annotations

from pathlib import Path

import pytest

from commanding import Cable


@pytest.mark.usefixtures("acme")
def test_the_demo_touches_no_database_that_somebody_uses(cable: Cable, tmp_path: Path) -> None:
    refused = cable("demo", "--json", status=1)
    assert refused.error == "database_not_empty"
    assert not (tmp_path / "data").exists()
