"""The panel in a real browser, over the whole running product: what a person sees, hears and types."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

import system

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
LOOK = (ROOT / "scripts" / "panel_look.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
ARGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
LARGE = {"width": 1440, "height": 900}
SMALL = {"width": 360, "height": 780}
SHORT = 160  # septets of one message
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[system.Up]:
    """Give the whole product, running."""
    with system.up(tmp_path_factory.mktemp("browser") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give Chromium, as `make test` found it."""
    noted = ROOT / ".make" / "chromium"
    path = noted.read_text().strip() if noted.exists() else shutil.which("chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def logged_in(up: system.Up, chromium: Browser) -> StorageState:
    """Give the cookies of the operator, who came by the printed address."""
    address = next(found[0] for line in up.greeting if (found := re.search(r"http\S+/login/\S+", line)))
    context = chromium.new_context()
    context.new_page().goto(address)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def context(up: system.Up, chromium: Browser, logged_in: StorageState) -> Iterator[BrowserContext]:
    """Give a window of the operator's, in which no script may fail and nothing may be missing."""
    window = chromium.new_context(
        base_url=up.url, viewport=cast("Any", LARGE), storage_state=logged_in, reduced_motion="reduce"
    )
    window.set_default_timeout(15_000)
    wrong: list[str] = []
    window.on("weberror", lambda error: wrong.append(str(error.error)))
    window.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield window
    window.close()
    assert not [each for each in wrong if "422" not in each]  # a refused form answers 422, which is no fault


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Page:
    """Give a page inside an account of this test's own, with 10,000 credits."""
    page = context.new_page()
    page.goto("/operator/accounts")
    name = str(request.node.name)[:60]
    page.get_by_label("Name").fill(name)
    page.get_by_label("Credits to start with").fill("10000")
    page.get_by_role("button", name="Open the account").click()
    page.locator("aside summary").first.click()
    page.get_by_role("button", name=name).click()
    expect(page.locator("aside summary").first).to_contain_text(name)
    return page


def add_samples(page: Page) -> None:
    page.goto("/contacts")
    page.get_by_role("button", name="Add 50 sample contacts").click()
    expect(page.locator("main")).to_contain_text("50 people")


def make_campaign(page: Page, name: str, text: str) -> None:
    page.goto("/campaigns/new")
    page.get_by_label("Name").fill(name)
    page.locator("[name=list_id]").first.check()
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_role("button", name="Review and price").click()
    expect(page.locator("h1")).to_contain_text(name)


def test_a_stranger_sends_a_text_to_the_phone_on_the_screen_and_it_answers(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Send test message").click()
    phone = page.get_by_role("log")
    expect(phone.locator(".bub-out")).to_have_count(1)
    expect(page.locator("#steps")).to_contain_text("1 of 4 done")
    page.get_by_label(re.compile("Reply as")).fill("What time do you open?")
    page.keyboard.press("Enter")
    expect(phone.locator(".bub-in")).to_have_text("What time do you open?")
    expect(page.get_by_label(re.compile("Reply as"))).to_have_value("")
    page.goto("/messages/received")
    expect(page.locator("#rows")).to_contain_text("What time do you open?")


def test_the_composer_counts_at_every_key_and_the_server_agrees(page: Page) -> None:
    page.goto("/compose")
    page.get_by_label("To", exact=True).fill("+34600000118")
    text = page.get_by_label("Text", exact=True)
    text.fill("a" * SHORT)
    expect(page.locator("[data-count]")).to_have_text("160 characters · GSM · 1 segment")
    with page.expect_response("**/compose/tape"):
        text.press_sequentially("b")
    expect(page.locator("[data-count]")).to_have_text("161 characters · GSM · 2 segments")
    expect(page.locator("#price")).to_contain_text("2 segments to Spain")


def test_one_curly_quote_is_named_and_replaced(page: Page) -> None:
    page.goto("/compose")
    page.get_by_label("To", exact=True).fill("+34600000118")
    page.get_by_label("Text", exact=True).fill("We\N{RIGHT SINGLE QUOTATION MARK}re open " + "a" * 70)
    expect(page.locator("#tape")).to_contain_text("right single quotation mark, at 3")
    page.get_by_role("button", name=re.compile("Replace it")).click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("We're open " + "a" * 70)
    expect(page.locator("[data-count]")).to_have_text("81 characters · GSM · 1 segment")


def test_a_campaign_is_watched_from_launch_to_its_last_receipt(page: Page) -> None:
    add_samples(page)
    make_campaign(page, "Autumn sale", "Hi {{ first_name | default: 'there' }}, the sale is on.".replace("'", '"'))
    expect(page.locator("main")).to_contain_text("people get it")
    page.get_by_role("button", name=re.compile("Launch to")).click()
    expect(page.locator("h1")).to_contain_text("Autumn sale")
    expect(page.locator("h1")).to_contain_text("finished")  # by itself: nobody reloads
    expect(page.locator("#progress")).to_contain_text("50 of 50 handled")
    expect(page.locator("#report [data-chart] svg")).to_be_visible()


def test_the_message_log_is_walked_with_the_keyboard_alone(page: Page) -> None:
    for text in ("First text", "Second text"):
        page.goto("/compose")
        page.get_by_label("To", exact=True).fill("+34600000118")
        page.get_by_label("Text", exact=True).fill(text)
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    page.goto("/messages")
    expect(page.locator(".row-link")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    sheet = page.get_by_role("complementary", name=re.compile("Message to"))
    expect(sheet).to_contain_text("Second text")
    assert UUID.search(page.url), "a message has an address of its own"
    page.keyboard.press("j")
    expect(sheet).to_contain_text("First text")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    assert urlsplit(page.url).path == "/messages"
    expect(page.locator(".row-link").nth(1)).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("First")
    expect(page.locator(".row-link")).to_have_count(1)
    assert "q=First" in page.url


def test_back_from_a_message_leads_to_the_filtered_list(page: Page) -> None:
    add_samples(page)
    make_campaign(page, "Sale", "Hello, the sale is on.")
    page.get_by_role("button", name=re.compile("Launch to")).click()
    expect(page.locator("h1")).to_contain_text("finished")
    page.goto("/messages?country=ES")
    count = page.locator(".row-link").count()
    page.locator(".row-link").first.click()
    expect(page.get_by_role("complementary", name=re.compile("Message to"))).to_be_visible()
    page.go_back()
    expect(page.locator(".row-link")).to_have_count(count)
    assert "country=ES" in page.url


def test_sending_and_reading_need_no_script(
    up: system.Up, chromium: Browser, page: Page, context: BrowserContext
) -> None:
    page.close()  # its session is in the account; the window below shares it
    window = chromium.new_context(base_url=up.url, java_script_enabled=False, storage_state=context.storage_state())
    plain = window.new_page()
    plain.goto("/compose")
    plain.get_by_label("To", exact=True).fill("+34600000118")
    plain.get_by_label("Text", exact=True).fill("Sent without any script")
    plain.get_by_role("button", name="Check only").click()
    expect(plain.locator("#price")).to_contain_text("1 segment to Spain")
    plain.get_by_role("button", name="Send to 1 person").click()
    plain.goto("/messages")
    plain.locator("summary", has_text="State").click()
    expect(plain.get_by_role("checkbox", name="delivered", exact=True)).to_be_visible()
    plain.goto("/messages?q=without")
    plain.locator(".row-link").click()
    expect(plain.locator("main")).to_contain_text("Sent without any script")
    window.close()


def test_dark_is_chosen_in_settings_and_stays(page: Page) -> None:
    page.goto("/settings")
    page.get_by_label("Ink, dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "ink")  # at once
    page.get_by_role("button", name="Keep this look").click()
    page.goto("/help")
    expect(page.locator("html")).to_have_attribute("data-theme", "ink")
    page.goto("/settings")
    page.get_by_label("As the system").check()
    page.get_by_role("button", name="Keep this look").click()


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=["1440", "360"])
def test_no_page_has_a_fault_of_access_in_either_theme(page: Page, size: dict[str, int]) -> None:
    add_samples(page)
    make_campaign(page, "Winter sale", "Hello, the winter sale is on.")
    page.get_by_role("button", name=re.compile("Launch to")).click()
    expect(page.locator("h1")).to_contain_text("finished")
    make_campaign(page, "Spring sale", "Hello, the spring sale is on.")
    page.goto("/templates/new")
    page.get_by_label("Name").fill("Pickup")
    page.get_by_label("Text", exact=True).fill("Your parcel is here, {{ first_name }}.")
    page.get_by_role("button", name="Save the template").click()
    page.set_viewport_size(cast("Any", size))
    found: list[str] = []
    for path in walk(page, ["/", "/operator"]):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [f"{path} {scheme}: {each}" for each in [*page.evaluate(LOOK), *axe(page)]]
    assert not found


def walk(page: Page, starts: list[str]) -> Iterator[str]:
    """Open one page of each kind that links lead to; what differs only in its id is of one kind."""
    waiting, kinds = list(starts), {UUID.sub("*", start) for start in starts}
    for path in waiting:
        page.goto(path)
        yield path
        links = page.eval_on_selector_all("a[href]", "all => all.map((a) => a.getAttribute('href'))")
        for link in (urlsplit(str(each)) for each in links):
            leads_out = link.netloc or not link.path or link.path.startswith("/docs") or link.path.endswith("/export")
            if not leads_out and (kind := UUID.sub("*", link.path)) not in kinds:
                kinds.add(kind)
                waiting.append(link.path)
    assert len(kinds) > 20


def axe(page: Page) -> list[str]:
    """Return what axe-core finds, one line a rule."""
    answer = cast("Any", Axe()).run(page, options=RULES).response
    return [f"{each['id']}: {[node['target'] for node in each['nodes']][:3]}" for each in answer["violations"]]
