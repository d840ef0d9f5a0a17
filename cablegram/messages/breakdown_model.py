"""What a count of a campaign's messages is made of."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.messages.model import State

Cell = tuple[str, str, State, int | None, int, int, int]
"""(dimension, value, state, step of the delay, messages, micro-credits, segments)"""

Texts = tuple[Sequence[int], int | None, int | None] | None
"""How a campaign's texts are drawn: where one ends, who gets one that is tried, and which one the rest gets."""
