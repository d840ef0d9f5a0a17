"""Requests signed as AWS wants it: Signature Version 4, by botocore's own code, at a time that is given. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cablegram.connectors.providers.contract import HttpRequest


class Signer:
    """Signs requests for one service in one region."""

    def __init__(self, service: str, region: str, *, access_key: str, secret_key: str) -> None:
        from botocore import auth, awsrequest, credentials  # noqa: PLC0415 - house: only who signs pays a third of a second

        # botocore has no types.
        self._request: Any = awsrequest.AWSRequest
        self._signer: Any = auth.SigV4Auth(credentials.ReadOnlyCredentials(access_key, secret_key, ""), service, region)

    def sign(self, request: HttpRequest, now: datetime) -> HttpRequest:
        """Return the request with the two headers that prove who sends it, and when."""
        moment = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        headers = {**dict(request.headers), "X-Amz-Date": moment}
        asked: Any = self._request(method=request.method, url=request.url, headers=headers, data=request.body)
        asked.context["timestamp"] = moment  # its usual way there asks the clock
        signer = self._signer
        to_sign = signer.string_to_sign(asked, signer.canonical_request(asked))
        signed = signer.signed_headers(signer.headers_to_sign(asked))
        headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={signer.scope(asked)}, SignedHeaders={signed}, "
            f"Signature={signer.signature(to_sign, asked)}"
        )
        return HttpRequest(request.method, request.url, tuple(headers.items()), request.body)
