"""Texts that are tried against each other: 2 to 5 with shares, people who get none, and how the best is found (R149).

Pure. Who gets which is drawn (`draw.py`); which one won is decided in `winning.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cablegram.kit.errors import Fault, InvalidInput

LEAST, MOST = 2, 5
MOST_HELD_OUT = 50  # percent
LONGEST_NAME = 40
LONGEST_TEST = 7 * 24 * 60  # minutes
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several texts: `text`, or `template_id` of a saved template; `share` in percent of those who get any."""

    name: str
    share: int
    text: str | None = None
    template_id: UUID | None = None


class By(StrEnum):
    """By what the best text is found. The words are the API's words."""

    REPLIES = "replies"  # most of them, opt-outs not counted
    OPT_OUTS = "opt_outs"  # fewest of them
    CLICKS = "clicks"  # most people who opened a link


@dataclass(frozen=True, slots=True)
class Winner:
    """`sample` percent of people get the texts to be tried; `after` minutes later the rest gets the best of them."""

    by: By
    after: int
    sample: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a campaign tries: `variants` empty for one text alone, `holdout` in percent of all people."""

    variants: tuple[Variant, ...] = ()
    holdout: int = 0
    winner: Winner | None = None


ONE_TEXT = Trial()


def check(trial: Trial, *, text: str | None, template_id: UUID | None) -> None:
    """See that a trial can be made. `text` and `template_id` are those of a campaign without variants.

    Raises InvalidInput (`text_or_template`, `bad_variants`, `bad_holdout`, `bad_winner`), each naming its field.
    """
    if not 0 <= trial.holdout <= MOST_HELD_OUT:
        raise _bad("holdout", "bad_holdout", f"A campaign holds out 0 to {MOST_HELD_OUT} percent of its people.")
    if trial.variants:
        _check_variants(trial.variants, is_text_given=text is not None or template_id is not None)
    elif (text is None) == (template_id is None):
        raise _bad("text", "text_or_template", "Give either `text` or `template_id`; not both and not neither.")
    if trial.winner is not None:
        _check_winner(trial.winner, has_variants=bool(trial.variants))


def _check_variants(variants: Sequence[Variant], *, is_text_given: bool) -> None:
    if is_text_given:
        raise _bad("text", "text_or_template", "Where there are `variants` they hold the texts: leave `text` out.")
    if not LEAST <= len(variants) <= MOST:
        raise _bad("variants", "bad_variants", f"{len(variants)} variants can't be: give {LEAST} to {MOST}.")
    names = [one.name.casefold() for one in variants]
    for place, one in enumerate(variants):
        where = f"variants.{place}"
        if not one.name.strip() or len(one.name) > LONGEST_NAME or not one.name.isprintable():
            raise _bad(f"{where}.name", "bad_variants", f"A name is one line of 1 to {LONGEST_NAME} characters.")
        if names.index(names[place]) != place:
            raise _bad(f"{where}.name", "bad_variants", f"Two variants are named {one.name}.")
        if not 1 <= one.share < WHOLE:
            raise _bad(f"{where}.share", "bad_variants", f"A share is 1 to {WHOLE - 1} percent, not {one.share}.")
        if (one.text is None) == (one.template_id is None):
            raise _bad(f"{where}.text", "text_or_template", "Give either `text` or `template_id` of each variant.")
    if (total := sum(one.share for one in variants)) != WHOLE:
        raise _bad("variants", "bad_variants", f"The shares add up to {total} percent; they have to be {WHOLE}.")


def _check_winner(winner: Winner, *, has_variants: bool) -> None:
    if not has_variants:
        raise _bad("winner", "bad_winner", "There is nothing to choose from: give `variants` as well.")
    if not 1 <= winner.after <= LONGEST_TEST:
        raise _bad("winner.after", "bad_winner", f"The best is found after 1 to {LONGEST_TEST:,} minutes.")
    if not 1 <= winner.sample < WHOLE:
        raise _bad("winner.sample", "bad_winner", f"Texts are tried with 1 to {WHOLE - 1} percent of the people.")


def with_texts(variants: Sequence[Variant], texts: Mapping[int, str]) -> tuple[Variant, ...]:
    """Return variants with the words of their templates, by place, as they are at this moment."""
    return tuple(
        Variant(one.name.strip(), one.share, texts.get(place, one.text), one.template_id)
        for place, one in enumerate(variants)
    )


def _bad(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, faults=[Fault(field, code, message)])
