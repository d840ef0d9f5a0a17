"""Sample data for scripts/panel_shots.py: one context a page, in the shapes the templates' first comments name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

from cablegram.accounts.access import Scope
from cablegram.accounts.model import Account, ApiKey, User
from cablegram.billing.model import Posting, PostingKind
from cablegram.billing.tariffs import Tariff, TariffBook
from cablegram.campaigns.model import CountryForecast, CountryReport, Forecast, Progress, Report
from cablegram.connectors.model import Connector, IdForm, LinkStatus, SmppSettings
from cablegram.contacts.model import Contact, ContactList, ImportResult
from cablegram.kit.errors import Fault
from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, ContactId, KeyId, ListId, MessageId, PostingId, TemplateId, UserId
from cablegram.library.model import SavedTemplate
from cablegram.messages.model import Count, Message, MessageClass, Moment, State
from cablegram.panel.cut import Sample, cut
from cablegram.panel.shell import ACCOUNT, ACCOUNT_DOCK, OPERATOR, OPERATOR_DOCK, Place, Shell, dock_of, groups_with
from cablegram.text.segments import split

NOW = datetime(2026, 11, 20, 14, 18, 20, 340_000, tzinfo=UTC)
PLACES = (Place("1", "Mercado Luna", is_current=True), Place("2", "Baraka Foods", is_current=False), Place("operator", "Operator", is_current=False))
CREDIT = 1_000_000
ID = UUID("0197a5c2-e41b-7d0e-9a63-5b1f0c9d27ae")
ZONE = "Europe/Madrid"


def ago(seconds: float) -> datetime:
    """Return a time before now."""
    return NOW - timedelta(seconds=seconds)


def account(here: str, title: str, **context: object) -> dict[str, Any]:
    """Make a page's context inside an account."""
    groups = groups_with(ACCOUNT, badges={"campaigns": "1"})
    shell = Shell(groups, dock_of(groups, ACCOUNT_DOCK), "/", "Mercado Luna", PLACES, "Inés Carrasco", 18_240_500_000, 25_000_000_000)
    return _page(here, title, shell, context)


def operator(here: str, title: str, **context: object) -> dict[str, Any]:
    """Make a page's context in the operator's shell."""
    groups = groups_with(OPERATOR, badges={"links": "9"})
    shell = Shell(groups, dock_of(groups, OPERATOR_DOCK), "/operator", "Operator", PLACES, "Kwame Mensah")
    return _page(here, title, shell, context)


def outside(title: str, **context: object) -> dict[str, Any]:
    """Make the context of a page without a person."""
    return _page("", title, None, context)


def _page(here: str, title: str, shell: Shell | None, context: dict[str, object]) -> dict[str, Any]:
    frame: dict[str, Any] = {"title": title, "here": here, "shell": shell, "csrf_token": "sample", "now": NOW, "zone": UTC, "flash": [], "undo": None, "errors": {}, "summary": []}
    return {**frame, **context}


SENDERS = [("MercadoLuna", "MercadoLuna (name, no replies)"), ("34612440118", "+34 612 440 118")]
CAMPAIGN_TABS = [("Campaigns", "/campaigns", True), ("Templates", "/templates", False)]
TEMPLATE_TABS = [("Campaigns", "/campaigns", False), ("Templates", "/templates", True)]
BILLING_TABS = [("Balance and ledger", "/billing", True), ("Tariffs", "/billing/tariffs", False)]
TARIFF_TABS = [("Balance and ledger", "/billing", False), ("Tariffs", "/billing/tariffs", True)]
MESSAGE_TABS = [("Sent", "/messages", True), ("Received", "/messages/received", False)]
RECEIVED_TABS = [("Sent", "/messages", False), ("Received", "/messages/received", True)]


def message(at: float, number: str, country: str, text: str, state: State, price: float, reason: str | None = None) -> Message:
    """Make one message of the log."""
    parts = split(text)
    return Message(
        id=MessageId(ID), account_id=AccountId(ID), campaign_id=CampaignId(ID), connector_id=ConnectorId(ID),
        posting_id=None if state is State.SKIPPED else PostingId(ID),
        refund_id=PostingId(ID) if state in (State.REJECTED, State.FAILED, State.CANCELLED) else None,
        price=round(price * CREDIT), accepted_at=ago(at), claimed_at=ago(at - 0.048), submitted_at=ago(at - 0.129),
        finished_at=ago(at - 4.7), state=state, segments=len(parts), message_class=MessageClass.MARKETING,
        encoding="ucs2", reason=reason, error="0x0000000b" if state is State.REJECTED else None, country=country,
        source="MercadoLuna", number=number, client_ref="order-48213", text=text,
    )  # fmt: skip


