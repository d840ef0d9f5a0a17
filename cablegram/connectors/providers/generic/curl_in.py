"""A provider's sample for curl made into a configuration: what it surely says, and guesses, each of which is told."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qsl, quote, urlsplit

from cablegram.connectors.providers.generic import curl_words, marks
from cablegram.connectors.providers.generic.curl_words import Curl
from cablegram.connectors.providers.generic.settings import (
    Auth,
    BasicAuth,
    Batching,
    GenericSecrets,
    GenericSettings,
    HttpMethod,
    NoAuth,
    ParameterForm,
)
from cablegram.connectors.providers.kinds import NumberForm
from cablegram.kit.nesting import is_too_deep

_TO = {
    "to", "dst", "destination", "recipient", "recipients", "mobile", "mobiles", "number", "numbers", "phone", "msisdn",
    "phonenumber", "phno", "sendto", "receiver", "destinationphonenumber", "mobileno", "mobilenumber", "cell", "phones",
}  # fmt: skip
_BODY = {"body", "text", "message", "msg", "content", "sms", "messagebody", "smstext", "messagetext"}
_SENDER = {
    "from",
    "src",
    "sender",
    "senderid",
    "source",
    "originator",
    "originationidentity",
    "sid",
    "header",
    "senderaddress",
}
_TEMPLATE = {"templateid", "dlttemplateid", "dltteid", "contentid", "flowid", "intemplateid"}
_SECRET = {
    "apikey", "key", "token", "authkey", "password", "pass", "secret", "apisecret", "authtoken", "accesstoken", "hash",
    "apitoken", "accesskey", "pwd", "authorization", "xapikey", "xauthtoken", "appkey", "authenticationtoken",
}  # fmt: skip
_OURS = {"host", "content-length", "connection", "user-agent", "accept-encoding"}
_RECORDS = 100
_NUMBER = re.compile(r"\+?\d[\d ()-]{6,18}\d")


@dataclass(slots=True)
class Draft:
    """Settings and secrets as far as a sample tells them, and what was guessed or left out, for people."""

    settings: GenericSettings
    secrets: GenericSecrets
    notes: list[str]


@dataclass(slots=True)
class _Guess:
    """What is found while a sample is gone through; each mark is given once, to where it fits first."""

    secrets: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])
    given: set[str] = field(default_factory=set[str])
    number: str = ""
    batch: Batching | None = None

    def value(self, name: str, value: Any, where: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what stands for a value of the sample."""
        plain = re.sub(r"[^a-z]", "", name.lower())
        text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        for names, mark in ((_TO, marks.TO), (_BODY, marks.BODY), (_SENDER, marks.SENDER), (_TEMPLATE, marks.TEMPLATE)):
            if plain in names and mark not in self.given and text:
                self.given.add(mark)
                if mark == marks.TO:
                    self.number = text
                self.notes.append(f"{where} was taken for $${mark}, by its name.")
                return f"$${mark}"
        if plain in _SECRET and text:
            return self.secret(name, text, where)
        return value

    def secret(self, name: str, value: str, where: str) -> str:
        """Put a value among the secrets and return the mark that stands for it."""
        kept = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_") or "secret"
        kept = f"_{kept}" if kept[0].isdigit() else kept
        while self.secrets.get(kept, value) != value:
            kept += "_2"
        self.secrets[kept] = value
        self.notes.append(f"{where} was taken for a secret and sealed as {{{{{kept}}}}}.")
        return f"{{{{{kept}}}}}"


def read(command: str) -> Draft:
    """Return the draft of a configuration. Raises InvalidInput (`bad_curl`)."""
    found = curl_words.read(command)
    guess = _Guess(notes=list(found.notes))
    method, parameters, payload = _payload(found, guess)
    payload = _walk(payload, "", guess)
    url = _url(found, guess)
    headers = _headers(found, guess)
    auth = _auth(found, guess)
    if marks.TO not in guess.given:
        payload = _by_shape(payload, guess)
    for mark in (marks.TO, marks.BODY):
        if mark not in guess.given:
            guess.notes.append(f"Nothing looked like the place of $${mark}: put it where it belongs.")
    settings = GenericSettings(
        url=url,
        method=method,
        auth=auth,
        headers=headers,
        parameters=parameters,
        payload=payload,
        batch=guess.batch,
        number_form=NumberForm.PLUS if guess.number.startswith("+") else NumberForm.DIGITS,
    )
    return Draft(settings, GenericSecrets(values=guess.secrets), guess.notes)


