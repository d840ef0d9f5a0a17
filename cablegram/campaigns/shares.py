"""Compare the shares of two groups of people who did something (R149). Pure."""

from __future__ import annotations

import math

_SURE = 1.96  # standard errors: 19 times in 20 a difference as large is no chance


def together(did: int, of: int, others_did: int, of_others: int) -> float:
    """Return the share of both groups as one; nobody in both is no question."""
    return (did + others_did) / (of + of_others)


def differ(did: int, of: int, others_did: int, of_others: int) -> bool:
    """Tell whether two shares differ by more than chance makes likely, 19 times in 20; neither group is empty.

    It goes by the normal distribution (the test of two proportions), so whoever asks has looked that they are many.
    """
    both = together(did, of, others_did, of_others)
    error = math.sqrt(both * (1 - both) * (1 / of + 1 / of_others))
    return abs(did / of - others_did / of_others) > _SURE * error
