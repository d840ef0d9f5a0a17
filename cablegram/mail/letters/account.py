"""Letters about people and their accounts: confirming an address, a new password, invitations, tickets."""

from __future__ import annotations

from cablegram.mail.model import LetterKind

KINDS: tuple[LetterKind, ...] = ()
