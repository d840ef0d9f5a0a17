"""Letters that tell of events (R151): what the alerts room posts."""

from __future__ import annotations

from cablegram.mail.model import LetterKind

KINDS: tuple[LetterKind, ...] = ()
