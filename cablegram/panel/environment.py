"""The one Jinja environment of the panel: its filters, its catalogue of words, and the names of the built assets."""

from __future__ import annotations

import json
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, cast

import jinja2
from jinja2.runtime import Context
from markupsafe import Markup, escape

from cablegram.kit.errors import Unavailable
from cablegram.messages import wording
from cablegram.messages.model import FINAL
from cablegram.panel import filters, language, words

HERE = Path(__file__).parent
STATIC = HERE / "static"
STATIC_URL = "/static"
_MANIFEST = STATIC / "dist" / "manifest.json"


def make_environment() -> jinja2.Environment:
    """Make the environment every page is rendered with.

    A page may read `now` (aware) and `zone` from its context: the filters `when`, `clock` and `full` do.
    Raises Unavailable (`assets_missing`) when the assets were never built.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    cast("dict[str, Any]", environment.filters).update(
        phone=filters.phone,
        reason=wording.reason,
        duration=filters.duration,
        named=filters.named,
        marked=filters.marked,
        points=filters.points,
        when=_when,
        minute=_minute,
        day=_day,
        barred=words.barred,
        span=_span,
        clock=_clock,
        full=_full,
    )
    language.teach(environment)
    assets = read_manifest(_MANIFEST)

    def asset(name: str) -> str:
        return f"{STATIC_URL}/dist/{assets[name]}"

    cast("dict[str, Any]", environment.globals).update(
        asset=asset, happening=words.happening, SIGNS=words.SIGNS, FINAL=FINAL
    )
    return environment


def read_manifest(path: Path) -> dict[str, str]:
    """Read which file stands for which asset; Unavailable (`assets_missing`) says how to build them."""
    try:
        return cast("dict[str, str]", json.loads(path.read_text()))
    except FileNotFoundError:
        message = "The panel's assets are not built. Run `make setup` (or scripts/frontend.sh) once, then start again."
        raise Unavailable("assets_missing", message) from None


@jinja2.pass_context
def _when(context: Context, moment: datetime | None) -> Markup:
    if moment is None:
        return escape(filters.DASH)
    zone = _zone(context)
    short = filters.when(moment, cast("datetime", context["now"]), zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(), language.date(filters.full(moment, zone)), language.date(short)
    )


@jinja2.pass_context
def _minute(context: Context, moment: datetime, zone: tzinfo | None = None) -> str:
    return filters.minute(moment, zone or _zone(context))


@jinja2.pass_context
def _day(context: Context, moment: datetime, zone: tzinfo | None = None) -> str:
    return language.date(filters.day(moment, zone or _zone(context)))


@jinja2.pass_context
def _span(context: Context, opens: datetime, closes: datetime, zone: tzinfo | None = None) -> str:
    return language.date(filters.span(opens, closes, zone or _zone(context)))


@jinja2.pass_context
def _clock(context: Context, moment: datetime) -> Markup:
    zone = _zone(context)
    exact = filters.clock(moment, zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(), language.date(filters.full(moment, zone)), exact
    )


@jinja2.pass_context
def _full(context: Context, moment: datetime) -> str:
    return language.date(filters.full(moment, _zone(context)))


def _zone(context: Context) -> tzinfo:
    return cast("tzinfo", context.get("zone", UTC))
