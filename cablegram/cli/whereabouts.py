"""Where the panel and the API of a data folder are: `up` notes it there, for commands that were not told."""

from __future__ import annotations

from cablegram.runtime.settings import Settings

_FILE = "address"


def note(settings: Settings) -> None:
    """Write down where this system is reached."""
    (settings.data_dir / _FILE).write_text(f"{settings.public}\n", encoding="utf-8")


def known(settings: Settings) -> str:
    """Return the address that the settings say; where they say nothing, the one at which it was started last."""
    if settings.public != Settings().public:
        return settings.public
    try:
        return (settings.data_dir / _FILE).read_text(encoding="utf-8").strip() or settings.public
    except FileNotFoundError:  # it was never started from here
        return settings.public
