"""Campaigns: one text or several to many people, with a beginning, an end and a state (R98-R104, R149)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api import forecasts
from cablegram.api.campaign_forms import CampaignBody, CampaignChange, CampaignSettings, ChooseBody, LifecycleBody
from cablegram.api.campaign_views import CampaignPage, CampaignView, ProgressView, progress_view, view
from cablegram.api.contact_lists import BAD_FILE, CONTACT_FILE
from cablegram.api.errors import BadRequest
from cablegram.api.fields import Id, Paging
from cablegram.api.forecasts import ForecastView
from cablegram.api.messages import PICTURES
from cablegram.api.operation import ByFile, Can, Resource, Upload
from cablegram.api.paging import cut
from cablegram.api.reading import read_json
from cablegram.billing.prices import Prices
from cablegram.campaigns import find, forecast, from_file, lifecycle, progress
from cablegram.kit.errors import Fault, InvalidInput, Refused
from cablegram.kit.ids import CampaignId
from cablegram.runtime.runtime import Runtime

campaigns = Resource("Campaigns", "One text, or the best of several, to many people.")


_LONGEST_SETTINGS = 16_000
_SETTINGS = msgspec.json.Decoder(CampaignSettings)


class FileQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What goes beside the file of a campaign."""

    settings: Annotated[
        str,
        Meta(
            max_length=_LONGEST_SETTINGS,
            description="With a CSV file: the campaign as JSON, with the fields of the body but for those that say to "
            "whom it goes.",
            examples=['{"name": "Opening night", "text": "Hello {{ first_name }}, doors open at eight."}'],
        ),
    ] = ""
    on_bad_rows: Annotated[
        Literal["refuse", "skip"],
        Meta(description="With a CSV file: one bad row refuses the campaign, or bad rows are left out."),
    ] = "refuse"


_NO_CAMPAIGN = Can(404, "campaign_not_found", "the account has no such campaign")
_ILLEGAL = Can(409, "illegal_move", "the campaign's state does not allow it")
_PLAN = (
    Can(400, "bad_name", "the name or description is not one line"),
    Can(400, "text_or_template", "both a text and a template are given, or neither"),
    Can(400, "bad_template", "the text is no template"),
    Can(400, "text_too_short", "the text has under 5 characters"),
    Can(403, "missing_variable", "a variable is no column of the lists, has no default and is not given"),
    Can(403, "sender_needed", "`from` is left out and the account has no default sender"),
    Can(403, "sender_not_owned", "the account may not send as that, or as one of those"),
    Can(403, "sender_invalid", "`any` stands in a list with others"),
    Can(403, "sender_no_texts", "one of the senders is a number for calls alone"),
    Can(403, "sender_suspended", "the rent of the number is not paid"),
    Can(403, "empty_window", "a window of the schedule begins and ends at the same time"),
    Can(403, "schedule_empty", "the schedule names no hour of any day"),
    Can(403, "start_at_past", "`start_at` is in the past"),
    Can(403, "start_at_far", "`start_at` is more than a year ahead"),
    Can(403, "lists_needed", "nobody is said to whom it goes"),
    Can(403, "program_needed", "`all_subscribers` without a service or store"),
    Can(403, "two_programs", "a service and a store are given"),
    Can(403, "bad_variants", "shares that do not add up to 100, or two variants of one name"),
    Can(403, "bad_winner", "there is nothing to choose from"),
    Can(403, "bad_canary", "`canary_minutes` without `canary`"),
    Can(403, "bad_pace", "a pace by the minute and one by five minutes"),
    Can(403, "bad_goal", "nobody can reach the goal, or nobody would see it"),
    Can(404, "list_not_found", "the account has no such contact list"),
    Can(404, "segment_not_found", "the account has no such segment"),
    Can(404, "program_not_found", "the account has no such service or store"),
    Can(404, "template_not_found", "the account has no such template"),
    *PICTURES,
)


