"""Who is held out, goes first and gets which text: drawn, the same each time, and as even as chance is."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest

from cablegram.campaigns.draw import ALL, Draw, Lots, Stage, below, canary_below, cuts, first_stage, lots, next_stage
from cablegram.kit.ids import CampaignId, ContactId

SPRING = CampaignId(UUID("0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11"))
PEOPLE = [ContactId(UUID(int=n << 64 | 7)) for n in range(4_000)]
LOW, HIGH = 0, ALL - 1


def drawn(*, held_out: int = HIGH, sample: int = HIGH, variant: int = LOW, canary: int = HIGH) -> Lots:
    return Lots(held_out, sample, variant, canary)


def test_lots_are_the_same_each_time_and_another_campaign_draws_others() -> None:
    other = CampaignId(UUID("0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e12"))
    assert lots(SPRING, PEOPLE[0]) == lots(SPRING, PEOPLE[0])
    assert lots(SPRING, PEOPLE[0]) != lots(other, PEOPLE[0]) != lots(other, PEOPLE[1])
    assert lots(SPRING, PEOPLE[0]) == Lots(798558617, 145228059, 4109442245, 3321374205)


@pytest.mark.req("R149")
def test_lots_are_even_and_independent_of_each_other() -> None:
    found = [lots(SPRING, one) for one in PEOPLE]
    for place in ("held_out", "sample", "variant", "canary"):
        assert abs(sum(getattr(one, place) < below(10) for one in found) - 400) < 80
    both = sum(one.held_out < below(50) and one.variant < below(50) for one in found)
    assert abs(both - 1_000) < 130


@pytest.mark.req("R149")
def test_shares_are_cut_where_one_text_ends() -> None:
    assert cuts([50, 50]) == [ALL // 2]
    assert cuts([20, 30, 50]) == [below(20), below(50)]
    assert cuts([]) == []
    draw = Draw(SPRING, cuts=tuple(cuts([20, 30, 50])))
    places = Counter(draw.variant(lots(SPRING, one)) for one in PEOPLE)
    assert all(abs(places[place] - share * 40) < 140 for place, share in enumerate([20, 30, 50]))
    assert draw.variant(drawn(variant=below(20) - 1)) == 0
    assert draw.variant(drawn(variant=below(20))) == 1
    assert draw.variant(drawn(variant=HIGH)) == 2


@pytest.mark.req("R149")
def test_the_rest_gets_what_won_and_nobody_knows_it_before() -> None:
    draw = Draw(SPRING, cuts=(ALL // 2,), sample_below=below(20))
    assert draw.variant(drawn(sample=LOW, variant=HIGH)) == 1
    assert draw.variant(drawn(sample=HIGH, variant=HIGH)) is None
    assert Draw(SPRING, cuts=(ALL // 2,), sample_below=below(20), won=0).variant(drawn(variant=HIGH)) == 0
    assert Draw(SPRING).variant(drawn()) is None


@pytest.mark.req("R149")
def test_who_is_held_out_is_so_in_the_last_stage_whatever_else_they_drew() -> None:
    draw = Draw(SPRING, holdout=10, sample_below=ALL, canary_below=ALL)
    out = drawn(held_out=below(10) - 1, sample=LOW, canary=LOW)
    assert draw.is_held_out(out)
    assert draw.turn(PEOPLE[0], out) is Stage.REST
    assert not draw.is_held_out(drawn(held_out=below(10)))


def test_each_person_has_one_turn() -> None:
    draw = Draw(SPRING, sample_below=below(50), canary_below=below(10))
    first = drawn(sample=LOW, canary=LOW)
    assert draw.turn(PEOPLE[9], first) is Stage.CANARY
    ended = Draw(SPRING, sample_below=below(50), canary_below=below(10), canary_last=PEOPLE[5])
    assert ended.turn(PEOPLE[5], first) is Stage.CANARY
    assert ended.turn(PEOPLE[6], first) is Stage.SAMPLE, "drawn for the canary, which was full before"
    assert ended.turn(PEOPLE[0], drawn(sample=LOW)) is Stage.SAMPLE
    assert ended.turn(PEOPLE[0], drawn(canary=LOW)) is Stage.REST, "who is not in the sample is not in its canary"
    assert Draw(SPRING, canary_below=below(10), canary_last=PEOPLE[5]).turn(PEOPLE[6], first) is Stage.REST


def test_a_draw_without_stages_is_one_go() -> None:
    assert Draw(SPRING, holdout=5, cuts=(1,)).is_one_go
    assert not Draw(SPRING, sample_below=1).is_one_go
    assert not Draw(SPRING, canary_below=1).is_one_go


def test_a_canary_is_drawn_from_a_few_more_so_that_it_gets_full() -> None:
    assert canary_below(200, 1_000_000) == -(-ALL * (200 + 5 * 200**0.5 + 10) // 1_000_000)
    assert canary_below(200, 250) == ALL
    assert canary_below(10, 0) == ALL
    assert sum(lots(SPRING, one).canary < canary_below(200, len(PEOPLE)) for one in PEOPLE) >= 200


def test_stages_follow_each_other() -> None:
    assert first_stage(has_canary=True, has_winner=True) is Stage.CANARY
    assert first_stage(has_canary=False, has_winner=True) is Stage.SAMPLE
    assert first_stage(has_canary=False, has_winner=False) is Stage.REST
    assert next_stage(Stage.CANARY, has_winner=True) is Stage.SAMPLE
    assert next_stage(Stage.CANARY, has_winner=False) is Stage.REST
    assert next_stage(Stage.SAMPLE, has_winner=True) is Stage.REST
    assert next_stage(Stage.REST, has_winner=True) is None
    assert [one.order for one in Stage] == [0, 1, 2]
