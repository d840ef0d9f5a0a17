"""`cablegram login`: a way back in for somebody who forgot the password."""

from __future__ import annotations

from cablegram.accounts import profile
from cablegram.cli import whereabouts
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.runtime.runtime import Runtime


def login(login: str = "operator", *, place: Place = HERE, json: AsJson = False) -> None:
    """Print an address that logs somebody in, once, within a day; without a name, the operator."""

    async def deed(rt: Runtime) -> str:
        return f"{whereabouts.known(rt.settings)}/login/{await profile.one_time_for(rt, login)}"

    url = act(place, deed)
    say(f"{url}\n  It logs {login} in, once, within a day.", {"login": login, "url": url}, as_json=json)
