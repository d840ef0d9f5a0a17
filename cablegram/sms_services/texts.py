"""The five texts that a service sends by itself: their defaults, and what each must say in its own words (R74). Pure.

The keyword stands first in each, and the facts stand in the order of the table. A text may be worded otherwise and in
another language, with these names: `{{ keyword }}`, `{{ service_type }}`, `{{ terms_url }}`, `{{ phone }}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.sms_services.model import Form, Says
from cablegram.templates.render import Template
from cablegram.text.segments import measure

RATES = "Msg & Data rates may apply."

DEFAULTS: Mapping[Says, str] = {
    Says.REMINDER: "{{ keyword }}: you are subscribed, this is a reminder. Text STOP {{ keyword }} to end, "
    f"HELP {{{{ keyword }}}} for help. Msg freq varies. {RATES}",
    Says.HELP: "{{ keyword }}: terms at {{ terms_url }}, call {{ phone }}. Text STOP {{ keyword }} to end. "
    f"Msg freq varies. {RATES}",
    Says.OPT_IN: "{{ keyword }}: thanks, you will get recurring {{ service_type }} messages. Text HELP {{ keyword }} "
    f"for help, STOP {{{{ keyword }}}} to end. Msg freq varies. {RATES}",
    Says.OPT_OUT: "{{ keyword }}: you have opted out and will get no more messages. Thank you.",
    Says.WELCOME: "{{ keyword }}: reply YES {{ keyword }} to subscribe to recurring {{ service_type }} messages. Text "
    f"HELP {{{{ keyword }}}} for help. Terms at {{{{ terms_url }}}}. Msg freq varies. {RATES}",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a text must say, as a pattern of the rendered text."""

    name: str
    pattern: str


_STOP = Fact("how to stop (STOP and the keyword)", r"\b(?:STOP|BAJA) {keyword}\b")
_HELP = Fact("how to get help (HELP and the keyword)", r"\bHELP {keyword}\b")
_TERMS = Fact("the address of the terms", r"{terms_url}")
_YES = Fact("how to say yes (YES and the keyword)", r"\bYES {keyword}\b")

NEEDED: Mapping[Says, tuple[Fact, ...]] = {
    Says.REMINDER: (_STOP, _HELP),
    Says.HELP: (_TERMS, Fact("the phone", r"{phone}"), _STOP),
    Says.OPT_IN: (_HELP, _STOP),
    Says.OPT_OUT: (),
    Says.WELCOME: (_YES, _HELP, _TERMS),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One of a service's texts as people get it, with its segments; `is_own` where its owner changed it."""

    says: Says
    template: str
    text: str
    segments: int
    is_own: bool


def render(says: Says, keyword: str, form: Form, own: Mapping[Says, str]) -> str:
    """Return a text as it is sent."""
    return Template(own.get(says) or DEFAULTS[says]).render(_values(keyword, form))


def all_of(keyword: str, form: Form, own: Mapping[Says, str]) -> list[Said]:
    """Return a service's five texts with their segments."""
    found: list[Said] = []
    for says in Says:
        template = own.get(says) or DEFAULTS[says]
        text = render(says, keyword, form, own)
        found.append(Said(says, template, text, measure(text).segments, says in own))
    return found


def faults(own: Mapping[Says, str], keyword: str, form: Form) -> Iterator[Fault]:
    """Say what is wrong with the texts of a service: names that there are not, facts that lack."""
    values = _values(keyword, form)
    for says, template in own.items():
        field = f"texts.{says}"
        try:
            text = Template(template).render(values)
        except InvalidInput as error:
            yield Fault(field, error.code, error.message)
            continue
        if not text.startswith(keyword):
            message = f"The text has to begin with the keyword, so that people see who writes: write {keyword} first."
            yield Fault(field, "text_without_keyword", message)
        for fact in NEEDED[says]:
            pattern = fact.pattern.format(**{name: re.escape(value) for name, value in values.items()})
            if not re.search(pattern, text):
                message = f"The text has to say {fact.name}: carriers suspend a service whose texts do not."
                yield Fault(field, "text_lacks_fact", message)


def _values(keyword: str, form: Form) -> dict[str, str]:
    return {
        "keyword": keyword,
        "service_type": form.use.service_type,
        "terms_url": form.terms_url,
        "phone": form.phone,
    }
