"""Help, read out of the pages of the documentation."""

from __future__ import annotations

from cablegram.panel.helping import CODES, TRADE, WORDS, read_codes, read_words

GLOSSARY = """# Glossary

## Our words

| word | meaning | also called |
|---|---|---|
| **lane** | priority in the `queue` | |
| **link** | one *living* connection | session, bind |

## Words of the trade

| word | meaning |
|---|---|
| **PDU** | a unit |
"""
ERRORS = """# Errors

## no_tariff

*What* There is no price. *Why* Without one
nothing is sent. *Do* Import one with `cablegram tariffs import`.

## odd_one

It has no parts.
"""


def test_our_words_are_read_and_those_of_the_trade_are_not() -> None:
    assert read_words(GLOSSARY) == [
        ("lane", "priority in the queue.", ""),
        ("link", "one living connection.", "session, bind"),
    ]


def test_each_code_has_what_why_and_what_to_do() -> None:
    assert read_codes(ERRORS) == [
        (
            "no_tariff",
            "There is no price.",
            "Without one nothing is sent.",
            "Import one with cablegram tariffs import.",
        ),
        ("odd_one", "It has no parts.", "", ""),
    ]


def test_the_real_pages_have_no_empty_entry() -> None:
    assert len(WORDS) > 30
    assert len(CODES) > 60
    assert all(meaning for _, meaning, _ in [*WORDS, *TRADE])
    assert {"A2P", "TCPA", "ITU, ITU-T", "ASR"} <= {word for word, _, _ in TRADE}
    assert all(what and do for _, what, _, do in CODES)
