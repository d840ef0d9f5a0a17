"""SMPP among the kinds of connectors: its form and what the gallery says of it. Pure."""

from __future__ import annotations

from typing import Annotated

import msgspec

from cablegram.connectors.model import SmppSettings, Traits
from cablegram.connectors.providers.kinds import Kind, NumberForm
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.text.profiles import GSM0338, Profile, flat

_LONGEST = 8


class SmppSecrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is sealed of an SMPP connector."""

    password: Annotated[
        str,
        msgspec.Meta(
            max_length=_LONGEST,
            pattern=r"^[\x20-\x7e]*\Z",
            title="Password",
            description="The carrier's password, at most 8 ASCII characters (SMPP 3.4, section 5.2.2).",
            examples=["s3cret"],
        ),
    ]


KIND = Kind(
    name="smpp",
    title="SMPP",
    blurb="Any carrier or aggregator with an SMPP 3.4 login: the fastest way out, receipts on the same connection.",
    settings=SmppSettings,
    secrets=SmppSecrets,
    build=None,
    console=(
        "Ask the carrier for host, port, system id and password, for how many binds and how many messages a second.",
        "Tell the carrier the address from which this installation connects, if it lets known addresses in alone.",
    ),
    help_url="https://smpp.org/SMPP_v3_4_Issue1_2.pdf",
    number_form=NumberForm.DIGITS,
    senders="numbers, short codes, and names of up to 11 letters and digits, as agreed with the carrier",
)


def gateway_profile(settings: SmppSettings) -> Profile:
    """Return how a connector's gateway counts segments (R43).

    Raises InvalidInput (`bad_profile`) for figures that don't fit into one another.
    """
    if settings.segment_limit is None:
        return GSM0338
    try:
        return flat(limit=settings.segment_limit, overhead=settings.segment_overhead, usable=settings.segment_usable)
    except InvalidInput as error:
        fault = Fault("settings.segment_usable", error.code, error.message)
        raise InvalidInput(error.code, error.message, faults=[fault]) from None


def traits_of(settings: SmppSettings) -> Traits:
    """Return what every statement may know of an SMPP connector. Raises InvalidInput (`bad_profile`)."""
    return Traits(
        links=links_of(settings),
        carries_media=settings.media_tlv is not None,
        usable_characters=gateway_profile(settings).usable,
    )


def links_of(settings: SmppSettings) -> int:
    """Return how many connections these settings mean."""
    return settings.binds * (1 if settings.mode == "transceiver" else 2)


def check_password(password: str) -> None:
    """Raise InvalidInput (`password_too_long`) for what no bind can carry."""
    if len(password) > _LONGEST or not password.isascii():
        message = "An SMPP password has at most 8 ASCII characters (SMPP 3.4, section 5.2.2)."
        raise InvalidInput("password_too_long", message, faults=[Fault("password", "password_too_long", message)])
