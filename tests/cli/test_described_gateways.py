"""A provider nobody knows, from its sample for curl to a request, by the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cablegram.simulators.provider.described.generic import Generic
from cablegram.simulators.provider.shape import Credentials
from commanding import Cable
from providers_generic import in_a_thread

ALLOWED = {"CABLEGRAM_ALLOW_PRIVATE_PROVIDERS": "127.0.0.1"}

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


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Give the address of a simulated MSG91, among others, in a thread: the commands under test have this one."""
    with in_a_thread(Generic(Credentials())) as url:
        yield url


@pytest.mark.req("R128", "R134", "R139")
def test_a_preset_is_tried_out_and_says_request_answer_and_verdict(cable: Cable, provider: str) -> None:
    key = ("--set", f"base_url={provider}", "--secret", "authkey")
    cable("connector", "add", "generic", "--preset", "msg91", *key, typed="simulated-secret\n", variables=ALLOWED)
    test = ("connector", "test", "msg91", "--to", "+919812340001")
    lacking = cable(*test, status=1, variables=ALLOWED)
    assert "TemplateID" in lacking.err
    said = cable(*test, "--template", "T1", "--value", "VAR1=Ana", variables=ALLOWED).out
    assert "> POST" in said
    assert '"recipients":[{"VAR1":"Ana","mobiles":"919812340001"}]' in said
    assert '"type":"success"' in said
    assert "Verdict: taken" in said
    assert "simulated-secret" not in said
