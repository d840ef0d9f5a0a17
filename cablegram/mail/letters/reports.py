"""Letters about reports that are sent by a plan."""

from __future__ import annotations

from cablegram.mail.model import LetterKind

KINDS: tuple[LetterKind, ...] = ()
