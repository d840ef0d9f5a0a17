"""What a browser says of itself, in words that tell one's own devices apart. Pure."""

from __future__ import annotations

# The first that fits counts: many say that they are others as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
    ("python", "Python"),
)
_SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)


def told(agent: str, kind: str) -> str:
    """Return what a session is at: "Firefox on Linux", "A program" for one of the API."""
    browser = next((name for sign, name in _BROWSERS if sign.lower() in agent.lower()), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    found = f"{browser or 'Something'} on {system}" if system else browser or "Unknown"
    return f"A program ({found})" if kind == "api" else found
