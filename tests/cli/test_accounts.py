from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

import make
from cablegram.accounts import profile
from cablegram.accounts.access import Principal
from cablegram.cli import whereabouts
from cablegram.cli.main import _COMMANDS, app
from cablegram.kit.money import MICRO
from cablegram.runtime.settings import Settings
from commanding import Cable, Said, said

COMMANDS = [f"{'' if group is app else group.name[0]} {name}".strip() for group, name, *_ in _COMMANDS]


@pytest.mark.req("R1")
def test_an_account_is_opened_and_shows_its_key_once(cable: Cable) -> None:
    words = ("account", "create", "acme", "--credits", "1000", "--country", "es", "--json")
    made = cable(*words, is_apart=True).facts
    assert UUID(made["account_id"])
    assert made["api_key"].startswith("sk_")

    (listed,) = cable("account", "list", "--json").facts
    assert (listed["name"], listed["balance"], listed["default_country"]) == ("acme", 1000 * MICRO, "ES")
    assert made["api_key"] not in str(listed)
    assert listed["created_at"].endswith("Z")
    shown = cable("account", "list").out
    assert "acme" in shown
    assert "1,000" in shown


def test_what_cannot_be_opened_is_refused_with_a_code(cable: Cable) -> None:
    cable("account", "create", "acme")
    assert cable("account", "create", "ACME", status=1, is_apart=True).error == "account_name_taken"
    assert cable("account", "create", "other", "--credits", "much", "--json", status=1).error == "bad_amount"
    assert cable("account", "create", "other", "--country", "Spain", status=1).error == "unknown_country"


@pytest.mark.req("R22")
def test_credits_and_keys_are_given_to_an_account_by_name_or_id(cable: Cable, acme: Principal) -> None:
    granted = cable("account", "grant", "Acme", "12.5", "--note", "paid by wire", "--json").facts
    assert granted["balance"] == 1012_500_000
    made = cable("account", "key", str(acme.account_id), "--scope", "send", "--scope", "read", "--json").facts
    assert made["scopes"] == ["read", "send"]
    assert cable("account", "grant", "nobody", "1", status=1).error == "account_not_found"
    assert cable("account", "grant", "acme", "0", status=1).error == "bad_amount"


def test_which_account_is_meant_must_be_clear(cable: Cable) -> None:
    words = ("send", "--to", "+34600000118", "--text", "Hello there")
    assert cable(*words, status=1).error == "account_needed"
    cable("account", "create", "one")
    assert cable(*words, status=1).error == "sender_needed"  # the only account is meant
    cable("account", "create", "two")
    assert cable(*words, status=1).error == "account_needed"


def test_a_command_starts_the_embedded_database_where_none_runs_and_stops_it(tmp_path: Path) -> None:
    def run(*words: str) -> Said:
        return said(tmp_path / "data", *words, "--json")

    made = run("account", "create", "acme", "--credits", "1000").facts
    added = run("connector", "add", "smpp", "--host", "127.0.0.1", "--system-id", "s", "--password", "p").facts
    assert [one["account_id"] for one in run("account", "list").facts] == [made["account_id"]]
    assert [one["connector_id"] for one in run("connector", "list").facts] == [added["connector_id"]]
    assert not (tmp_path / "data" / "postgres" / "data" / "postmaster.pid").exists()


def test_a_word_that_no_command_knows_is_an_error_of_its_own_status(cable: Cable) -> None:
    cable("account", "close", "acme", status=2)
    cable("account", "create", "acme", "--colour", "red", status=2)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_there_is_can_be_loaded_and_explains_itself(cable: Cable, words: str) -> None:
    assert "Usage: cablegram" in cable(*words.split(), "--help").out


def test_a_login_is_printed_for_somebody_there_is(cable: Cable) -> None:
    assert cable("login", "nobody", status=1).error == "user_not_found"


def test_a_login_leads_to_where_the_system_was_started_unless_the_settings_say_otherwise(
    cable: Cable, tmp_path: Path, database_url: str
) -> None:
    cable("account", "create", "acme")
    asyncio.run(_first_operator(database_url))
    assert cable("login", "--json").facts["url"].startswith("http://127.0.0.1:8080/login/")
    whereabouts.note(Settings(data_dir=tmp_path / "data", port=9000))
    assert cable("login", "--json").facts["url"].startswith("http://127.0.0.1:9000/login/")
    told = cable("login", "--json", variables={"CABLEGRAM_PUBLIC_URL": "https://sms.example.com"})
    assert told.facts["url"].startswith("https://sms.example.com/login/")


async def _first_operator(database_url: str) -> None:
    rt = make.runtime(database_url, make.clock())
    await rt.db.open()
    await profile.first_operator(rt)
    await rt.db.close()


@pytest.mark.usefixtures("acme")
def test_people_are_brought_in_invited_and_let_go(cable: Cable) -> None:
    made = cable("user", "add", "acme", "ines", "--name", "Inés", "--role", "owner", "--json").facts
    assert "/login/" in made["url"]
    assert cable("user", "invite", "acme", "ana@example.com", "--role", "viewer", "--json").facts["role"] == "viewer"
    listed = cable("user", "list", "acme", "--json").facts
    assert [(one["login"], one["role"]) for one in listed["people"]] == [("ines", "owner")]
    assert [one["email"] for one in listed["invited"]] == ["ana@example.com"]
    assert "ana@example.com" in cable("user", "list", "acme").out
    cable("user", "role", "acme", "ines", "admin")
    cable("user", "two-factor-off", "ines")
    cable("user", "remove", "acme", "INES")
    assert cable("user", "remove", "acme", "ines", status=1).error == "user_not_found"


@pytest.mark.usefixtures("acme")
def test_an_account_is_suspended_goes_on_and_gets_a_cap(cable: Cable) -> None:
    assert cable("account", "suspend", "acme", "--why", "invoice 7", "--json").facts["held"] == 0
    assert cable("account", "resume", "acme", "--json").facts["released"] == 0
    assert cable("account", "resume", "acme", status=1).error == "account_not_suspended"
    assert "12.5 credits a day" in cable("account", "cap", "acme", "--per-day", "12.5").out
    assert "as much as it has" in cable("account", "cap", "acme").out


@pytest.mark.req("R1")
def test_the_operator_says_who_may_sign_up(cable: Cable) -> None:
    assert cable("user", "sign-up", "--json").facts == {"sign_up": "invited", "is_chosen": False}
    assert "open (as the operator said)" in cable("user", "sign-up", "open").out
    assert cable("user", "sign-up", "default", "--json").facts == {"sign_up": "invited", "is_chosen": False}
