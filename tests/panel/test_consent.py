"""The consent of one person in the panel: what is recorded, its proof as files, and a look at the whole ledger."""

from __future__ import annotations

from books import rows
from browsing import Person
from cablegram.runtime.runtime import Runtime

ANA = "34600000118"


async def test_consent_is_shown_taken_along_and_verified(rt: Runtime, operator: Person) -> None:
    await operator.open("/contacts/blacklist")
    await operator.submit("/contacts/blacklist", {"number": f"+{ANA}", "note": "asked by letter"})
    here = f"/contacts/people/{ANA}/consent"
    page = await operator.open(here)
    assert "It gets nothing: it is on the blacklist since" in page.text
    assert "Wants no more: everything the account sends" in page.text
    assert "asked by letter" in page.text
    for name, begins in (("proof.pdf", b"%PDF-"), ("proof.json", b"{")):
        file = await operator.client.get(f"{here}/{name}")
        assert file.content.startswith(begins)
        assert f"consent-{ANA}" in file.headers["content-disposition"]
    await operator.open(here)
    await operator.submit(f"{here}/verify", {})
    assert "All 1 events of the account are as they were written" in operator.page.text
    async with rt.db.connection() as conn:
        await conn.execute("ALTER TABLE evidence DISABLE TRIGGER ALL")
    assert await rows(rt, "UPDATE evidence SET source = 'by telephone' RETURNING 1") == [(1,)]
    await operator.submit(f"{here}/verify", {})
    assert "The ledger is not as it was written: 1 faults" in operator.page.text


async def test_a_number_of_which_nothing_is_recorded_says_so(operator: Person) -> None:
    page = await operator.open(f"/contacts/people/{ANA}/consent")
    assert "Nothing is recorded yet" in page.text
    await operator.open("/contacts/people/12/consent", expect=404)
