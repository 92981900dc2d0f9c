"""One page of LibreOffice's help: its title, sections, paragraphs by id, and index entries."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from malmoi.text.morphemes import clean

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = _HEADINGS | {
    "p", "li", "td", "th", "tr", "table", "div", "ol", "ul", "dl", "dt", "dd", "pre", "br", "hr",
    "section", "article", "caption", "blockquote",
}  # fmt: skip
_SILENT = {"script", "style", "noscript", "nav", "header", "footer", "aside", "meta", "button"}
_BOILERPLATE = {"bug", "howtogetheader", "related", "noteicon", "iconimage"}
"""Classes of what every page repeats: "[… not found]", "To access this command…", "Related
Topics", and icons."""
_SYSTEMS = {"MAC", "WIN", "UNIX"}
_SPACE = re.compile(r"\s+")


@dataclass(slots=True)
class Block:
    """A paragraph, list item, cell or heading (`level` 1 to 6; 0 for text), raw.

    `element` numbers the elements of a page: a <br> makes two blocks of one element, and a text
    that is embedded in a page twice makes two elements of one id.
    """

    id: str
    level: int
    text: str
    element: int


@dataclass(slots=True)
class Page:
    """A page: `<title>`, blocks in reading order, index entries (cleaned, in order)."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All displayed text, raw, one block a line."""
        return "\n".join(block.text for block in self.blocks)

    def heading(self) -> Block | None:
        """The first h1 that isn't empty: the page's title as it is displayed."""
        return next((b for b in self.blocks if b.level == 1), None)


def parse(html: bytes) -> Page:
    """Read what a page displays; a page without a DisplayArea has neither blocks nor entries."""
    from lxml import etree  # type: ignore[import-untyped, unused-ignore]

    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    root: Any = etree.fromstring(html, parser) if html.strip() else None
    if root is None:
        return Page("")
    page = Page(clean(root.findtext(".//title") or ""))
    areas = root.xpath("//*[@id='DisplayArea']")
    if areas:
        entries = areas[0].xpath(".//meta[@itemprop='keywords']/@content")
        page.entries = [entry for entry in map(clean, entries) if entry]
        walker = _Walker(page.blocks)
        walker.walk(areas[0])
        walker.flush()
    return page


class _Walker:
    """Collects text between the borders of block elements."""

    def __init__(self, blocks: list[Block]):
        self.blocks = blocks
        self.pieces: list[str] = []
        self.id = ""
        self.level = self.element = self.elements = 0

    def flush(self) -> None:
        """End the block that is being read."""
        text = _SPACE.sub(" ", "".join(self.pieces)).strip()
        if text:
            self.blocks.append(Block(self.id, self.level, text, self.element))
        self.pieces = []

    def walk(self, element: Any) -> None:
        """Read `element` and what is in it, not the text after it."""
        tag = element.tag
        classes = set((element.get("class") or "").split())
        if tag in _SILENT or classes & _BOILERPLATE or _other_system(element, classes):
            return
        block = tag in _BLOCKS
        before = self.id, self.level, self.element
        if block:
            self.flush()
            self.id = element.get("id") or ""
            self.level = int(tag[1]) if tag in _HEADINGS else 0
            self.elements += 1
            self.element = self.elements
        if element.text:
            self.pieces.append(element.text)
        for child in element:
            self.walk(child)
            if child.tail:
                self.pieces.append(child.tail)
        if block:
            self.flush()
            self.id, self.level, self.element = before


def _other_system(element: Any, classes: set[str]) -> bool:
    """True for text that is shown on one operating system in the place of a default beside it.

    A page holds "Ctrl" and "Command" one after the other and shows one of them; what belongs to
    an application (Writer, Calc) is kept, as each is a text of its own.
    """
    if not (element.get("hidden") and classes & _SYSTEMS):
        return False
    siblings = element.getparent()
    return any((s.get("id") or "").startswith("default") for s in siblings)
