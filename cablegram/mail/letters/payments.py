"""Letters about payments: receipts and invoices."""

from __future__ import annotations

from cablegram.mail.model import LetterKind

KINDS: tuple[LetterKind, ...] = ()
