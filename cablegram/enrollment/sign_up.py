"""Open an account for a stranger (R1): login, account, key and the free plan at once, and a letter to confirm.

Off by default: who opens an account here can cost the operator money. CABLEGRAM_SIGN_UP=open opens the page and the
call. The account begins with nothing, and may send only from senders that were given to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cablegram.accounts import keys, letting_in, members, passwords, persons, proofs
from cablegram.accounts.access import KEY_SCOPES, operator
from cablegram.accounts.model import Language, User
from cablegram.enrollment.open import open_within
from cablegram.kit.errors import NotAllowed
from cablegram.kit.ids import AccountId
from cablegram.kit.names import read_name
from cablegram.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a stranger gives. The login is theirs to choose; the address may be known already, and nobody is told so."""

    account: str
    login: str
    email: str
    password: str = field(repr=False)
    default_country: str = "US"
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class SignedUp:
    """A new account with its first person; the text of its key is nowhere else."""

    user: User
    account_id: AccountId
    api_key: str = field(repr=False)
    sender: str | None


async def sign_up(rt: Runtime, new: NewAccount, *, address: str) -> SignedUp:
    """Open an account and make its owner, in one transaction with the letter that proves the address.

    `address` is where they come from. Raises NotAllowed (`sign_up_closed`), InvalidInput (`bad_name`, `bad_address`,
    `bad_password`, `unknown_country`), Conflict (`login_taken`, `account_name_taken`) and Unavailable
    (`too_many_attempts`).
    """
    if (await letting_in.policy(rt)).sign_up != "open":
        message = "Nobody signs up here by themselves. Ask the operator for an account, or its people to invite you."
        raise NotAllowed("sign_up_closed", message)
    login, email = read_name(new.login, field="login"), proofs.read_email(new.email)
    name = read_name(new.account, field="account")
    passwords.check_new(new.password, field="password")
    await proofs.count_letter(rt, email, address=address)  # before a hash is made
    hashed = await persons.hash_password(rt, new.password)
    user = replace(members.new_user(login, login), language=new.language, email=email)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        account, sender = await open_within(
            conn, operator("sign-up"), name, credits_micro=0, default_country=new.default_country, open_senders=False,
            now=now,
        )  # fmt: skip
        await persons.add(conn, user, hashed, company=name, now=now)
        await members.enter(conn, account.id, user, "owner", by=login, rt=rt)
        _, api_key = await keys.issue(conn, account.id, name="First key", scopes=KEY_SCOPES, now=now)
        await proofs.send_proof(conn, rt, user)
    return SignedUp(replace(user, has_password=True), account.id, api_key, sender)
