"""A provider's sample for curl becomes a configuration, and a configuration a sample; no quote is ever escaped from."""

from __future__ import annotations

import json
import shlex
from time import perf_counter
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asking import CALLBACK, NOW, outgoing
from cablegram.connectors.providers.contract import Context, HttpRequest
from cablegram.connectors.providers.generic import curl_in, curl_words
from cablegram.connectors.providers.generic.preview import as_curl, preview
from cablegram.connectors.providers.generic.settings import GenericSecrets, GenericSettings
from cablegram.kit.errors import InvalidInput

TO_AND_TEXT = {"to": "$$To", "text": "$$Body"}
SAMPLES: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    (
        """curl -X POST https://api.example.com/v2/send -H 'X-API-Key: k3y' -d '{"to":"+34600111222","text":"hi"}'""",
        {
            "method": "POST",
            "parameters": "json",
            "payload": TO_AND_TEXT,
            "headers": {"X-API-Key": "{{x_api_key}}"},
            "number_form": "plus",
        },
        {"x_api_key": "k3y"},
    ),
    (
        """curl --url https://x.example --json '{"to":34600111222,"text":"hi"}'""",
        {"method": "POST", "payload": TO_AND_TEXT, "headers": {"Accept": "application/json"}, "number_form": "digits"},
        {},
    ),
    (
        "curl -u me:pa:ss -sSL 'https://x.example/send?apikey=K1&to=34600111222&message=hi'",
        {
            "method": "GET",
            "parameters": "none",
            "url": "https://x.example/send?apikey={{apikey}}&to=$$To&message=$$Body",
        },
        {"apikey": "K1", "username": "me", "password": "pa:ss"},
    ),
    (
        "curl https://x.example/a \\\n  --data-urlencode 'To=+346001112' \\\r\n  --data-urlencode=Body=hi -d From=ACME",
        {"method": "POST", "parameters": "form", "payload": {"To": "$$To", "Body": "$$Body", "From": "$$SenderID"}},
        {},
    ),
    (
        "curl -G https://x.example/a -d numbers=1 -d text=2 -dtoken=zzz",
        {"method": "GET", "parameters": "form", "payload": {"numbers": "$$To", "text": "$$Body", "token": "{{token}}"}},
        {"token": "zzz"},
    ),
    (
        "curl x.example/a -F 'recipients=1' -F text=hi -XPUT -k --compressed",
        {
            "method": "POST",
            "parameters": "form",
            "url": "https://x.example/a",
            "payload": {"recipients": "$$To", "text": "$$Body"},
        },
        {},
    ),
    (
        """curl https://x.example -H 'Authorization: Bearer abc' -d '{"m":[{"to":["1"],"text":"a"},{"to":["2"]}]}'""",
        {
            "payload": {"m": [{"to": ["$$To"], "text": "$$Body"}]},
            "batch": {"size": 100, "key": "m", "mode": "array", "separator": ","},
            "headers": {"Authorization": "Bearer {{token}}"},
        },
        {"token": "abc"},
    ),
    (
        """$ curl https://me:pw@x.example -d '{"a":"+34 600 111 222","b":"hello"}'""",
        {
            "url": "https://x.example",
            "payload": {"a": "$$To", "b": "hello"},
            "auth": {"type": "basic", "username": "{{username}}", "password": "{{password}}"},
        },
        {"username": "me", "password": "pw"},
    ),
]


@pytest.mark.req("R130")
@pytest.mark.parametrize(("command", "expected", "secrets"), SAMPLES)
def test_a_sample_becomes_a_configuration_and_each_guess_is_told(
    command: str, expected: dict[str, Any], secrets: dict[str, str]
) -> None:
    draft = curl_in.read(command)
    settings = msgspec.to_builtins(draft.settings)
    assert {name: settings[name] for name in expected} == expected
    assert draft.secrets.values == secrets
    assert any("$$To" in note for note in draft.notes)