SALE = "Otoño en Mercado Luna: -20 % en todo hasta el domingo"
UKRAINIAN = "Олено, ваше замовлення №48213 вже у відділенні. Код отримання 7740. Чекаємо на вас до пʼятниці, 27 листопада, щодня до 20:00."
LOG = [
    message(13, "380671204518", "UA", UKRAINIAN, State.DELIVERED, 2.8),
    message(14, "48601555201", "PL", SALE, State.SUBMITTED, 1.1),
    message(14, "212661448390", "MA", SALE, State.UNDELIVERED, 3.6, "absent_subscriber"),
    message(15, "886912345118", "TW", "您的包裹已送達，請於週五前領取", State.DELIVERED, 0.9),
    message(16, "34910000118", "ES", SALE, State.SKIPPED, 0, "number_landline"),
    message(18, "919820044119", "IN", "आपका ऑर्डर रास्ते में है", State.REJECTED, 1.0, "carrier_refused"),
    message(22, "34655020604", "ES", "Tu código es 482 113. No lo compartas.", State.DELIVERED, 1.0),
    message(29, "351912004118", "PT", SALE, State.UNKNOWN, 0.95, "no_answer"),
    message(31, "66812345118", "TH", "พัสดุของคุณมาถึงแล้ว", State.QUEUED, 1.2),
    message(40, "351936118204", "PT", SALE, State.SUBMITTING, 1.9),
    message(47, "353855550118", "IE", "Your table for two is confirmed for 19:30", State.EXPIRED, 1.3),
    message(90_000, "251911501183", "ET", "Your parcel has left the depot", State.FAILED, 1.3, "carrier_busy"),
    message(91_000, "212661448390", "MA", "شكرا، طلبك في الطريق", State.CANCELLED, 1.8, "campaign_cancelled"),
]
MOMENTS = [
    Moment(ago(13.0), "accepted", 0, "2 segments, ucs2"), Moment(ago(12.952), "submitting", 0, "handed to a link"),
    Moment(ago(12.871), "answered", 1, "taken as 5F0A19C2"), Moment(ago(12.870), "answered", 2, "taken as 5F0A19C3"),
    Moment(ago(12.869), "submitted", 0, "the carrier took it"), Moment(ago(8.3), "receipt", 1, "stat:DELIVRD err:000"),
    Moment(ago(8.2), "receipt", 2, "stat:DELIVRD err:000"), Moment(ago(8.2), "delivered", 0, ""),
]  # fmt: skip
ABOUT = {"message": LOG[0], "moments": MOMENTS, "segments": split(UKRAINIAN), "connector": "Kyivstar · link 2", "campaign": ("Autumn sale, second call", "/campaigns/1"), "address": "http://127.0.0.1:8080/messages/1"}


def campaign(name: str, state: str, recipients: int, **more: object) -> Row:
    """Make a campaign."""
    row = Row(id=ID, name=name, description="", state=state, reason=None, recipients=recipients, message_class="marketing",
              created_by="Inés Carrasco", created_at=ago(900), started_at=ago(254), finished_at=None, sender="34612440118")  # fmt: skip
    row.__dict__.update(more)
    return row