@campaigns.call("GET", "/v1/campaigns", "listCampaigns", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: Paging) -> CampaignPage:
    """List campaigns.

    Newest first.
    """
    found = await find.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/campaigns", query)
    return CampaignPage([view(one) for one in items], following)


async def create_from_file(rt: Runtime, who: Principal, query: FileQuery, upload: Upload) -> CampaignView:
    """Make a campaign of a file: the other body of `create`."""
    new = _settings(query.settings).new()
    return view(await from_file.create(rt, who, new, upload, on_bad_rows=query.on_bad_rows))


def _settings(text: str) -> CampaignSettings:
    """Read the campaign that stands in the query. Raises Refused (`settings_needed`), InvalidInput (`bad_settings`)."""
    if not text.strip():
        message = "With a CSV file the campaign itself stands in the query: `?settings={...}`, as JSON."
        raise Refused("settings_needed", message, faults=[Fault("settings", "settings_needed", message)])
    try:
        return read_json(text.encode(), _SETTINGS)
    except BadRequest as error:
        found = [Fault(f"settings.{one.field}".rstrip("."), one.code, one.message) for one in error.faults]
        raise InvalidInput("bad_settings", f"`settings` is no campaign: {error.message}", faults=found) from None


@campaigns.call(
    "POST",
    "/v1/campaigns",
    "createCampaign",
    scope=Scope.SEND,
    status=201,
    errors=(
        *_PLAN,
        *BAD_FILE,
        Can(400, "file_empty", "the file has no byte"),
        Can(403, "bad_settings", "`settings` is not the JSON of a campaign"),
        Can(403, "settings_needed", "a CSV file came without `settings`"),
        Can(409, "campaign_name_taken", "another campaign of the account has that name"),
        Can(409, "too_many_jobs", "a hundred jobs of the account wait or run"),
        Can(413, "too_many_files", "the files that the account brought are more than 5 GB"),
    ),
    by_file=ByFile(CONTACT_FILE, FileQuery, create_from_file),
)
async def create(rt: Runtime, who: Principal, body: CampaignBody) -> CampaignView:
    """Make a campaign.

    It is ready to start; nothing is sent or charged before it is started.

    With a body of `text/csv` it goes to the people of that file, who are a list of its own: the campaign itself then
    stands in `?settings={...}`, and the key needs the scope `contacts` as well. It is `creating` while the job in
    `job_id` reads them, and then `ready`; where that fails, it is `cancelled` with the reason. With `as_job` one of
    lists, segments or subscribers is made so, too.
    """
    deed = from_file.create_as_job if body.as_job else lifecycle.create
    return view(await deed(rt, who, body.new()))


@campaigns.call("GET", "/v1/campaigns/{campaign_id}", "getCampaign", scope=Scope.READ, errors=(_NO_CAMPAIGN,))
async def get(rt: Runtime, who: Principal, campaign_id: Id) -> CampaignView:
    """Get one campaign."""
    return view(await find.get(rt, who, CampaignId(campaign_id)))


@campaigns.call(
    "DELETE",
    "/v1/campaigns/{campaign_id}",
    "deleteCampaign",
    scope=Scope.SEND,
    status=204,
    errors=(
        _NO_CAMPAIGN,
        Can(409, "campaign_has_history", "it has started once, so messages name it"),
        Can(409, "campaign_being_made", "a job is making it"),
    ),
)
async def delete(rt: Runtime, who: Principal, campaign_id: Id) -> None:
    """Delete a campaign that never started."""
    await lifecycle.delete(rt, who, CampaignId(campaign_id))


