"""LibreOffice's help in Korean and English, from two Debian packages (MPL-2.0).

Documents are the Korean pages; queries are the index entries that people wrote for them (the
page's own, and those of the same page in English); segments are paragraphs that stand in both.
An index entry is no part of the text that a page displays, so it isn't in the document either.

`libreoffice_questions.jsonl` beside this file has conversational questions, malmoi's own, each with
the page that answers it first (relevance 2), then others that help (1).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.core.files import read_lines, stable_hash
from malmoi.core.packages import apt
from malmoi.core.packages.deb import files
from malmoi.core.progress import track
from malmoi.corpora.corpus import Corpus, Document, Qrels, Query, Section, Segment
from malmoi.corpora.readers.cleaning import tidy_line
from malmoi.corpora.readers.help_page import Page, parse
from malmoi.text.hangul import has_hangul, script_shares

PACKAGES = {"ko": "libreoffice-help-ko", "en": "libreoffice-help-en-us"}
KOREAN_SHARE = 0.4
"""A page is Korean where Hangul makes at least this share of the letters that it displays.

A syllable of Hangul says what two or three Latin letters say, so .4 is well over half of the text;
menu paths, function names and code are in Latin letters on a page that is translated in full.
"""
QUESTIONS = Path(__file__).with_name("libreoffice_questions.jsonl")

_LATIN_ONLY = re.compile(
    r"[\x00-\u024f\u2000-\u206f\u20a0-\u22ff]*[A-Za-z][\x00-\u024f\u2000-\u22ff]*"
)
_PATH = re.compile(r"libreoffice/help/[^/]+/text/(.+)\.html$")


def read(folder: Path | None) -> Corpus:
    """Read the help pages from the two .deb files in `folder`, or fetched with apt where None.

    Ids of documents are the pages' paths ("scalc/guide/autoformat"); ids of queries are hashes of
    their text, so both stay the same when another version of the packages is read.

    Raises:
        SourceError: a package is missing and can't be fetched, is damaged, or holds no pages.
    """
    packages = apt.find(tuple(PACKAGES.values()), folder, "libreoffice-help")
    korean = {
        path: page for path, page in _pages(packages[PACKAGES["ko"]]) if has_hangul(page.text)
    }
    if not korean:
        raise SourceError(
            f"{packages[PACKAGES['ko']]} holds no help page with Korean text. Expected HTML pages "
            f"under help/ko/text/: is it the package {PACKAGES['ko']}?"
        )
    english = dict(_pages(packages[PACKAGES["en"]], set(korean)))
    if not english:
        raise SourceError(
            f"{packages[PACKAGES['en']]} holds none of the {len(korean)} Korean pages in English. "
            f"Expected the same paths under help/en-US/text/: is it the package {PACKAGES['en']}?"
        )
    documents = {
        path: page for path, page in korean.items() if script_shares(page.text)[0] >= KOREAN_SHARE
    }
    queries, qrels = _queries(documents, english)
    questions, answers, unanswered = _questions(documents)
    return Corpus(
        name="libreoffice-help",
        documents=tuple(_document(path, page) for path, page in documents.items()),
        queries=queries,
        qrels=qrels | answers,
        segments=tuple(
            segment
            for path, page in korean.items()
            if path in english
            for segment in _segments(path, page, english[path])
        ),
        licence="MPL-2.0",
        counts={"questions_without_page": unanswered} if unanswered else {},
        conversational=questions,
    )


def _pages(package: Path, only: set[str] | None = None) -> Iterator[tuple[str, Page]]:
    """Paths and pages of a package, sorted by path."""
    found: dict[str, bytes] = {}
    for name, data in files(package, lambda name: bool(_PATH.search(name))):
        match = _PATH.search(name)
        if match and (only is None or match[1] in only):
            found[match[1]] = data
    for path in track(sorted(found), package.name.split("_")[0]):
        yield path, parse(found[path])


def _document(path: str, page: Page) -> Document:
    """Sections begin at headings; the first h1 is the title, text before any heading has none."""
    title = page.heading()
    sections: list[tuple[str, list[str]]] = [("", [])]
    for block in page.blocks:
        if block is title:
            continue
        text = tidy_line(block.text)
        if block.level:
            sections.append((text, []))
        elif text:
            sections[-1][1].append(text)
    return Document(
        id=path,
        title=tidy_line(title.text) if title else page.title,
        sections=tuple(Section(h, "\n".join(lines)) for h, lines in sections if h or lines),
    )


def _queries(
    documents: dict[str, Page], english: dict[str, Page]
) -> tuple[tuple[Query, ...], Qrels]:
    """Index entries as queries: the same text on several pages is one query relevant to each."""
    queries: dict[str, Query] = {}
    qrels: Qrels = {}
    for path, page in documents.items():
        translated = english[path].entries if path in english else []
        for text in (*page.entries, *translated):
            language = _language(text)
            if not language:
                continue
            query = Query(f"{language}-{stable_hash(text, 12)}", text, language)
            queries.setdefault(query.id, query)
            qrels.setdefault(query.id, {})[path] = 1
    return tuple(sorted(queries.values(), key=lambda q: q.id)), qrels


def _questions(documents: Collection[str]) -> tuple[tuple[Query, ...], Qrels, int]:
    """Conversational questions, their qrels, and how many lack their page in this version."""
    records = list(read_lines(QUESTIONS))
    asked = [record for record in records if record["pages"][0] in documents]
    qrels: Qrels = {
        record["id"]: {
            page: 1 if number else 2
            for number, page in enumerate(record["pages"])
            if page in documents
        }
        for record in asked
    }
    queries = tuple(Query(r["id"], r["text"], "ko", "conversational") for r in asked)
    return queries, qrels, len(records) - len(asked)


def _language(text: str) -> str:
    """ "ko" with any Hangul in it, "en" for Latin letters alone, "" for what is neither."""
    if has_hangul(text):
        return "ko"
    return "en" if _LATIN_ONLY.fullmatch(text) else ""


def _segments(path: str, page: Page, english: Page) -> Iterator[Segment]:
    """Elements of one id in both pages, where the Korean one has Hangul and differs.

    An id that stands on a page several times (embedded text) is aligned in order, and so are the
    elements without an id; left out where the two pages don't have them equally often.
    """
    originals = _by_id(english)
    seen = set()
    for key, texts in _by_id(page).items():
        translated = originals.get(key, [])
        if len(texts) != len(translated):
            continue
        for korean, original in zip(texts, translated, strict=True):
            pair = tidy_line(korean), tidy_line(original)
            if has_hangul(korean) and pair[0] != pair[1] and pair not in seen:
                seen.add(pair)
                yield Segment(path, *pair)


def _by_id(page: Page) -> dict[str, list[str]]:
    """Texts of the elements of each id ("" for those without one); a <br> parts none."""
    texts: dict[str, dict[int, str]] = {}
    for block in page.blocks:
        elements = texts.setdefault(block.id, {})
        before = elements.get(block.element)
        elements[block.element] = f"{before} {block.text}" if before else block.text
    return {key: list(elements.values()) for key, elements in texts.items()}
