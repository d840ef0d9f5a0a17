"""Is a chain of evidence as it was written? Row after row, in one pass, whatever its length. Pure."""

from __future__ import annotations

from typing import NamedTuple

from cablegram.evidence import canonical
from cablegram.evidence.canonical import Parts
from cablegram.evidence.model import Fault, Head, Kind, Verified
from cablegram.kit.ids import AccountId, EvidenceId

MOST_FAULTS = 20  # that are described; more are only counted

_CHANGED = "what it says is not what was written"
_PERSON_CHANGED = "who, by whom, which words or which source is not what was written"
_OTHER_BEFORE = (
    "it was written behind another row than the one before it: that one was changed with its hash, or rows stand in "
    "another order than they were written in"
)
_NO_FORM = "it is written in a form that this version of the program does not know"
_LEFT_OVER = "it says that it was emptied, and still tells of a person"
_EMPTIED = "it was emptied, and no event of the chain says so"
_OTHERS_EMPTIED = "other rows were emptied than it says"


class Row(NamedTuple):
    """A row as it stands in the database: its parts as text, as `canonical` has them."""

    seq: int
    id: EvidenceId
    form: int
    after: bytes
    hash: bytes
    sealed: bytes
    salt: bytes | None
    erased_in: EvidenceId | None
    kind: str
    people: int | None  # `count`
    digest: bytes | None
    public: Parts
    personal: Parts


class Checker:
    """Looks at the rows of an account's chain, each once and in their order; `expected` is an end that was kept."""

    def __init__(self, account_id: AccountId, *, expected: Head | None = None) -> None:
        self._found = Verified(account_id)
        self._expected = expected
        self._next = 1
        self._last = canonical.beginning(account_id)
        self._emptied: dict[EvidenceId, list[Row]] = {}

    def look(self, row: Row) -> None:
        """Look at the next row."""
        if row.seq != self._next:
            self._lack(self._next, row.seq - 1)
        elif row.after != self._last:
            self._blame(row, _OTHER_BEFORE)
        self._look_inside(row)
        if self._expected and row.seq == self._expected.seq and row.hash != self._expected.hash:
            self._blame(row, "its hash is not the one that was kept elsewhere")
        if row.kind == Kind.ERASED:
            self._look_at_erased(row)
        self._found.rows += 1
        self._next, self._last = row.seq + 1, row.hash

    def close(self, head: Head | None) -> Verified:
        """Look at the end of the chain, as the account's own row of it says; return what was found."""
        for rows in self._emptied.values():
            for row in rows:
                self._blame(row, _EMPTIED)
        last = self._next - 1
        seq = max(head.seq if head else 0, self._expected.seq if self._expected else 0)
        if seq > last:
            self._lack(last + 1, seq)
        elif last and (head is None or (head.seq, head.hash) != (last, self._last)):
            self._note(Fault(self._found.account_id, last, None, "the end of the chain is not noted as what it is"))
        self._found.head = head
        return self._found

    def _look_inside(self, row: Row) -> None:
        if row.form != canonical.FORM:
            self._blame(row, _NO_FORM)
            return
        if canonical.hashed(row.after, row.public) != row.hash:
            self._blame(row, _CHANGED)
        if row.salt is not None:
            if canonical.hashed(row.salt, row.personal) != row.sealed:
                self._blame(row, _PERSON_CHANGED)
            return
        if any(row.personal):
            self._blame(row, _LEFT_OVER)
        if row.erased_in is not None:
            self._emptied.setdefault(row.erased_in, []).append(row)
        else:
            self._blame(row, _EMPTIED)

    def _look_at_erased(self, row: Row) -> None:
        emptied = self._emptied.pop(row.id, [])
        digest = canonical.digest_of_ids(str(one.id) for one in emptied)
        if (row.people, row.digest) != (len(emptied), digest):
            self._blame(row, _OTHERS_EMPTIED)

    def _lack(self, first: int, last: int) -> None:
        what = "the row is missing" if first == last else f"the rows up to {last} are missing"
        self._note(Fault(self._found.account_id, first, None, what))

    def _blame(self, row: Row, what: str) -> None:
        self._note(Fault(self._found.account_id, row.seq, row.id, what))

    def _note(self, fault: Fault) -> None:
        self._found.count += 1
        if len(self._found.faults) < MOST_FAULTS:
            self._found.faults.append(fault)