BODY = '{"to":"+34600111222","text":"it\'s \\u00e9t\\u00e9"}'
QUOTED = [
    "curl x.example -d '" + BODY.replace("'", "'\\\\''".replace("\\\\", "\\")) + "'",
    "curl x.example --data-raw $'" + BODY.replace("\\", "\\\\").replace("'", "\\'") + "'",
    'curl x.example -d $\'{\\x22to\\x22:"+34600111222",\\n"text":"it\\u0027s \\u00e9t\\u00e9"}\'',
    'curl ^"https://x.example^" ^\r\n  --data-raw ^"' + BODY.replace('"', '\\^"') + '^"',
    'curl x.example -d "' + BODY.replace('"', '""') + '"',
    "curl x.example -d “" + BODY.replace('"', "”").replace("”", "\\”") + "”",
    "curl x.example -d @- <<'EOF' -H 'A: b'\n" + BODY + "\nEOF\n",
    "# sends a text\n\n$ curl x.example -d &quot;" + BODY.replace('"', "\\&quot;") + "&quot;",
    'C:\\Users\\me>curl.exe x.example -d "' + BODY.replace('"', '\\"') + '"',
    "curl\u00a0x.example --json "
    + BODY.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'").replace(" ", "\\ "),
]


@pytest.mark.req("R130")
@pytest.mark.parametrize("command", QUOTED)
def test_a_sample_is_read_however_it_is_quoted(command: str) -> None:
    found = curl_words.read(command)
    assert [json.loads(one) for one in found.data] == [{"to": "+34600111222", "text": "it's été"}]
    assert curl_in.read(command).settings.payload == TO_AND_TEXT


def test_two_quoted_pieces_side_by_side_are_one_word_where_that_makes_sense() -> None:
    assert curl_words.read('curl x.example -d "a=1""&b=2" -d "{"" "').data == ["a=1&b=2", "{ "]
    assert curl_words.read("curl x.example -d @- <<EOF -H 'A: b'\n{}\nEOF").headers == [("A", "b")]
    assert curl_words.read("curl x.example -d @-").notes


NOTES = [
    ("curl x.example -d @body.json", "'body.json'"),
    ("curl x.example -d rubbish", "neither JSON nor a form"),
    ("curl x.example -d to=1 -d to=2", "stands twice"),
    ("curl https://x.example https://y.example", "second address"),
    ("curl -k x.example", "certificate"),
    ("curl -L x.example", "redirects"),
    ("curl -X DELETE x.example -d to=1", "DELETE"),
    ("curl -x proxy:1 x.example", "--proxy"),
    ("curl x.example", "$$Body"),
    ("""curl x.example -d '{"a": 1, "b": []}'""", "$$To"),
    ("""curl x.example -d '{"m": [{"text": "x"}], "to": "1"}'""", "$$To"),
    ("curl -X POST 'https://x.example?to=1&text=2' -d '{}'", "$$Body"),
    ("curl x.example -d '[1, 2]'", "$$To"),
]


@pytest.mark.parametrize(("command", "says"), NOTES)
def test_what_is_left_out_or_not_found_is_told(command: str, says: str) -> None:
    assert any(says in note for note in curl_in.read(command).notes)


def test_headers_of_the_connection_stay_away_and_others_are_kept() -> None:
    command = (
        "curl x.example -H 'Host: y' -H 'Authorization: Basic YTpi' -A me -b 'a=b' -H 'X-Empty;' --oauth2-bearer t"
    )
    draft = curl_in.read(command)
    assert draft.settings.headers == {
        "Authorization": "Bearer {{token}}",
        "Cookie": "a=b",
        "X-Empty": "",
    }
    assert draft.secrets.values == {"authorization": "Basic YTpi", "token": "t"}


def test_two_secrets_of_one_name_are_kept_apart() -> None:
    draft = curl_in.read("curl 'https://x.example?key=a' -d key=b -d 2key=c -X POST")
    assert draft.secrets.values == {"key": "b", "key_2": "a", "_2key": "c"}


