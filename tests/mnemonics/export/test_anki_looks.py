"""How a card looks on a phone, by day and by night, measured in a browser."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from malmoi.mnemonics.cards import Card, Claim
from malmoi.mnemonics.export.anki import page
from tests.helpers.browser import opened
from tests.helpers.toy_cards import card

LONG = "pneumonoultramicroscopicsilicovolcanoconiosis"
CARDS = [
    card("docile"),
    card(
        "incomprehensible",
        korean="여러 낱말로 풀어 쓴 아주 긴 뜻풀이라서 한 줄에 다 들어가지 않는 것",
        reasoning="소리가 비슷한 우리말 낱말을 함께 떠올리면 오래 남는다고 하는 설명.",
    ),
    card(
        LONG,
        ipa="ˌnjuːmənoʊˌʌltrəˌmaɪkrəˈskɑpɪkˌsɪlɪkoʊvɑlˌkeɪnoʊˌkoʊniˈoʊsɪs",
        korean="초미세화산폐규폐증이라고하는띄어쓰지않은아주아주긴낱말하나",
        claims=(Claim("origin", LONG * 3, "supported", LONG * 3),),
        sources=("https://example.org/" + "an-address-without-a-space" * 5,),
    ),
    card("bare", ipa="", korean="", claims=(), sources=(), reasoning="", example=""),
]

MEASURE = """
<script>
const light = c => c.map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const rgb = text => text.match(/[\\d.]+/g).map(Number);
const look = document => {
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("style")) continue;
    const style = element.ownerDocument.defaultView.getComputedStyle(element);
    let behind = element;
    const ground = () => rgb(behind.ownerDocument.defaultView.getComputedStyle(behind)
      .backgroundColor);
    while (behind.parentElement && ground()[3] === 0) behind = behind.parentElement;
    const [a, b] = [light(rgb(style.color).slice(0, 3)), light(ground().slice(0, 3))];
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    texts.push({
      text: walker.currentNode.data.trim().slice(0, 30), size: parseFloat(style.fontSize),
      contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
      right: Math.max(...[...range.getClientRects()].map(r => r.right)),
      breaks: style.wordBreak, korean: /[가-힣]/.test(walker.currentNode.data),
    });
  }
  const root = document.documentElement, heading = document.querySelector("h1");
  return {
    texts, wide: Math.max(root.scrollWidth, document.body.scrollWidth), inner: root.clientWidth,
    lines: Math.round(heading.getBoundingClientRect().height
      / parseFloat(heading.ownerDocument.defaultView.getComputedStyle(heading).lineHeight)),
  };
};
onload = () => {
  const found = [...document.querySelectorAll("iframe")].map(f => look(f.contentDocument));
  document.title = JSON.stringify(found);
};
</script>
"""


def measured(folder: Path, pages: list[str], width: int) -> list[dict[str, Any]]:
    """What a browser makes of pages that are `width` pixels wide."""
    frames = "".join(
        f'<iframe style="width:{width}px;height:3000px;border:0" srcdoc="{html.escape(each)}">'
        "</iframe>"
        for each in pages
    )
    path = folder / "pages.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><title></title>{frames}{MEASURE}", "utf-8")
    source, _ = opened(path, folder / "profile")
    title = re.search(r"<title>(.*?)</title>", source, re.DOTALL)
    assert title
    found = json.loads(html.unescape(title[1]))
    assert len(found) == len(pages)
    return list(found)


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Card, bool, dict[str, Any]]]:
    """Each card by day and by night on a narrow phone."""
    kinds = [(each, night) for each in CARDS for night in (False, True)]
    pages = [page(each, night) for each, night in kinds]
    found = measured(tmp_path_factory.mktemp("looks"), pages, 320)
    return [(*kind, look) for kind, look in zip(kinds, found, strict=True)]


def test_nothing_is_wider_than_the_screen(looks: list[tuple[Card, bool, dict[str, Any]]]) -> None:
    for each, _, look in looks:
        assert look["inner"] == 320
        assert look["wide"] <= 320, each.term
        assert [text for text in look["texts"] if text["right"] > 320] == [], each.term


def test_every_text_can_be_read(looks: list[tuple[Card, bool, dict[str, Any]]]) -> None:
    """WCAG asks for a contrast of 4.5; small print gets more."""
    for each, night, look in looks:
        assert len(look["texts"]) >= 5
        for text in look["texts"]:
            assert text["size"] >= 13.5, (each.term, text)
            assert text["contrast"] >= (4.5 if text["size"] > 17 else 5.5), (each.term, night, text)


def test_night_is_dark(looks: list[tuple[Card, bool, dict[str, Any]]]) -> None:
    day, night = (look["texts"][0]["contrast"] for _, _, look in looks[:2])
    assert day != night
    assert min(day, night) > 12


def test_korean_breaks_between_words(looks: list[tuple[Card, bool, dict[str, Any]]]) -> None:
    korean = [text for *_, look in looks for text in look["texts"] if text["korean"]]
    assert len(korean) >= 6
    assert {text["breaks"] for text in korean} == {"keep-all"}


def test_a_long_word_keeps_to_its_line(looks: list[tuple[Card, bool, dict[str, Any]]]) -> None:
    lines = {each.term: look["lines"] for each, _, look in looks}
    assert lines["docile"] == lines["incomprehensible"] == 1
    assert lines[LONG] > 1


def test_the_browser_would_have_found_it(tmp_path: Path) -> None:
    """The counter-example: what is measured depends on the styling."""
    plain = re.sub(
        r"<style>.*?</style>", "<style>.card{margin:0}</style>", page(CARDS[2]), flags=re.S
    )
    grey = page(CARDS[0]).replace("--soft: #5d574f", "--soft: #aaa")
    wide, pale = measured(tmp_path, [plain, grey], 320)
    assert wide["wide"] > 320
    assert min(text["contrast"] for text in pale["texts"]) < 3
