"""A steward's minute in a real browser, by keys alone; nothing is fetched from anywhere else."""

from __future__ import annotations

import shutil

import pytest
from django.db import connections
from playwright.sync_api import Page, expect, sync_playwright

from mdm.models import GoldenRecord, Judgement, Override, ReviewTask, RuleSet
from tests.mdm.api.hub import build_hub, person
from tests.stewardship.conftest import ask


@pytest.fixture
def page(monkeypatch):
    """A page of Debian's Chromium; what it reports as an error fails the test."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("chromium is not installed; get it by: apt-get install chromium")
    # Playwright runs an event loop in this thread, which is no reason for Django to refuse its database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        opened = browser.new_page(viewport={"width": 1280, "height": 860})
        faults: list[str] = []
        asked: list[str] = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        opened.on("request", lambda request: asked.append(request.url))
        yield opened
        # Under the event loop Django holds connections of its own, which nobody else would close.
        connections.close_all()
        browser.close()
    assert faults == []
    assert [
        url for url in asked if not url.startswith(("http://localhost", "http://127.0.0.1", "data:"))
    ] == []


@pytest.fixture
def hub(transactional_db):
    """A hub with one open question, and the steward Eva."""
    hub = build_hub()
    ask()
    person("eva", "steward")
    return hub


def sign_in(page: Page, address: str, name: str = "eva") -> None:
    page.goto(f"{address}/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", "secret")
    page.keyboard.press("Enter")
    expect(page.get_by_text("What waits for you")).to_be_visible()


def test_a_steward_decides_and_undoes_without_the_mouse(hub, live_server, page):
    sign_in(page, live_server.url)
    page.keyboard.press("s")  # the first queue on the desk
    expect(page.get_by_text("Are these the same?")).to_be_visible()
    expect(page.locator(".au-fall")).to_contain_text("Match weight")
    page.keyboard.press("3")  # I know them
    page.keyboard.press("s")
    expect(page.get_by_text("are one now")).to_be_visible()
    judgement = Judgement.objects.get()
    assert (judgement.actor, judgement.kind, judgement.reason_code) == ("eva", "must_link", "same_person")
    assert ReviewTask.objects.filter(status="decided").count() == 1
    page.keyboard.press("u")
    expect(page.get_by_text("comes back")).to_be_visible()
    assert GoldenRecord.objects.filter(status="live").count() == 1
    page.locator("#au-decide button").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Undo a decision: done.")).to_be_visible()
    assert GoldenRecord.objects.filter(status="live").count() == 2
    page.goto(f"{live_server.url}/golden/{hub.anna.code}")
    expect(page.locator("#au-values")).to_contain_text("Anne")
    expect(page.locator(".au-life")).to_contain_text("undo")


def test_keys_typed_into_a_field_decide_nothing(hub, live_server, page):
    sign_in(page, live_server.url)
    page.keyboard.press("s")
    page.locator("input[name=text]").focus()
    page.keyboard.type("sons and nieces")
    assert page.locator("input[name=text]").input_value() == "sons and nieces"
    assert not Judgement.objects.exists()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_text("stay apart")).to_be_visible()
    assert Judgement.objects.get().reason == "sons and nieces"


def test_the_home_page_fills_while_somebody_looks(transactional_db, live_server, page):
    page.goto(live_server.url)
    expect(page.locator("#stage")).to_have_text("Waiting for records")
    build_hub()
    expect(page.locator("#numbers .gold b")).to_have_text("2", timeout=10_000)
    expect(page.locator("#sources")).to_contain_text("Sales CRM")


def test_a_steward_overrides_a_value_and_withdraws_it(hub, live_server, page):
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/golden/{hub.anna.code}")
    card = page.locator("#au-overrides")
    expect(card).to_contain_text("Every value comes from the sources.")
    card.get_by_text("Override a value").click()
    page.get_by_label("Attribute").select_option("payment_terms")
    page.get_by_label("Value", exact=True).fill("N60")
    page.locator("#au-override").get_by_text("Preview …").click()
    expect(page.locator(".au-diff")).to_contain_text("N60")
    assert not Override.objects.exists()
    page.get_by_text("Documents show it").click()
    page.get_by_role("button", name="Override").click()
    expect(page.get_by_text("Override a value: done.")).to_be_visible()
    expect(page.locator("#au-values")).to_contain_text("override by eva · Documents show it.")
    page.locator("#au-overrides").get_by_text("Withdraw").click()
    expect(page.locator(".au-diff")).to_contain_text("N30")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator("#au-overrides")).to_contain_text("Every value comes from the sources.")


def test_a_steward_decides_a_combination_and_a_colleague_puts_it_in_force(hub, live_server, page):
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/admin/mdm/ruleset/combinations/?domain=customer")
    row = page.locator("table.au-combos tbody tr").first
    expect(row).to_contain_text("family name equal")
    row.get_by_text("never").click()
    page.get_by_label("Why, in a sentence").fill("Twins.")
    page.get_by_role("button", name="Draft a rule set").click()
    expect(page.get_by_text("somebody else who may decide puts it in force")).to_be_visible()
    expect(page.get_by_text("How often matches and non-matches agree, level by level").first).to_be_attached()
    page.context.clear_cookies()
    person("olga", "steward")
    sign_in(page, live_server.url, "olga")
    page.goto(f"{live_server.url}/admin/mdm/ruleset/{RuleSet.objects.get(status='draft').pk}/change/")
    page.get_by_label("Why, in a sentence").fill("Seen.")
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_text("is in force")).to_be_visible()
    assert RuleSet.objects.get(status="active").model["combinations"][0]["decision"] == "never"
