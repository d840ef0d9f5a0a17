"""Who asks: the API key of a request, from `Authorization: Bearer KEY` or `X-Api-Key` (R3)."""

from __future__ import annotations

from cablegram.kit.errors import NotAuthenticated

_BEARER = b"bearer "


def key_of(authorization: bytes | None, api_key: bytes | None) -> str:
    """Return the key that a request gives; `Authorization` counts if both headers are there.

    Raises NotAuthenticated (`key_missing`) when there is none that could be one.
    """
    if authorization is not None:
        given = authorization[len(_BEARER) :].strip() if authorization[: len(_BEARER)].lower() == _BEARER else b""
    else:
        given = (api_key or b"").strip()
    if not given:
        message = "Give your API key in the header `Authorization: Bearer KEY` or `X-Api-Key: KEY`."
        raise NotAuthenticated("key_missing", message)
    return given.decode("latin-1")
