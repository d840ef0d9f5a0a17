"""All kinds of letters, by their name. A kind that is not here can't be posted; each is in a module of `letters`."""

from __future__ import annotations

from collections.abc import Mapping

from cablegram.mail.letters import account, mail, notices, payments, reports
from cablegram.mail.model import LetterKind

CATALOGUE: Mapping[str, LetterKind] = {
    kind.name: kind for kind in (*account.KINDS, *payments.KINDS, *reports.KINDS, *notices.KINDS, *mail.KINDS)
}
