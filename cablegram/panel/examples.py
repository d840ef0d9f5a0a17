"""The same call in a few languages, to be copied. Pure."""

from __future__ import annotations

_CURL = """\
curl {base}/v1/messages \\
  -H "Authorization: Bearer YOUR_KEY" \\
  -H "Idempotency-Key: first-one" \\
  -H "Content-Type: application/json" \\
  -d '{{"to": "+{number}", "from": "{sender}", "text": "Hello Ana"}}'"""

_PYTHON = """\
import json, urllib.request

request = urllib.request.Request(
    "{base}/v1/messages",
    data=json.dumps({{"to": "+{number}", "from": "{sender}", "text": "Hello Ana"}}).encode(),
    headers={{"Authorization": "Bearer YOUR_KEY", "Content-Type": "application/json"}},
)
print(urllib.request.urlopen(request).read().decode())"""

_JAVASCRIPT = """\
const answer = await fetch("{base}/v1/messages", {{
  method: "POST",
  headers: {{ Authorization: "Bearer YOUR_KEY", "Content-Type": "application/json" }},
  body: JSON.stringify({{ to: "+{number}", from: "{sender}", text: "Hello Ana" }}),
}});
console.log(await answer.json());"""


def examples(base: str, number: str, sender: str) -> list[tuple[str, str]]:
    """Return (language, code) for sending one message to a number by the API at `base`."""
    languages = [("curl", _CURL), ("Python", _PYTHON), ("JavaScript", _JAVASCRIPT)]
    return [(name, code.format(base=base, number=number, sender=sender)) for name, code in languages]