COUNTS = {s: Count(n, n * CREDIT) for s, n in {State.DELIVERED: 5871, State.SUBMITTED: 1204, State.SUBMITTING: 48, State.QUEUED: 5109, State.UNDELIVERED: 118, State.EXPIRED: 9, State.REJECTED: 31, State.FAILED: 4, State.CANCELLED: 12, State.UNKNOWN: 2, State.SKIPPED: 804}.items()}
DONE = {s: Count(n, n * CREDIT) for s, n in {State.DELIVERED: 9611, State.UNDELIVERED: 204, State.REJECTED: 12, State.SKIPPED: 173}.items()}
LIVE = campaign("Autumn sale, second call", "running", 13212)
PAUSED = campaign("Autumn sale, second call", "paused", 13212, reason="out_of_funds")
PROGRESS = Progress(LIVE, COUNTS, handled=7299, left=5109, not_made=0, rate=29.68, seconds_left=141, done_at=NOW + timedelta(seconds=141), charged=16_317_600_000, refunded=61_800_000, in_question=2_800_000)
REPORT = Report(LIVE, COUNTS, [CountryReport(iso, {State.DELIVERED: d, State.SUBMITTED: s, State.UNDELIVERED: u}, made, d, made, made * CREDIT) for iso, d, s, u, made in [("ES", 4610, 812, 64, 9591), ("PT", 891, 216, 22, 1874), ("MA", 262, 148, 30, 702), ("UA", 108, 28, 2, 221)]], {"no_tariff": 412, "number_landline": 188, "missing_variable": 204}, 15205, 16_317_600_000, 61_800_000)
TIMES = [ago(250 - 5 * i).isoformat() for i in range(50)]
RATES = [min(30, i * 16) + (i * 7 % 3) - (17 if 24 < i < 31 else 0) for i in range(50)]
CHART = Row(data={"times": TIMES, "series": [{"name": "submitted", "state": "submitted", "values": RATES}, {"name": "delivered", "state": "delivered", "values": [0, 0, *RATES[:-2]]}], "bands": [{"name": "Orange ES throttled", "from": TIMES[24], "to": TIMES[31]}]},
            sentence="About 30 a second since 14:14; a dip at 14:16 while Orange ES throttled", table=[(ago(240), 1780, 1504), (ago(180), 1802, 1795), (ago(120), 1120, 1240), (ago(60), 1790, 1701)])  # fmt: skip

HOLA = "Hola Inés, this is Cablegram. Reply STOP to opt out."
TYPED = "Hi {{ first_name | default: \"there\" }}, your parcel is waiting at Kiosko Luna, Calle Mayor 21. Pick it up before 20:00 – we’re open until 21:00 on Fridays. Reply BAJA to stop."
COMPOSED = "Hi Zoe, your parcel is waiting at Kiosko Luna, Calle Mayor 21. Pick it up before 20:00 – we’re open until 21:00 on Fridays."
STEP_KEYS = ("message", "contacts", "carrier", "campaign")


def steps(done: int) -> list[Row]:
    """Make the checklist with the first ones done."""
    return [Row(key=key, is_done=i < done, is_skipped=False, is_open=i == done) for i, key in enumerate(STEP_KEYS)]


