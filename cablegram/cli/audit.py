"""`cablegram audit`: prove that every message and every credit is accounted for."""

from __future__ import annotations

from typing import Any

from cablegram.audit.model import Report, Sum, Sums
from cablegram.audit.prove import audit as prove
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, moment, money, table


def audit(*, place: Place = HERE, json: AsJson = False) -> int:
    """Print the sums and prove them, from postings, messages and counts; exit status 1 names every row that is off."""
    report = act(place, prove)
    say(_text(report), _facts(report), as_json=json)
    return 0 if report.is_ok else 1


def _text(report: Report) -> str:
    lines = [_sums(report)] if report.sums else ["There are no messages yet."]
    if doubt := report.totals().get("unknown"):
        lines.append(f"In question: {many(doubt.n, 'message')} for {money(doubt.amount)} credits.\n")
    for check in report.checks:
        lines.append(f"{'ok ' if check.is_ok else 'OFF'}  {check.sentence}")
        if not check.is_ok:
            lines += [f"       {row}" for row in check.rows]
            if check.count > len(check.rows):
                lines.append(f"       ... {many(check.count, 'row')} in all")
    lines.append("audit: ok" if report.is_ok else f"audit: NOT ok, {moment(report.at)} UTC")
    return "\n".join(lines)


def _sums(report: Report) -> str:
    """Write a table: a line an account and campaign, a column a state that occurs, and what it all cost."""
    states = sorted(report.totals(), key=lambda state: state == "skipped")  # skipped last: it is beside the sum
    numbers = ("accepted", *states, "charged", "refunded")
    rows = [
        (
            one.account,
            one.campaign or ("" if one.campaign_id is None else str(one.campaign_id)),
            f"{one.accepted.n:,}",
            *(f"{one.by_state[state].n:,}" if state in one.by_state else "" for state in states),
            money(one.accepted.amount),
            money(one.refunded.amount),
        )
        for one in report.sums
    ]
    return table(("account", "campaign", *numbers), rows, numbers=numbers) + "\n"


def _facts(report: Report) -> dict[str, Any]:
    return {
        "audit": "ok" if report.is_ok else "failed",
        "at": report.at,
        "sums": [_sum_facts(one) for one in report.sums],
        "checks": [
            {
                "name": check.name,
                "sentence": check.sentence,
                "is_ok": check.is_ok,
                "count": check.count,
                "rows": [
                    {"account_id": row.account_id, "campaign_id": row.campaign_id, "what": row.what}
                    for row in check.rows
                ],
            }
            for check in report.checks
        ],
    }


def _sum_facts(one: Sums) -> dict[str, Any]:
    return {
        "account_id": one.account_id,
        "account": one.account,
        "campaign_id": one.campaign_id,
        "campaign": one.campaign,
        "accepted": _pair(one.accepted),
        "refunded": _pair(one.refunded),
        "by_state": {state: _pair(some) for state, some in one.by_state.items()},
    }


def _pair(some: Sum) -> dict[str, int]:
    return {"messages": some.n, "amount": some.amount}
