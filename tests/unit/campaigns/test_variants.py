"""Texts that are tried against each other: what can be, and what is named that can't."""

from __future__ import annotations

from uuid import UUID

import pytest

from cablegram.campaigns.variants import By, Trial, Variant, Winner, check, with_texts
from cablegram.kit.errors import InvalidInput

A, B = Variant("A", 50, "Hello you"), Variant("B", 50, "Good day")
SAVED = UUID("0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11")
BEST = Winner(By.REPLIES, 60, 20)


@pytest.mark.req("R149")
@pytest.mark.parametrize(
    ("trial", "code", "field"),
    [
        (Trial(holdout=51), "bad_holdout", "holdout"),
        (Trial(holdout=-1), "bad_holdout", "holdout"),
        (Trial((A,)), "bad_variants", "variants"),
        (Trial(tuple(Variant(name, 16, "Hello you") for name in "ABCDEF")), "bad_variants", "variants"),
        (Trial((Variant(" ", 50, "Hello you"), B)), "bad_variants", "variants.0.name"),
        (Trial((A, Variant("B" * 41, 50, "Hello you"))), "bad_variants", "variants.1.name"),
        (Trial((A, Variant("B\n", 50, "Hello you"))), "bad_variants", "variants.1.name"),
        (Trial((A, Variant("a", 50, "Hello you"))), "bad_variants", "variants.1.name"),
        (Trial((A, Variant("B", 0, "Hello you"))), "bad_variants", "variants.1.share"),
        (Trial((A, Variant("B", 100, "Hello you"))), "bad_variants", "variants.1.share"),
        (Trial((A, Variant("B", 49, "Hello you"))), "bad_variants", "variants"),
        (Trial((A, Variant("B", 50))), "text_or_template", "variants.1.text"),
        (Trial((A, Variant("B", 50, "Hello you", SAVED))), "text_or_template", "variants.1.text"),
        (Trial((A, B), winner=Winner(By.REPLIES, 0, 20)), "bad_winner", "winner.after"),
        (Trial((A, B), winner=Winner(By.REPLIES, 10_081, 20)), "bad_winner", "winner.after"),
        (Trial((A, B), winner=Winner(By.REPLIES, 60, 100)), "bad_winner", "winner.sample"),
        (Trial((A, B), winner=Winner(By.REPLIES, 60, 0)), "bad_winner", "winner.sample"),
    ],
)
def test_what_cannot_be_tried_is_named(trial: Trial, code: str, field: str) -> None:
    text = None if trial.variants else "Hello you"
    with pytest.raises(InvalidInput) as refused:
        check(trial, text=text, template_id=None)
    assert (refused.value.code, refused.value.faults[0].field) == (code, field)


@pytest.mark.req("R98", "R149")
def test_words_stand_in_one_place() -> None:
    check(Trial((A, B), 10, BEST), text=None, template_id=None)
    check(Trial((A, Variant("B", 50, None, SAVED))), text=None, template_id=None)
    check(Trial(), text="Hello you", template_id=None)
    check(Trial(holdout=50), text=None, template_id=SAVED)
    for trial, text, template_id, code in (
        (Trial((A, B)), "Hello you", None, "text_or_template"),
        (Trial((A, B)), None, SAVED, "text_or_template"),
        (Trial(), None, None, "text_or_template"),
        (Trial(), "Hello you", SAVED, "text_or_template"),
        (Trial(winner=BEST), "Hello you", None, "bad_winner"),
    ):
        with pytest.raises(InvalidInput) as refused:
            check(trial, text=text, template_id=template_id)
        assert refused.value.code == code


def test_templates_give_their_words_as_they_are() -> None:
    found = with_texts((A, Variant(" B ", 50, None, SAVED)), {1: "Dear all"})
    assert found == (A, Variant("B", 50, "Dear all", SAVED))