@pytest.mark.parametrize(
    "command",
    [
        "",
        "wget x",
        "curl",
        "curl 'x.example",
        'curl "x',
        "curl $'x",
        "curl $'x\\",
        "curl -d a=b",
        "curl " + "x" * 60_000,
        "curl 'https://[::1/x'",
    ],
)
def test_what_is_no_command_is_refused(command: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        curl_in.read(command)
    assert refused.value.code == "bad_curl"


@pytest.mark.parametrize("levels", [60, 900, 20_000])
def test_what_is_nested_too_deeply_to_be_gone_through_is_left_out(levels: int) -> None:
    draft = curl_in.read(f"curl https://x.example/ -d '{'[' * levels}{']' * levels}'")
    assert draft.settings.payload is None


def sample(settings: dict[str, Any], secrets: dict[str, str]) -> list[Any]:
    made = msgspec.convert({"url": "https://x.example/s?k={{key}}", "payload": TO_AND_TEXT} | settings, GenericSettings)
    messages = [outgoing({"number": "34600000001", "text": 'it\'s "$$To"'}, place=1)]
    return preview(made, GenericSecrets(values=secrets), messages, Context(NOW, CALLBACK))


@pytest.mark.req("R130")
def test_a_preview_is_the_exact_request_without_its_secrets() -> None:
    settings = {"auth": {"type": "basic"}, "headers": {"X-Empty": "{{nothing}}", "X": "{{key}}"}}
    secrets = {"key": "s3cret", "username": "me", "password": "hidden", "nothing": ""}
    (shown,) = sample(settings, secrets)
    assert shown.text == (
        "POST /s?k=YOUR_KEY HTTP/1.1\nHost: x.example\nX: YOUR_KEY\nContent-Type: application/json\n"
        "Authorization: Basic WU9VUl9VU0VSTkFNRTpZT1VSX1BBU1NXT1JE\n\n"
        '{\n  "to": "34600000001",\n  "text": "it\'s \\"$$To\\""\n}'
    )
    assert shlex.split(shown.curl) == [
        "curl", "--request", "POST", "--header", "X: YOUR_KEY", "--header", "Content-Type: application/json",
        "--user", "YOUR_USERNAME:YOUR_PASSWORD", "--data-raw", '{"to":"34600000001","text":"it\'s \\"$$To\\""}',
        "--url", "https://x.example/s?k=YOUR_KEY",
    ]  # fmt: skip
    for secret in ("s3cret", "hidden"):
        assert secret not in shown.text + shown.curl


def test_a_preview_says_what_a_message_lacks_and_shows_forms_as_they_are() -> None:
    (shown,) = sample({"payload": TO_AND_TEXT | {"uid": "$$uid"}}, {"key": "k"})
    assert (shown.text, shown.messages) == ("", 1)
    assert "lacks a value" in shown.lacks
    (form,) = sample(
        {"parameters": "form", "auth": {"type": "oauth2", "token_url": "https://l.example"}},
        {"key": "k", "client_id": "a", "client_secret": "b"},
    )
    assert form.text.endswith("Authorization: Bearer YOUR_TOKEN\n\nto=34600000001&text=it%27s+%22%24%24To%22")
    (get,) = sample({"method": "GET", "parameters": "form", "url": "https://x.example", "payload": TO_AND_TEXT}, {})
    assert get.text == "GET /?to=34600000001&text=it%27s%20%22%24%24To%22 HTTP/1.1\nHost: x.example"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_no_text_ends_the_quotes_of_a_command(text: str) -> None:
    request = HttpRequest("POST", "https://x.example/", (("X", "Basic ?"),), text.encode())
    words = shlex.split(as_curl(request))
    assert words[:5] == ["curl", "--request", "POST", "--header", "X: Basic ?"]
    assert words[5:] == [*(["--data-raw", text] if text else []), "--url", "https://x.example/"]


@pytest.mark.req("R130")
def test_what_a_browser_writes_in_two_halves_is_one_sign_and_a_half_alone_is_none() -> None:
    found = curl_words.read("curl https://x.example -d $'Hi \\ud83d\\ude00 \\ud83d \\x00 \\u00f1'")
    assert found.data == ["Hi \U0001f600 \ufffd  \u00f1"]


def test_a_long_word_behind_two_brackets_is_looked_for_once() -> None:
    command = "curl https://x.example <<" + "a" * 24_000 + "\n" * 24_000
    began = perf_counter()
    assert curl_words.read(command).url == "https://x.example"
    assert perf_counter() - began < 2
