"""Debian's Chromium goes through every page as people do, and keeps pictures of them.

`MALMOI_SCREENSHOTS=FOLDER` keeps them there. Each test ends with nothing said on the console.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import malmoi
from malmoi.cli import app as commands
from malmoi.corpora.readers import beir
from malmoi.lexicon.lookup import Lexicon
from malmoi.mnemonics.judging.review import Review
from malmoi.recipe import SearchRecipe
from malmoi.runs.run import Run
from malmoi.web.app import application
from malmoi.web.server import listen
from malmoi.web.workspace import Settings
from tests.helpers.served_cards import CARDS, write_cards_run
from tests.helpers.served_run import write_run
from tests.helpers.toy_run import outcomes

pytestmark = pytest.mark.slow
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP, PHONE = (1280, 900), (390, 844)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser; skipped where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="pip install 'malmoi[dev]'")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser found (looked for {', '.join(BROWSERS)}): apt install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs and judgements of their own."""
    folder = tmp_path_factory.mktemp("browser")
    write_run(folder / "runs" / "small")
    write_cards_run(folder / "runs" / "words")
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """A server in this process."""
    import uvicorn

    app = application(Settings(folder / "runs", judgements=folder / "judgements"))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    listening = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


class Visitor:
    """A page with what it said on the console, and a folder for its pictures."""

    def __init__(self, browser: Any, address: str, size: tuple[int, int], language: str) -> None:
        self.address, self.name = address, f"{language}-{size[0]}"
        scheme = "dark" if size == PHONE else "light"
        viewport = {"width": size[0], "height": size[1]}
        self.context = browser.new_context(
            viewport=viewport, locale={"ko": "ko-KR", "en": "en-US"}[language], color_scheme=scheme
        )
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def picture(self, name: str) -> None:
        """Keep a picture, and hold that the page is no wider than the screen."""
        width = self.page.viewport_size["width"]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width
        if kept := os.environ.get("MALMOI_SCREENSHOTS"):
            path = Path(kept) / f"{name}-{self.name}.png"
            self.page.screenshot(path=path, full_page=True)


