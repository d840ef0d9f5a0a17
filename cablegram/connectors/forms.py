"""Read what somebody gives for a connector of a kind: settings and secrets, every fault named by its field. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec

from cablegram.connectors import registry
from cablegram.connectors.model import Settings
from cablegram.connectors.providers.kinds import HttpSettings
from cablegram.kit import faults
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.nesting import MOST, is_too_deep
from cablegram.kit.whole_numbers import with_whole_numbers

BASE_URL = "settings.base_url"


def read_settings(kind: str, given: Mapping[str, Any]) -> Settings:
    """Return the settings of a kind. Raises InvalidInput, with a fault for each field that is wrong."""
    return cast("Settings", _read(given, registry.kind_of(kind).settings, "settings"))


def read_secrets(kind: str, given: Mapping[str, Any], known: msgspec.Struct | None = None) -> msgspec.Struct:
    """Return the secrets of a kind: those given, and of the others what is `known`.

    Raises InvalidInput, with a fault for each field that is wrong; none of them repeats a secret.
    """
    before: dict[str, Any] = msgspec.to_builtins(known) if known is not None else {}
    wanted = registry.kind_of(kind).secrets
    return _read({**before, **given}, wanted, "secrets")


def check(kind: str, settings: Settings, secrets: msgspec.Struct) -> None:
    """See that settings and secrets make a provider. Raises InvalidInput as the kind itself does."""
    registry.traits_of(kind, settings)
    if isinstance(settings, HttpSettings):
        if settings.base_url and (why := _why_no_address(settings.base_url)):
            raise InvalidInput("address_invalid", why, faults=[Fault(BASE_URL, "address_invalid", why)])
        registry.build(kind, settings, secrets)


def secrets_set(secrets: msgspec.Struct) -> list[str]:
    """Return the names of the secrets that are set; of those kept under names of one's own, these."""
    found: list[str] = []
    for name, value in msgspec.to_builtins(secrets).items():
        if isinstance(value, dict):
            found += [f"{name}.{inner}" for inner in cast("dict[str, Any]", value)]
        elif value:
            found.append(name)
    return found


def _read(given: Mapping[str, Any], wanted: type[msgspec.Struct], where: str) -> msgspec.Struct:
    if is_too_deep(dict(given), 2 * MOST):
        message = f"`{where}` are nested too deeply to be gone through."
        raise InvalidInput("bad_json", message, faults=[Fault(where, "bad_json", message)])
    try:
        return msgspec.convert(given, wanted)
    except msgspec.ValidationError as error:
        plain = with_whole_numbers(given)
        found = [_below(fault, where) for fault in faults.find(plain, wanted)]
        if not found:
            try:
                return msgspec.convert(plain, wanted)
            except msgspec.ValidationError:
                found = [Fault(where, "wrong_value", f"{str(error).partition(' - at')[0]}.")]
        if where == "secrets":
            found = [Fault(one.field, one.code, _without_value(one)) for one in found]
        codes = {one.code for one in found}
        code = codes.pop() if len(codes) == 1 else "invalid_request"
        raise InvalidInput(code, " ".join(one.message for one in found[:5]), faults=found) from None


def _below(fault: Fault, where: str) -> Fault:
    field = f"{where}.{fault.field}" if fault.field else where
    message = fault.message.replace(f"`{fault.field}`", f"`{field}`", 1) if fault.field else fault.message
    return Fault(field, fault.code, message)


def _without_value(fault: Fault) -> str:
    if fault.code in {"missing_field", "unknown_field", "too_long", "too_short", "wrong_type"}:
        return fault.message
    return f"`{fault.field}` is not of the form that it must have."


def _why_no_address(url: str) -> str:
    """Say why an address can't be that of an API; "" where it can."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return f"{url[:100]!r} is no address of the web."
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isascii() or not url.isprintable():
        return f"{url[:100]!r} is no address of the web, such as https://api.example.com."
    if parts.username is not None or parts.password is not None:
        return "An address names no login: secrets have fields of their own."
    if " " in url or "\\" in url or parts.fragment or parts.query:
        return "An address ends before `?` and `#`, and has no spaces."
    return ""