@campaigns.call(
    "POST",
    "/v1/campaigns/{campaign_id}/lifecycle",
    "moveCampaign",
    scope=Scope.SEND,
    errors=(
        _NO_CAMPAIGN,
        _ILLEGAL,
        Can(403, "missing_variable", "the lists lost a column that the text needs"),
        Can(403, "no_route", "no connector can carry its messages"),
        Can(403, "gateway_untested", "a connector that would carry them has not been tried out: `testConnector`"),
        Can(403, "sender_needed", "the account has no default sender any more"),
        Can(403, "sender_not_owned", "the account may not send as that any more"),
        Can(404, "list_not_found", "one of its lists was deleted"),
        Can(403, "too_often", "its SMS service would write to somebody more often than it declared, by a setting"),
        Can(403, "confirm_needed", "it goes to more than 1,000 people, and whoever asks has to say how many"),
        Can(403, "count_differs", "it goes to another number of people than `confirm` says"),
        Can(409, "no_recipients", "there is nobody to whom it goes"),
        Can(409, "too_late_to_undo", "its first messages are made"),
        Can(409, "held_after_restore", "it came out of a backup, and the operator has not given the word yet"),
    ),
)
async def move(rt: Runtime, who: Principal, campaign_id: Id, body: LifecycleBody) -> CampaignView:
    """Start, pause, resume, cancel or undo a campaign.

    Pausing takes back at once what no link has yet; cancelling refunds it. A campaign that paused for lack of credit,
    or that a guard paused, is brought back by `start` or `resume`, never by itself. With `undo_for` nothing leaves for
    so many seconds, in which `undo` makes it ready again.
    """
    # Answered from the move itself: a second look could fail, and say that nothing was done.
    campaign = await lifecycle.act(rt, who, CampaignId(campaign_id), body.action, launch=body.launch())
    return view(campaign)


@campaigns.call(
    "PATCH",
    "/v1/campaigns/{campaign_id}",
    "changeCampaign",
    scope=Scope.SEND,
    errors=(
        _NO_CAMPAIGN,
        Can(400, "bad_name", "the name or description is not one line"),
        Can(403, "bad_pace", "a pace by the minute and one by five minutes"),
        Can(409, "campaign_ended", "it is finished or cancelled"),
        Can(409, "campaign_name_taken", "another campaign of the account has that name"),
    ),
)
async def change(rt: Runtime, who: Principal, campaign_id: Id, body: CampaignChange) -> CampaignView:
    """Change a campaign's name, description, guards or pace.

    What runs goes by it at once.
    """
    return view(await lifecycle.change(rt, who, CampaignId(campaign_id), body.change()))


@campaigns.call(
    "POST",
    "/v1/campaigns/{campaign_id}/winner",
    "chooseVariant",
    scope=Scope.SEND,
    errors=(
        _NO_CAMPAIGN,
        Can(404, "variant_not_found", "the campaign has no variant of that name"),
        Can(409, "nothing_to_choose", "it looks for no best text, or has found it, or does not run"),
    ),
)
async def choose(rt: Runtime, who: Principal, campaign_id: Id, body: ChooseBody) -> CampaignView:
    """Choose which text the rest of a campaign gets.

    Before it finds out by itself.
    """
    return view(await lifecycle.choose(rt, who, CampaignId(campaign_id), body.variant))


@campaigns.call("GET", "/v1/campaigns/{campaign_id}/progress", "getProgress", scope=Scope.READ, errors=(_NO_CAMPAIGN,))
async def show_progress(rt: Runtime, who: Principal, campaign_id: Id) -> ProgressView:
    """Get a campaign's progress.

    Counts by state, rate, time left, money.
    """
    return progress_view(await progress.now(rt, who, CampaignId(campaign_id)))


@campaigns.call(
    "GET",
    "/v1/campaigns/{campaign_id}/forecast",
    "getForecast",
    scope=Scope.READ,
    errors=(
        _NO_CAMPAIGN,
        Can(404, "list_not_found", "one of its lists was deleted"),
        Can(409, "forecast_running", "another one of the account is being made"),
    ),
)
async def show_forecast(rt: Runtime, who: Principal, campaign_id: Id, prices: Prices) -> ForecastView:
    """Get a campaign's forecast.

    What it would send and cost if it started now, found by the steps that send it. An account's are made one by one.
    """
    return forecasts.view(await forecast.of_campaign(rt, who, CampaignId(campaign_id), prices=prices))