def _payload(found: Curl, guess: _Guess) -> tuple[HttpMethod, ParameterForm, Any]:
    """Return the method, and the payload with how it travels."""
    text = "&".join(found.data)
    is_get = found.is_get or found.method == "GET" or not (found.method or found.data or found.form)
    if found.method not in ("", "GET", "POST"):
        guess.notes.append(f"The sample uses {found.method}; here there are GET and POST, and POST was taken.")
    if is_get:
        named = dict(curl_words.pairs(text))
        return HttpMethod.GET, ParameterForm.FORM if named else ParameterForm.NONE, named or None
    if found.form:
        guess.notes.append("The sample sends a multipart form; here forms are urlencoded, which most take too.")
        return HttpMethod.POST, ParameterForm.FORM, dict(found.form)
    try:
        tree = json.loads(text) if text else None
    except (ValueError, RecursionError):
        tree = None
    if isinstance(tree, dict | list) and not is_too_deep(cast("object", tree)):
        return HttpMethod.POST, ParameterForm.JSON, cast("Any", tree)
    named = curl_words.pairs(text)
    if named:
        if len(dict(named)) < len(named):
            guess.notes.append("A name stands twice in the form; its last value was taken.")
        return HttpMethod.POST, ParameterForm.FORM, dict(named)
    if text:
        guess.notes.append("What the sample sends is neither JSON nor a form and was left out.")
    return HttpMethod.POST, ParameterForm.NONE, None


def _walk(tree: Any, where: str, guess: _Guess) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(tree, dict):
        members = cast("dict[str, Any]", tree)
        return {name: _member(name, value, f"{where}.{name}".lstrip("."), guess) for name, value in members.items()}
    if isinstance(tree, list):
        elements = cast("list[Any]", tree)
        if elements and all(isinstance(one, dict) for one in elements):
            return [_records(elements, where, guess)]
        return [_walk(one, f"{where}[{place}]", guess) for place, one in enumerate(elements)]
    return tree


def _records(elements: list[Any], where: str, guess: _Guess) -> Any:  # noqa: ANN401 - any JSON
    """Return the model of a list's records; where the number is among what they say, the list may be a batch."""
    is_found = marks.TO in guess.given
    record = _walk(elements[0], f"{where}[0]", guess)
    if len(elements) > 1:
        guess.notes.append(f"{where or 'The list'} has several records in the sample; the first is the model of all.")
    if marks.TO in guess.given and not is_found:
        guess.batch = Batching(size=_RECORDS, key=where)
        guess.notes.append(
            f"{where or 'The list'} was taken for a batch of up to {_RECORDS}: see how many it may have."
        )
    return record


def _member(name: str, value: Any, where: str, guess: _Guess) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, list) and len(cast("list[Any]", value)) == 1 and isinstance(value[0], str | int):
        return [guess.value(name, value[0], where)]
    if isinstance(value, dict | list):
        return _walk(value, where, guess)
    return guess.value(name, value, where)


def _by_shape(payload: Any, guess: _Guess) -> Any:  # noqa: ANN401 - any JSON
    """Take the first value that looks like a number for the place of it, where no name told."""
    if not isinstance(payload, dict):
        return payload
    members = cast("dict[str, Any]", payload)
    for name, value in members.items():
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            guess.given.add(marks.TO)
            guess.number = value
            guess.notes.append(f"{name} was taken for $$To, for it looks like a number.")
            return {**members, name: "$$To"}
    return members


def _url(found: Curl, guess: _Guess) -> str:
    parts = urlsplit(found.url)
    host = parts.netloc
    if "@" in host:
        user, _, host = host.rpartition("@")
        found.user = found.user or user
    query = parse_qsl(parts.query, keep_blank_values=True)
    filled = [(name, guess.value(name, value, f"{name} in the address")) for name, value in query]
    written = "&".join(f"{quote(name, safe='')}={_quoted(value)}" for name, value in filled)
    return f"{parts.scheme}://{host}{parts.path}" + (f"?{written}" if written else "")


def _quoted(value: str) -> str:
    return value if value.startswith(("$$", "{{")) else quote(value, safe="")


def _headers(found: Curl, guess: _Guess) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, value in found.headers:
        if name.lower() in _OURS or (name.lower() == "authorization" and value.lower().startswith("basic ")):
            if name.lower() == "authorization":
                made[name] = guess.secret("authorization", value, f"The header {name}")
            continue
        kind, _, token = value.partition(" ")
        if name.lower() == "authorization" and token:
            made[name] = f"{kind} {guess.secret('token', token, f'The header {name}')}"
        else:
            made[name] = str(guess.value(name, value, f"The header {name}"))
    if found.is_json:
        made.setdefault("Accept", "application/json")
    return made


def _auth(found: Curl, guess: _Guess) -> Auth:
    if not found.user:
        return NoAuth()
    name, _, password = found.user.partition(":")
    guess.secrets |= {"username": name, "password": password}
    guess.notes.append("User and password of the command were sealed as {{username}} and {{password}}.")
    return BasicAuth()