FORM = Row(once="1", to="34600000118", to_name="Ana Ferreira", sender="MercadoLuna", text=HOLA)
EXAMPLES = [
    ("curl", 'curl http://127.0.0.1:8080/v1/messages \\\n  -H "Authorization: Bearer YOUR_KEY" \\\n  -H "Idempotency-Key: first-one" \\\n  --json \'{"to": "+34600000118", "text": "Hola Inés"}\''),
    ("Python", 'import json, urllib.request\n\nrequest = urllib.request.Request(\n    "http://127.0.0.1:8080/v1/messages",\n    data=json.dumps({"to": "+34600000118", "text": "Hola Inés"}).encode(),\n    headers={"Authorization": "Bearer YOUR_KEY", "Content-Type": "application/json"},\n)\nprint(urllib.request.urlopen(request).read().decode())'),
]  # fmt: skip
PHONE = Row(reply_to="", name="Ana Ferreira", number="34600000118", is_up=True, can_reply=False, lines=[])
TALK = Row(reply_to="34612440118", name="Ana Ferreira", number="34600000118", is_up=True, can_reply=True, lines=[Row(way="out", text=HOLA, at=ago(60), note="from MercadoLuna"), Row(way="in", text="¿A qué hora abren?", at=ago(41), note=""), Row(way="in", text="STOP", at=ago(20), note="")])
TEST = replace(LOG[6], text=HOLA, accepted_at=ago(13), finished_at=ago(12.62), country="ES")
HOME = {"seen": "1", "is_moving": False, "first_name": "Inés", "form": FORM, "senders": SENDERS, "measure": Row(units=52, encoding="gsm0338", segments=1, price=CREDIT), "may_connect": True, "examples": EXAMPLES, "key_hint": "", "today": None, "spent": 0, "campaigns": [], "needs": [], "test": None, "moments": None}
TEST_MOMENTS = [Moment(ago(13.0), "accepted", 0, "1 segments, gsm0338"), Moment(ago(12.959), "submitting", 0, "handed to a link"), Moment(ago(12.794), "submitted", 0, "the carrier took it"), Moment(ago(12.62), "delivered", 0, "")]
LISTS = [
    ContactList(ListId(ID), "Newsletter ES", "Signed up on the site since 2024", 9987, ["first_name", "city", "points", "coupon", "language"], ago(90_000), ago(3600)),
    ContactList(ListId(UUID(int=2)), "Kiosko regulars", "", 214, ["first_name"], ago(90_000), ago(91_000)),
    ContactList(ListId(UUID(int=3)), "Staff", "Who works here", 0, [], ago(90_000), None),
]
PEOPLE = [Contact(ContactId(ID), n, c, {"first_name": a, "city": b, "points": "1,204"}, ago(3600), ago(3600)) for n, c, a, b in [("34600000118", "ES", "Ana", "Madrid"), ("380671204518", "UA", "Олена", "Київ"), ("212661448390", "MA", "يوسف", "الدار البيضاء"), ("886912345118", "TW", "美玲", "臺北"), ("48601555201", "PL", "Łucja", "Wrocław"), ("351936118204", "PT", "Zoë", "Vila Nova de Gaia")]]
FAULTS = [Fault("lines.17.number", "number_invalid", "Line 17: “+34 12” has too few digits for a number in Spain."), Fault("lines.388", "csv_wrong_column_count", "Line 388: this row has 3 columns, the header has 5."), Fault("lines.2041.number", "number_landline", "Line 2041: +34 910 000 118 is a fixed line.")]
TEMPLATES = [SavedTemplate(TemplateId(ID), "Pickup", "Parcels at the kiosk", TYPED, ago(90_000), ago(3600)), SavedTemplate(TemplateId(UUID(int=2)), "Pickup UA", "", UKRAINIAN, ago(90_000), ago(90_000))]
FORECAST = Forecast(13212, 12408, 15205, 16_317_600_000, 18_240_500_000, 2797, {"no_tariff": 412, "missing_variable": 204, "number_landline": 188}, {}, [CountryForecast("ES", 9611, 9611, 9_611_000_000, CREDIT), CountryForecast("PT", 1874, 3748, 3_560_600_000, 950_000), CountryForecast("MA", 702, 1404, 2_527_200_000, None), CountryForecast("UA", 221, 442, 618_800_000, 1_400_000), *[CountryForecast(iso, 9, 9, 9_000_000, CREDIT) for iso in ("TW", "TH", "IN", "IE", "ET", "PL")]])
LAUNCH = {"campaign": campaign("Autumn sale, second call", "ready", 13212, started_at=None), "lists": ["Newsletter ES", "Kiosko regulars"], "sender": "34612440118", "forecast": FORECAST, "rate": 30.0, "seconds": 414, "segments": split("Hola Ana: otoño en Mercado Luna, -20 % en todo hasta el domingo con OTOÑO. luna.example/o20 BAJA para salir"), "example_of": "Ana, +34 600 000 118", "warnings": [("Some prices are demo prices", "They were invented, so that the first messages cost something.")], "blocks": [], "must_type": True, "typed": "", "error": ""}
SMPP = Row(name="Kyivstar", host="smpp.kyivstar.example", port="2775", system_id="mluna", password="", system_type="", mode="transceiver", binds="2", window="50", throughput="60", enquire_link_seconds="30", response_seconds="30")
CONNECTOR = Connector(ConnectorId(ID), None, "smpp", "Kyivstar", SmppSettings(host="smpp.kyivstar.example", system_id="mluna", binds=2, throughput=60), is_simulated=False, is_enabled=True, receipt_id_form=IdForm.HEX_THEN_DECIMAL, created_at=ago(90_000), revision=1)
SIMULATED = replace(CONNECTOR, name="Simulated carrier", is_simulated=True)
DOWN = replace(CONNECTOR, name="Chunghwa TW")


