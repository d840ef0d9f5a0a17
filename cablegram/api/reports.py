"""Reports over any time: how much went out and came in, was it delivered, and why not; kept ones, by mail too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Id
from cablegram.api.operation import Can, Download, Resource
from cablegram.api.report_views import (
    DaysQuery,
    DeliveryAnswer,
    NewSavedReport,
    OptOutAnswer,
    ReportAnswer,
    ReportQuery,
    SavedReportList,
    SavedReportView,
    TimeZoneView,
    delay_view,
    kept_of,
    opt_out_view,
    question,
    report_view,
    saved_view,
)
from cablegram.kit import csvio
from cablegram.reports import answer, files, saved
from cablegram.reports.model import Question
from cablegram.runtime.runtime import Runtime

reports = Resource("Reports", "How much, where, by which way, and was it delivered; over any days, of any size.")

_CSV = "text/csv"
_BAD_RANGE = Can(403, "bad_range", "the last day is before the first, or there are too many days")
_NO_REPORT = Can(404, "report_not_found", "the account keeps no such report")


@reports.call("GET", "/v1/reports/summary", "getSummary", scope=Scope.READ, errors=(_BAD_RANGE,))
async def summary(rt: Runtime, who: Principal, query: ReportQuery) -> ReportAnswer:
    """Get a summary.

    Messages and segments out and in, states and credits, of any days, by whatever tells them apart. It is read from
    sums that are kept, so it takes milliseconds whatever was sent.
    """
    return report_view(await answer.summary(rt, who, question(query)))


@reports.call(
    "GET",
    "/v1/reports/summary.csv",
    "getSummaryCsv",
    scope=Scope.READ,
    errors=(_BAD_RANGE,),
    gives={_CSV: "The lines, and all of them together as the last."},
)
async def summary_csv(rt: Runtime, who: Principal, query: ReportQuery) -> Download:
    """Get a summary as CSV."""
    return _download("summary.csv", files.rows(await answer.summary(rt, who, question(query))))


@reports.call("GET", "/v1/reports/delivery", "getDeliveryReport", scope=Scope.READ, errors=(_BAD_RANGE,))
async def delivery(rt: Runtime, who: Principal, query: ReportQuery) -> DeliveryAnswer:
    """Get the delivery report.

    Messages beside segments, how many arrived, and how long each connector took; how long is some minutes behind.
    """
    found, delays = await answer.delivery(rt, who, question(query))
    whole = report_view(found)
    return DeliveryAnswer(
        time_zone=whole.time_zone,
        as_of=whole.as_of,
        total=whole.total,
        lines=whole.lines,
        names=whole.names,
        delays=[delay_view(one) for one in delays],
    )


@reports.call("GET", "/v1/reports/errors", "getErrorReport", scope=Scope.READ, errors=(_BAD_RANGE,))
async def errors(rt: Runtime, who: Principal, query: ReportQuery) -> ReportAnswer:
    """Get the report of what did not arrive.

    By the carrier's code, or ours where it gave none, and by connector; or by what is asked.
    """
    return report_view(await answer.errors(rt, who, question(query)))


@reports.call("GET", "/v1/reports/opt_outs", "getOptOutReport", scope=Scope.READ, errors=(_BAD_RANGE,))
async def opt_outs(rt: Runtime, who: Principal, query: DaysQuery) -> OptOutAnswer:
    """Get the report of people who said no."""
    found, zone = await answer.opt_outs(rt, who, Question(query.since, query.until))
    return OptOutAnswer(time_zone=zone, lines=[opt_out_view(one) for one in found])


@reports.call("GET", "/v1/reports/time_zone", "getReportTimeZone", scope=Scope.READ)
async def time_zone(rt: Runtime, who: Principal) -> TimeZoneView:
    """Get the time zone of reports."""
    return TimeZoneView(time_zone=await answer.zone_of(rt, who))


@reports.call(
    "PUT",
    "/v1/reports/time_zone",
    "setReportTimeZone",
    scope=Scope.ACCOUNT,
    errors=(Can(403, "bad_time_zone", "the IANA database has no such zone"),),
)
async def set_time_zone(rt: Runtime, who: Principal, body: TimeZoneView) -> TimeZoneView:
    """Choose the time zone of reports.

    Days begin at its midnight, those of the past too: they are counted anew within seconds.
    """
    await answer.choose_zone(rt, who, body.time_zone)
    return body


@reports.call("GET", "/v1/reports", "listSavedReports", scope=Scope.READ)
async def every(rt: Runtime, who: Principal) -> SavedReportList:
    """List the reports that are kept."""
    return SavedReportList([saved_view(one) for one in await saved.page(rt, who)])


@reports.call(
    "POST",
    "/v1/reports",
    "saveReport",
    scope=Scope.ACCOUNT,
    status=201,
    errors=(
        Can(403, "no_readers", "it has a pace, and nobody to get it"),
        Can(404, "user_not_found", "one who is to get it does not belong to the account"),
        Can(404, "connector_not_found", "there is no such connector"),
        Can(404, "campaign_not_found", "the account has no such campaign"),
        Can(409, "report_name_taken", "there is a report of that name"),
        Can(409, "too_many_reports", "the account keeps fifty"),
    ),
)
async def save(rt: Runtime, who: Principal, body: NewSavedReport) -> SavedReportView:
    """Keep a report, and have it mailed.

    In the morning after each day, week or month, with its file, to users of the account.
    """
    return saved_view(await saved.save(rt, who, body.name, kept_of(body), pace=body.pace, user_ids=body.user_ids))


@reports.call("GET", "/v1/reports/{report_id}", "getSavedReport", scope=Scope.READ, errors=(_NO_REPORT,))
async def get(rt: Runtime, who: Principal, report_id: Id) -> SavedReportView:
    """Get a report that is kept."""
    return saved_view(await saved.get(rt, who, report_id))


@reports.call(
    "DELETE", "/v1/reports/{report_id}", "deleteSavedReport", scope=Scope.ACCOUNT, status=204, errors=(_NO_REPORT,)
)
async def delete(rt: Runtime, who: Principal, report_id: Id) -> None:
    """Delete a report that is kept; it is not mailed any more."""
    await saved.delete(rt, who, report_id)


def _download(name: str, rows: Iterable[list[str]]) -> Download:
    return Download(name, _CSV, _once(csvio.write(rows)))


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
