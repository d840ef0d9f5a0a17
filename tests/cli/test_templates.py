from __future__ import annotations

import pytest

from commanding import Cable


@pytest.mark.req("R85", "R86", "R45", "R42")
@pytest.mark.usefixtures("acme")
def test_templates_are_saved_changed_shown_and_deleted_and_texts_are_looked_at(cable: Cable) -> None:
    made = cable("template", "create", "ready", "--text", "Hello {{ name }}, it’s ready", "--json").facts
    assert [(one["code"], one["place"]) for one in made["warnings"]] == [("lone_character", 21), ("no_opt_out_hint", 0)]
    changed = cable("template", "change", "ready", "--text", "Hi {{ name }}", "--class", "otp", "--json").facts
    assert (changed["text"], changed["warnings"]) == ("Hi {{ name }}", [])
    (shown,) = cable("template", "preview", "READY", "--to", "+34600000118", "--var", "name=Łuk", "--json").facts
    assert (shown["text"], shown["encoding"], shown["to"]) == ("Hi Łuk", "ucs2", "+34600000118")
    assert [one["name"] for one in cable("template", "list", "--json").facts] == ["ready"]
    assert (
        "would go"
        in cable("simulate", "--template", "ready", "--var", "name=Ana", "--to", "+34600000118", "--from", "Acme").out
    )

    assert cable("account", "segments", "Acme", "flat160", "--json").facts["segment_profile"] == "flat160"
    measured = cable("simulate", "--text", "a" * 320, "--country", "es", "--json").facts
    assert (measured["segments"], measured["billed_segments"]) == (3, 3)
    for_acme = cable("simulate", "--text", "a" * 320, "--country", "es", "--account", "Acme", "--json").facts
    assert (for_acme["segments"], for_acme["billed_segments"]) == (3, 2)
    picture = ("--media-url", "https://example.com/a.png")
    assert "media_not_carried" in cable("send", "--to", "+34600000118", "--text", "Hello", *picture, status=1).err

    assert "is deleted" in cable("template", "delete", "ready").out
    assert cable("template", "list").out.strip() == "There is no template yet."
