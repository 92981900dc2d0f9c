"""The documentation's site: built without a warning or a dead link, from this machine alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.test_house import ROOT

DOCS = ROOT / "docs"


class Page(HTMLParser):
    """What a page has of ids, links to, and loads when it is opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") not in ("canonical", "prev", "next"):
            self.loads.append(given["href"])
        elif "src" in given:
            self.loads.append(given["src"])


def problems(site: Path) -> list[str]:
    """Links and sources of a site's pages that lead nowhere, and what is loaded from elsewhere."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    found = []
    for path, page in pages.items():
        if path.name == "404.html":  # its links count from the server's root
            continue
        for kind, target in [("link", t) for t in page.links] + [("load", t) for t in page.loads]:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                if kind == "load" and parts.scheme != "data":
                    found.append(f"{path.name} loads {target}")
                continue
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = there / "index.html" if there.is_dir() else there
            anchor = unquote(parts.fragment)
            if not there.is_file() or (
                anchor and there in pages and anchor not in pages[there].ids | {"__top"}
            ):
                found.append(f"{path.name}: {target}")
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("zensical", reason="pip install 'malmoi[docs]'")
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(ROOT / "zensical.toml", folder)
    shutil.copytree(DOCS, folder / "docs")
    built = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
    )
    assert built.returncode == 0, built.stdout + built.stderr
    assert "arning" not in built.stdout + built.stderr
    return folder / "site"


def test_the_site_has_no_dead_link_and_loads_nothing_from_elsewhere(site: Path) -> None:
    assert len(list(site.rglob("*.html"))) > 30
    assert problems(site) == []


def test_dead_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="b.html">x</a><a href="#no">x</a><a href="a.html#yes" id="yes">x</a>'
        '<img src="no.png"><script src="https://example.org/x.js"></script>'
        '<a href="https://example.org/">x</a>'
    )
    assert problems(tmp_path) == [
        "a.html: b.html",
        "a.html: #no",
        "a.html: no.png",
        "a.html loads https://example.org/x.js",
    ]


def named(nav: object) -> list[str]:
    """The files that a navigation names, in order."""
    if isinstance(nav, str):
        return [nav]
    inner = nav.values() if isinstance(nav, dict) else nav
    assert not isinstance(inner, str)
    return [name for each in inner for name in named(each)]  # type: ignore[attr-defined]


def test_every_page_is_in_the_navigation_once() -> None:
    config = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))
    pages = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")}
    assert sorted(named(config["project"]["nav"])) == sorted(pages)


def test_links_of_the_readme_lead_to_files() -> None:
    for page in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if urlsplit(target).scheme:
                continue
            path, _, anchor = target.partition("#")
            assert (ROOT / path).exists(), f"{page}: {target}"
            if anchor and path.endswith(".md"):
                assert anchor in anchors(ROOT / path), f"{page}: {target}"


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
