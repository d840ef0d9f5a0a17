"""A provider nobody knows, from its sample for curl to a request, by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commanding import Cable

SAMPLE = "curl -u me:pw https://sms.example.com/send -d to=34600000118 -d text=Hello -d uid=7"


@pytest.mark.req("R130", "R132")
def test_a_sample_becomes_settings_a_preview_and_a_connector(cable: Cable, tmp_path: Path) -> None:
    sample, kept = tmp_path / "sample.txt", tmp_path / "settings.json"
    sample.write_text(SAMPLE)
    described = cable("connector", "describe", str(sample), "--json").facts
    assert described["secrets"] == ["username", "password"]
    assert any("$$To" in note for note in described["notes"])
    settings = described["settings"]
    settings["payload"]["uid"] = "$$uid"
    kept.write_text(json.dumps(settings))

    lacking = cable("connector", "preview", str(kept), "--json").facts
    assert (lacking["request"], lacking["needs"]) == ("", ["uid"])
    shown = cable("connector", "preview", str(kept), "--values", '{"values": {"uid": 7}}').out
    assert "to=34600000118&text=Your+table+is+ready&uid=7" in shown
    assert "--user YOUR_USERNAME:YOUR_PASSWORD" in shown
    assert "Needs: uid" in shown

    secrets = ("--secret", "username", "--secret", "password")
    added = cable("connector", "add", "generic", "--settings", str(kept), *secrets, "--json", typed="me\npw\n").facts
    assert (added["kind"], added["tested_at"]) == ("generic", None)