def links(*states: str) -> list[LinkStatus]:
    """Make a connector's links."""
    why = {"throttled": "ESME_RTHROTTLED 214 times in 5 min; slowed to 12 a second", "refused": "login refused: invalid password; next try 14:32:10"}
    return [LinkStatus(ConnectorId(ID), i, state, why.get(state, ""), ago(600)) for i, state in enumerate(states, 1)]


KEYS = [ApiKey(KeyId(ID), "Shop backend", "sk_5b1f0c", frozenset({Scope.SEND, Scope.READ}), ago(90_000), ago(13), None), ApiKey(KeyId(UUID(int=2)), "Old cron job", "sk_91aa07", frozenset(Scope), ago(90_000), None, ago(3600))]
POSTINGS = [Posting(PostingId(ID), seq, ago(at), PostingKind(kind), count, amount, after, CampaignId(ID) if kind in ("charge", "refund") else None, note) for seq, at, kind, count, amount, after, note in [(5, 13, "refund", 47, 61_800_000, 1_984_700_000, ""), (4, 60, "charge", 12408, -16_317_600_000, 1_922_900_000, ""), (3, 600, "inbound", 1, -CREDIT, 18_240_500_000, ""), (2, 90_000, "charge", 1, -1_315_432, 18_241_500_000, ""), (1, 91_000, "grant", 0, 25_000_000_000, 25_000_000_000, "First credit")]]
BOOK = TariffBook([Tariff("34", "ES", "Spain", CREDIT, True), Tariff("3460", "ES", "Spain mobile", 1_200_000, True), Tariff("351", "PT", "Portugal", 950_000, True), Tariff("380", "UA", "Ukraine", 1_400_000, True), Tariff("886", "TW", "Taiwan", 75_000, True)], 1)
USER = User(UserId(ID), "ines", "Inés Carrasco", is_operator=True, has_password=True, theme="system")
ACCOUNTS = [Row(account=Account(AccountId(UUID(int=i)), name, iso, False, ago(90_000)), balance=b * CREDIT, sent_today=s, users=u) for i, (name, iso, b, s, u) in enumerate([("Mercado Luna", "ES", 18240, 12408, 3), ("Nordlys Bank", "NO", 401_000, 90210, 12), ("東海旅行", "JP", 12, 0, 1)])]
SPARK = [78, 80, 74, 71, 77, 82, 80, 76, 79, 83, 81, 75, 70, 74, 78]
TILES = [Row(queued=1204, name=n, href="/connectors/1", state=s, detail=d, rates=[v * k / 80 for v in SPARK[:-4]] + ([0] * 4 if s == "down" else [v * k / 80 for v in SPARK[-4:]]), ceiling=c, in_flight=f, window=50) for n, s, d, k, c, f in [("Chunghwa TW", "down", "Refused login 3 times: invalid password. Next try 14:32:10", 18, 30, 0), ("Orange ES", "throttled", "ESME_RTHROTTLED 214 times in 5 min; slowed to 12 a second", 48, 50, 50), ("Telia SE · 1", "bound", "", 78, 100, 31), ("Telia SE · 2", "bound", "", 74, 100, 28), ("Kyivstar", "bound", "", 33, 60, 12)]]
NEEDS = [("Chunghwa TW cannot log in", "invalid password since 14:17", "Fix", "/connectors/1"), ("14 messages in question", "claimed, outcome unknown after a restart", "Look", "/messages?state=unknown")]
CHECKED = cut(COMPOSED, unit_price=CREDIT)
ANSWER = cut(TYPED, [Sample(f"{name}, +380 67 120 4518", TYPED.replace('{{ first_name | default: "there" }}', name), [name]) for name in ("Zoe", "Олена", "Ana")])
FILTERS = {"q": "", "state": [], "country": "", "campaign": "", "since": "", "until": "", "countries": [("ES", "Spain"), ("UA", "Ukraine")], "campaigns": [("1", "Autumn sale, second call")], "campaign_name": "", "clear": Row(state="/messages", country="/messages", campaign="/messages", when="/messages"), "zone_name": ZONE, "is_filtered": False, "newer": "", "older": "/messages?after=x", "note": "Newest first"}

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "parts": ("parts.html", account("settings", "Parts")),
    "login": ("login.html", outside("Log in", login="", next="/")),
    "login-refused": ("login.html", outside("Log in", login="ines", errors={"form": "Login or password is not right."}, next="/")),
    "error": ("error.html", account("", "Not found", status=404, code="campaign_not_found", what="There is no such campaign here", why="It may belong to another account, or the address is cut off.", ways=[("Campaigns", "/campaigns"), ("Home", "/")])),
    "error-outside": ("error.html", outside("Not now", status=503, code="database_unreachable", what="The database does not answer", why="Nothing is lost. Messages that were accepted wait, and go on when it is back.", ways=[("Try again", "/")])),
    "home": ("home/page.html", account("home", "Home", **HOME, steps=steps(0), phone=PHONE)),
    "home-sent": ("home/page.html", account("home", "Home", **{**HOME, "test": TEST, "moments": TEST_MOMENTS}, steps=steps(1), phone=TALK)),
    "home-done": ("home/page.html", account("home", "Home", **{**HOME, "today": Row(sent=12408, delivered=9611, handled=9827, failed=216, under_way=2581), "spent": 16_255_800_000, "campaigns": [(LIVE, COUNTS), (campaign("Stock clearance", "paused", 10_000, reason="out_of_funds"), DONE)], "needs": NEEDS}, steps=steps(4), phone=TALK)),
    "compose": ("compose/page.html", account("compose", "Compose", form=Row(once="1", sender="MercadoLuna", to="+34 600 000 118", text=COMPOSED, message_class="transactional"), senders=SENDERS, cut=CHECKED, price=Row(sum=2 * CREDIT, unit=CREDIT, segments=2, country="ES", balance_after=18_238_500_000))),
    "compose-empty": ("compose/page.html", account("compose", "Compose", form=Row(once="1", sender="MercadoLuna", to="", text="", message_class="transactional"), senders=SENDERS, cut=None, price=None)),
    "compose-errors": ("compose/page.html", account("compose", "Compose", form=Row(once="1", sender="MercadoLuna", to="+34 12", text="Hi", message_class="transactional"), senders=SENDERS, cut=cut("Hi"), price=None, errors={"to": "“+34 12” has too few digits for a number in Spain.", "text": "This text has 2 characters; a message needs at least 5."}, summary=[("to", "“+34 12” has too few digits for a number in Spain."), ("text", "This text has 2 characters; a message needs at least 5.")])),
    "messages": ("messages/page.html", account("messages", "Messages", tabs=MESSAGE_TABS, rows=LOG, **FILTERS)),
    "messages-filtered": ("messages/page.html", account("messages", "Messages", tabs=MESSAGE_TABS, rows=[], **{**FILTERS, "q": "48213", "state": ["failed", "rejected"], "country": "ES", "campaign": "1", "campaign_name": "Autumn sale, second call", "since": "2026-11-19", "until": "2026-11-20", "is_filtered": True, "older": ""})),
    "messages-empty": ("messages/page.html", account("messages", "Messages", tabs=MESSAGE_TABS, rows=[], **{**FILTERS, "older": "", "note": ""})),
    f"messages/{ID}": ("messages/_sheet.html", account("messages", "Message", **ABOUT)),
    "message": ("messages/show.html", account("messages", "Message", **ABOUT)),
    "message-rejected": ("messages/show.html", account("messages", "Message", **{**ABOUT, "message": LOG[5], "segments": split(LOG[5].text)})),
    "received": ("messages/received.html", account("messages", "Received", tabs=RECEIVED_TABS, q="", rows=[Row(id=ID, source="34600000118", destination="34612440118", text="¿El código vale también online?", received_at=ago(60)), Row(id=ID, source="212661448390", destination="34612440118", text="شكرا، سأمر غدا", received_at=ago(90_000))], newer="", older="", note="", zone_name=ZONE)),
    "contacts": ("contacts/lists.html", account("contacts", "Contacts", lists=LISTS, newer="", older="", form=Row(name="", description=""), may_sample=False)),
    "contacts-empty": ("contacts/lists.html", account("contacts", "Contacts", lists=[], newer="", older="", form=Row(name="", description=""), may_sample=True)),
    "list": ("contacts/list.html", account("contacts", "Newsletter ES", list=LISTS[0], people=PEOPLE, newer="", older="/contacts/1?after=x", in_use=None)),
    "list-empty": ("contacts/list.html", account("contacts", "Staff", list=LISTS[2], people=[], newer="", older="", in_use=("Autumn sale, second call", "/campaigns/1"))),
    "import": ("contacts/import_result.html", account("contacts", "Imported", list=LISTS[0], file_name="autumn.csv, 1.2 MB", result=ImportResult(10_000, 9987, 9120, 412, 10, 3), faults=FAULTS, bad_rows=3, refused=None)),
    "import-refused": ("contacts/import_result.html", account("contacts", "Not imported", list=LISTS[0], file_name="autumn.csv, 1.2 MB", result=None, faults=FAULTS, bad_rows=13, refused=Row(what="13 of 10,000 rows are bad, so nothing was imported. Correct the file, or import it again and skip bad rows.", code="bad_rows"))),
    "campaigns": ("campaigns/list.html", account("campaigns", "Campaigns", tabs=CAMPAIGN_TABS, rows=[(LIVE, COUNTS), (campaign("Stock clearance", "paused", 10_000, reason="out_of_funds"), DONE), (campaign("Winter opening hours", "ready", 214, started_at=None), {}), (campaign("Summer sale", "finished", 10_000, started_at=ago(9_000_000)), DONE)], newer="", older="")),
    "campaigns-empty": ("campaigns/list.html", account("campaigns", "Campaigns", tabs=CAMPAIGN_TABS, rows=[], newer="", older="")),
    "campaign-new": ("campaigns/new.html", account("campaigns", "New campaign", form=Row(name="Autumn sale, second call", list_ids=[str(ID)], sender="MercadoLuna", template_id="", text=TYPED, message_class="marketing"), lists=LISTS, senders=SENDERS, templates=TEMPLATES, names=["first_name", "city", "points"], cut=ANSWER, people=9987)),
    "launch": ("campaigns/launch.html", account("campaigns", "Launch", **LAUNCH)),
    "launch-blocked": ("campaigns/launch.html", account("campaigns", "Launch", **{**LAUNCH, "forecast": replace(FORECAST, balance=15_403_600_000), "warnings": [], "blocks": [("914.00 credits are missing", "It would stop after about 11,700 people. The operator gives credit; then come back.", "insufficient_credit", "Billing", "/billing")]})),
    "campaign": ("campaigns/show.html", account("campaigns", "Autumn sale", campaign=LIVE, lists=[("Newsletter ES", "/contacts/1")], sender="34612440118", progress=PROGRESS, report=REPORT, chart=CHART, segments=split(TYPED), undo=("Launched to 12,408 people", "/campaigns/1/cancel", 7))),
    "campaign-paused": ("campaigns/show.html", account("campaigns", "Autumn sale", campaign=PAUSED, lists=[("Newsletter ES", "/contacts/1")], sender="34612440118", progress=replace(PROGRESS, campaign=PAUSED, rate=None, seconds_left=None, done_at=None), report=replace(REPORT, countries=[], skipped={}), chart=None, segments=split(SALE))),
    "stop": ("campaigns/stop.html", account("campaigns", "Stop", campaign=LIVE, left=5109, in_flight=48, refund=6_718_000_000, not_made=0)),
    "templates": ("templates/list.html", account("campaigns", "Templates", tabs=TEMPLATE_TABS, rows=TEMPLATES, newer="", older="")),
    "templates-empty": ("templates/list.html", account("campaigns", "Templates", tabs=TEMPLATE_TABS, rows=[], newer="", older="")),
    "template": ("templates/edit.html", account("campaigns", "Pickup", template=TEMPLATES[0], form=TEMPLATES[0], names=[], cut=cut(TYPED, [Sample("", TYPED.replace('{{ first_name | default: "there" }}', "there"), ["there"])]), variables=[("first_name", "there"), ("city", None)])),
    "connectors": ("connectors/list.html", account("connectors", "Connectors", rows=[(CONNECTOR, links("bound", "bound"), "96.4 % delivered today"), (DOWN, links("refused"), "login refused: invalid password; next try 14:32:10"), (SIMULATED, links("bound"), "Nothing leaves this machine")], may_add=True, in_operator_shell=False)),
    "connector-new": ("connectors/new_smpp.html", account("connectors", "Connect by SMPP", form=SMPP, is_new=True, errors={"port": "65536 is no port: 1 to 65535."}, summary=[("port", "65536 is no port: 1 to 65535.")])),
    "connector": ("connectors/show.html", account("connectors", "Kyivstar", connector=CONNECTOR, links=links("bound", "throttled"), form=SMPP, is_new=False, may_change=True, id_form="hexadecimal in answers, decimal in receipts", queued=4186, in_flight=48, unknown=2)),
    "keys": ("developers/keys.html", account("developers", "Developers", keys=KEYS, made=None, form=Row(name="", scopes=["send", "read"]), scopes=[("send", "Send", "messages and campaigns"), ("read", "Read", "messages, campaigns, contacts, ledger"), ("contacts", "Change contacts", "lists and templates too"), ("account", "Change the account", "keys and users")], base_url="http://127.0.0.1:8080", may_make=True)),
    "keys-made": ("developers/keys.html", account("developers", "Developers", keys=KEYS, made=Row(name="Shop backend", key="sk_5b1f0c9d27ae41d0b3c8f6a2e9d4570b1c6e8f20"), form=Row(name="", scopes=[]), scopes=[("send", "Send", "messages and campaigns")], base_url="http://127.0.0.1:8080", may_make=True)),
    "ledger": ("billing/ledger.html", account("billing", "Billing", tabs=BILLING_TABS, balance=1_984_700_000, rows=POSTINGS, newer="", older="", campaigns={ID: "Autumn sale, second call"}, campaign=None, spent_today=16_255_800_000, spent_month=23_015_300_000, in_question=2_800_000)),
    "tariffs": ("billing/tariffs.html", account("billing", "Tariffs", tabs=TARIFF_TABS, q="", countries=BOOK.countries(), is_demo=True, action="/billing/tariffs")),
    "settings": ("settings/profile.html", account("settings", "Settings", user=USER, has_password=True, zone_name=ZONE)),
    "help": ("help/page.html", account("help", "Help", words=[("account", "the customer who pays; every row of customer data belongs to one", "workspace, client"), ("campaign", "one text to many people, with a beginning, an end and a state", "blast, bulk send"), ("segment", "one of the parts that a text is cut into, and what is charged for", "part, SMS unit")], places=[("Engage > Channels > SMS", "Connectors", "/connectors"), ("gateways, provider list", "Connectors", "/connectors"), ("API key", "Developers", "/developers")], version="0.1.0")),
    "help-errors": ("help/errors.html", account("help", "Errors", codes=[("text_too_short", "The text has under 5 characters.", "Such texts are almost always mistakes.", "Write more."), ("no_tariff", "There is no price for this country.", "Without a price nothing is sent.", "The operator imports one.")])),
    "operator": ("operator/overview.html", operator("overview", "Overview", numbers=Row(queued=41_208, in_flight=197, window=486, submitted=284.3, delivered_share=(961, 1000), unknown=14), links=TILES, needs=NEEDS, accounts=[("Nordlys Bank", 118.0, (990, 1000)), ("Mercado Luna", 64.2, (969, 1000)), ("東海旅行", 27.0, (0, 0))])),
    "links": ("connectors/list.html", operator("links", "Links", rows=[(CONNECTOR, links("bound", "throttled"), "")], may_add=True, in_operator_shell=True)),
    "accounts": ("operator/accounts.html", operator("accounts", "Accounts", rows=ACCOUNTS, newer="", older="", form=Row(name="", credits="", default_country="ES"), countries=[("ES", "Spain")], made=None)),
    "prices": ("operator/prices.html", operator("prices", "Prices", q="", countries=BOOK.countries(), is_demo=True, action="/operator/prices", prefixes=5, faults=[])),
    "system": ("operator/system.html", operator("system", "System", facts=[("Version", "0.1.0"), ("PostgreSQL", "18.6, embedded"), ("Database", "212 MB"), ("Up since", "20 Nov, 09:00")], processes=[Row(name="dispatch", host="luna-1", pid=4211, since=ago(3600), state="alive"), Row(name="dispatch", host="luna-1", pid=4100, since=ago(90_000), state="gone")], audit=Row(at=ago(60), is_ok=True, sums=[("Accepted, by postings", "12,408"), ("Accepted, by messages", "12,408"), ("Accepted, by counters", "12,408")], faults=[]))),
}  # fmt: skip