@pytest.fixture(params=[(DESKTOP, "en"), (PHONE, "ko"), (DESKTOP, "ko"), (PHONE, "en")], ids=str)
def visitor(chromium: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A visitor with a screen and a language."""
    made = Visitor(chromium, address, *request.param)
    yield made
    made.context.close()
    assert made.said == []


def test_a_search_with_two_systems(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/search")
    page.fill("[name=q]", "insert a row")
    page.select_option("[name=b]", "BM25F")
    page.keyboard.press("Enter")
    page.wait_for_selector(".hit")
    assert page.locator(".side").count() == 2
    assert "q=insert" in page.url
    assert page.locator("rect.translation").count() > 0
    visitor.picture("search")
    page.locator("a:has-text('BM25F')").first.click()
    page.wait_for_selector(".why")
    visitor.picture("why")
    page.locator(".hit h3 a").first.click()
    page.wait_for_selector(".document")
    visitor.picture("document")


def test_hostile_texts_run_nothing(visitor: Visitor) -> None:
    visitor.page.on("dialog", lambda dialog: visitor.said.append("a script ran"))
    visitor.go("/search?q=script+%3Cscript%3Ealert(1)%3C/script%3E+%ED%96%89&k=50")
    assert visitor.page.locator(".hit").count() > 3
    visitor.go("/cards/words")
    assert "<script>" in visitor.page.inner_text("main")
    visitor.picture("hostile")


def test_language_and_theme_are_chosen_and_kept(chromium: Any, address: str) -> None:
    visitor = Visitor(chromium, address, DESKTOP, "en")
    visitor.go("/search?q=row")
    visitor.page.select_option("[name=language]:not(.search *)", "ko")
    visitor.page.wait_for_selector("text=적합성 평가")
    visitor.page.wait_for_load_state()
    visitor.page.select_option("[name=theme]", "dark")
    visitor.page.wait_for_selector("html[data-theme=dark]")
    assert "q=row" in visitor.page.url
    visitor.go("/")
    assert visitor.page.get_attribute("html", "lang") == "ko"
    visitor.picture("home")
    visitor.context.close()
    assert visitor.said == []


@pytest.mark.parametrize(("size", "language"), [(DESKTOP, "ko"), (PHONE, "en")])
def test_two_people_judge_and_evaluate_reads_it(
    chromium: Any, address: str, folder: Path, tmp_path: Path, size: tuple[int, int], language: str
) -> None:
    name = f"test-{language}"
    visitor = Visitor(chromium, address, size, language)
    page = visitor.page
    visitor.go("/judge")
    page.fill("[name=name]", name)
    page.fill("#queries", "행 삽입\ninsert a row\n문서 인쇄")
    visitor.picture("judge")
    page.locator("form:has(#queries) button").click()
    for judge, keys in (("미나", "3210u2"), ("tom", "3s21")):
        visitor.go(f"/judge/{name}")
        visitor.picture("session")
        page.fill("[name=judge]", judge)
        page.keyboard.press("Enter")
        page.wait_for_selector(".keys")
        page.wait_for_load_state()  # keys are heard from now on
        visitor.picture("item")
        page.keyboard.press("n")
        page.keyboard.type("0 is no key here")
        page.keyboard.press("Escape")
        for key in (keys * 20)[: 2 * len(keys)]:
            page.keyboard.press(key)
        while page.locator(".keys").count():
            page.keyboard.press("1")
            page.wait_for_timeout(60)
    visitor.go(f"/judge/{name}/results")
    assert page.locator("table").count() >= 2
    visitor.picture("judged")
    corpus = beir.read(folder / "judgements" / name / "beir", "test")
    assert {query.text for query in corpus.queries} == {"행 삽입", "insert a row", "문서 인쇄"}
    first = (folder / "judgements" / name / "judges" / "미나.jsonl").read_text().splitlines()
    assert json.loads(first[0])["note"] == "0 is no key here"
    assert [json.loads(line).get("grade", "undo") for line in first[:6]] == [3, 2, 1, 0, "undo", 2]
    evaluated(folder / "judgements" / name / "beir", tmp_path / "model")
    visitor.context.close()
    assert visitor.said == []


def evaluated(judged: Path, model: Path) -> None:
    """`malmoi evaluate` reads what was judged."""
    corpus = malmoi.Corpus.load(judged)
    malmoi.Encoder.fit(corpus, config=malmoi.EncoderConfig(neural=False)).save(model)
    done = CliRunner().invoke(commands, ["evaluate", str(model), "--data", str(judged)])
    assert done.exit_code == 0, done.output
    assert "nDCG@10" in done.output


def test_a_whole_review(chromium: Any, address: str, folder: Path) -> None:
    visitor = Visitor(chromium, address, PHONE, "ko")
    visitor.go("/review/words")
    visitor.page.fill("[name=reviewer]", "미나")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector(".keys")
    visitor.page.wait_for_load_state()
    visitor.picture("pair")
    for number in range(100):
        if not visitor.page.locator(".keys").count():
            break
        visitor.page.keyboard.press("12ts"[number % 4])
        visitor.page.wait_for_timeout(60)
    assert Review.open(folder / "runs" / "words", "미나").left() == []
    visitor.go("/review/words")
    visitor.page.click("summary")
    visitor.picture("review")
    visitor.context.close()
    assert visitor.said == []


def test_editing_a_card(chromium: Any, address: str, folder: Path, shared_lexicon: Lexicon) -> None:
    """What is wrong is refused with its source, what is right is kept: of the real lexicon."""
    edits = folder / "runs" / "words" / "edits" / "cards.jsonl"
    visitor = Visitor(chromium, address, DESKTOP, "ko")
    page = visitor.page
    visitor.go("/cards/words?feature=phonetics")
    visitor.picture("cards")
    page.click("text=고치기")
    page.fill("[name=mnemonic]", "Obstinate rhymes with 'cat'. To be obstinate is to be stubborn.")
    page.fill("[name=reasoning]", "Obstinate means stubborn.")
    page.click("main form button")
    page.wait_for_selector("[role=alert]")
    assert "CMUdict" in page.inner_text("[role=alert]")
    assert not edits.exists()
    visitor.picture("refused")
    right = "To be obstinate is to be stubborn."
    page.fill("[name=mnemonic]", right)
    page.click("main form button")
    page.wait_for_selector(".claims :text('stubborn')")
    assert page.input_value("[name=mnemonic]") == right
    assert "GCIDE" in page.inner_text(".claims")
    visitor.picture("card")
    (kept,) = map(json.loads, edits.read_text(encoding="utf-8").splitlines())
    assert (kept["id"], kept["mnemonic"]) == (CARDS[0].id, right)
    visitor.context.close()
    assert [said for said in visitor.said if "422" not in said] == []


def test_a_live_run_is_followed(chromium: Any, address: str, folder: Path) -> None:
    visitor = Visitor(chromium, address, PHONE, "en")
    with Run.open(folder / "runs" / "live", SearchRecipe(name="live")) as run:
        stage = run.stage("queries", {})
        visitor.go("/runs/live")
        assert visitor.page.locator("[data-follow]").count() == 1
        stage.work(range(7), str, outcomes)
        visitor.page.wait_for_selector("text=7/7", timeout=20_000)
        visitor.picture("live")
        stage.finish()
    visitor.page.wait_for_selector("[data-followed]", timeout=20_000)
    assert visitor.page.locator("[data-follow]").count() == 0
    visitor.context.close()
    assert visitor.said == []


def test_everything_is_reached_by_keyboard_and_named(visitor: Visitor) -> None:
    """Every field has a name that is read out, and the first tab leads past the head."""
    for path in ("/search?q=row", "/judge", "/runs/small", "/cards/words", "/review/words"):
        visitor.go(path)
        nameless = visitor.page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), select, textarea, button')]"
            ".filter(e => !(e.labels?.length || e.getAttribute('aria-label') || "
            "e.textContent.trim())).map(e => e.outerHTML)"
        )
        assert nameless == []
    visitor.go("/runs")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.className") == "skip"


def test_200_searches_at_once(address: str) -> None:
    """No error, and no slower than a few times as many asked one after another.

    Seconds would measure the machine and the client; `benchmarks/serve.py` says them.
    """
    import asyncio

    import httpx

    async def ask(browser: httpx.AsyncClient, number: int) -> tuple[int, float]:
        start = time.perf_counter()
        params = {"collection": "small", "system": "v2", "q": f"표에 행 삽입 {number}"}
        answer = await browser.get("/api/search", params=params)
        return answer.status_code, time.perf_counter() - start

    async def both_ways() -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
        limits = httpx.Limits(max_connections=200)
        async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60) as browser:
            await ask(browser, 0)
            alone = [await ask(browser, n) for n in range(200)]
            return alone, await asyncio.gather(*(ask(browser, 200 + n) for n in range(200)))

    with ThreadPoolExecutor() as threads:  # Playwright has a loop in this one
        alone, together = threads.submit(asyncio.run, both_ways()).result()
    assert {status for status, _ in (*alone, *together)} == {200}
    slowest, one_by_one = max(s for _, s in together), sum(s for _, s in alone)
    print(f"200 searches: {one_by_one:.2f} s one after another, {slowest:.2f} s at once")
    assert slowest < 4 * one_by_one
