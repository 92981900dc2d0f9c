"""Documents, queries, qrels and segments from two packages; what to do where they are missing."""

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.core.files import cache_folder, read_lines, write_lines
from malmoi.corpora.corpus import Query, Section, Segment
from malmoi.corpora.readers import libreoffice, read
from malmoi.recipe import CorpusSection
from tests.helpers.toy_packages import help_page, write_deb

KO, EN = libreoffice.PACKAGES.values()


def entry(text: str) -> str:
    return f'<meta itemprop="keywords" content="{text}">'


KOREAN = {
    "scalc/chart": (
        f"{entry('차트, 복사')}{entry('charts, copying')}<h1 id='h'>차트 복사</h1>"
        "<p id='p1'>차트를 복사합니다.</p><h2 id='h2'>붙여넣기</h2><p id='p2'>다음</p>"
        "<p id='p3'>Not translated.</p><p id='p4'>Calc 한글</p>"
    ),
    "scalc/paste": (
        f"{entry('차트, 복사')}{entry('※')}<p id='p1'>이것은 붙여넣기입니다.</p><p id='p2'>다음</p>"
    ),
    "scalc/english": f"{entry('x')}<h1>Only</h1><p id='p1'>This page says it in English. 예</p>",
    "scalc/nothing": "<h1>Nothing Korean</h1>",
}
ENGLISH = {
    "scalc/chart": (
        f"{entry('charts, copying')}{entry('copying;charts')}<h1 id='h'>Copying Charts</h1>"
        "<p id='p1'>Copies a chart.</p><p id='p2'>Next</p><p id='p3'>Not translated.</p>"
    ),
    "scalc/paste": f"{entry('charts, copying')}<p id='p2'>Next</p>",
    "scalc/english": f"{entry('never asked')}<p id='p1'>This page says it in English. Yes</p>",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for package, language, pages in ((KO, "ko", KOREAN), (EN, "en-US", ENGLISH)):
        prefix = f"usr/share/libreoffice/help/{language}"
        files = {f"{prefix}/text/{p}.html": help_page(b, "표제") for p, b in pages.items()}
        files[f"{prefix}/contents.js"] = b"no page"
        write_deb(tmp_path / f"{package}_1.2-3_all.deb", files)
    return tmp_path


def test_pages_mostly_in_korean_are_documents(folder: Path) -> None:
    corpus = libreoffice.read(folder)
    assert [d.id for d in corpus.documents] == ["scalc/chart", "scalc/paste"]
    chart, paste = corpus.documents
    assert (chart.title, paste.title) == ("차트 복사", "표제")
    assert chart.sections == (
        Section("", "차트를 복사합니다."),
        Section("붙여넣기", "다음\nNot translated.\nCalc 한글"),
    )
    assert corpus.licence == "MPL-2.0"


def test_entries_of_both_languages_are_queries_for_the_korean_page(folder: Path) -> None:
    corpus = libreoffice.read(folder)
    asked = {(q.language, q.text): set(corpus.qrels[q.id]) for q in corpus.queries}
    assert asked == {
        ("ko", "차트, 복사"): {"scalc/chart", "scalc/paste"},
        ("en", "charts, copying"): {"scalc/chart", "scalc/paste"},
        ("en", "copying;charts"): {"scalc/chart"},
    }
    assert set(corpus.qrels) == {q.id for q in corpus.queries}
    assert corpus.conversational == ()


def test_questions_are_asked_of_the_pages_that_are_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        {"id": "1", "text": "차트 옮기는 법 좀", "pages": ["scalc/chart", "gone", "scalc/paste"]},
        {"id": "2", "text": "이 쪽은 없는데요", "pages": ["gone", "scalc/chart"]},
    ]
    write_lines(folder / "questions.jsonl", asked)
    monkeypatch.setattr(libreoffice, "QUESTIONS", folder / "questions.jsonl")
    corpus = libreoffice.read(folder)
    assert corpus.conversational == (Query("1", "차트 옮기는 법 좀", "ko", "conversational"),)
    assert corpus.qrels["1"] == {"scalc/chart": 2, "scalc/paste": 1}
    assert "2" not in corpus.qrels
    assert corpus.counts == {"questions_without_page": 1}
    assert not {"1", "2"} & {query.id for query in corpus.queries}


def test_a_limit_drops_questions_with_their_pages_and_counts_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        {"id": p, "text": f"{p} 어떻게 해요", "pages": [f"scalc/{p}"]} for p in ("chart", "paste")
    ]
    write_lines(folder / "questions.jsonl", asked)
    monkeypatch.setattr(libreoffice, "QUESTIONS", folder / "questions.jsonl")
    corpus = read(CorpusSection(path=str(folder), limit=1))
    (question,) = corpus.conversational
    assert corpus.qrels[question.id] == {corpus.documents[0].id: 2}
    assert corpus.counts == {"over_limit": 1, "questions_over_limit": 1}


def test_the_questions_are_distinct_and_of_several_registers() -> None:
    records = list(read_lines(libreoffice.QUESTIONS))
    assert len(records) == 200
    for part in ("id", "text"):
        assert len({record[part] for record in records}) == 200, part
    assert len({record["pages"][0] for record in records}) == 200
    assert all(len(set(record["pages"])) == len(record["pages"]) for record in records)
    assert all(unicodedata.is_normalized("NFC", record["text"]) for record in records)
    registers = Counter(record["register"] for record in records)
    assert len(registers) == 8
    assert min(registers.values()) >= 20
    # Nothing is a template: no two questions begin or end with the same fifteen characters.
    for end in (slice(15), slice(-15, None)):
        assert max(Counter(record["text"][end] for record in records).values()) == 1


def test_paragraphs_of_one_id_are_segments_where_they_are_translated(folder: Path) -> None:
    assert libreoffice.read(folder).segments == (
        Segment("scalc/chart", "차트 복사", "Copying Charts"),
        Segment("scalc/chart", "차트를 복사합니다.", "Copies a chart."),
        Segment("scalc/chart", "다음", "Next"),
        Segment(
            "scalc/english",
            "This page says it in English. 예",
            "This page says it in English. Yes",
        ),
        Segment("scalc/paste", "다음", "Next"),
    )


def test_text_that_is_embedded_twice_is_aligned_in_order(folder: Path) -> None:
    korean = "<p id='e'>구문</p><p id='e'>예<br>제</p><p id='f'>하나</p><p id='f'>둘</p><p>끝</p>"
    english = "<p id='e'>Syntax</p><p id='e'>Exam<br>ple</p><p id='f'>One</p><p>End</p>"
    for package, language, body in ((KO, "ko", korean), (EN, "en-US", english)):
        name = f"usr/share/libreoffice/help/{language}/text/a.html"
        write_deb(folder / f"{package}_1.2-3_all.deb", {name: help_page(body)})
    assert libreoffice.read(folder).segments == (
        Segment("a", "구문", "Syntax"),
        Segment("a", "예 제", "Exam ple"),
        Segment("a", "끝", "End"),
    )


def test_a_missing_package_says_what_to_fetch_and_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as seen:
        libreoffice.read(tmp_path)
    assert all(word in str(seen.value) for word in (KO, EN, str(tmp_path), "Debian"))


def test_without_apt_the_same_is_said_of_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match=r"no apt-get here.*any version"):
        libreoffice.read(None)


def test_packages_in_the_cache_are_not_fetched_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    place = cache_folder() / "libreoffice-help"
    place.mkdir(parents=True)
    for path in folder.glob("*.deb"):
        path.rename(place / path.name)
    assert len(libreoffice.read(None).documents) == 2


def test_a_package_that_is_another_one_stops(folder: Path) -> None:
    write_deb(folder / f"{EN}_1.2-3_all.deb", {"usr/share/doc/readme": b"text"})
    with pytest.raises(SourceError, match="none of the 3 Korean pages"):
        libreoffice.read(folder)
    write_deb(folder / f"{KO}_1.2-3_all.deb", {"usr/share/doc/readme": b"text"})
    with pytest.raises(SourceError, match=f"is it the package {KO}"):
        libreoffice.read(folder)


@pytest.mark.slow
def test_the_real_packages_give_what_was_measured(tmp_path: Path) -> None:
    """Fetches 5 MB with apt where the cache doesn't hold it; versions differ by a few pages."""
    try:
        corpus = libreoffice.read(None)
    except SourceError as error:
        pytest.skip(str(error))
    assert 1_100 < len(corpus.documents) < 1_400
    for language, entries in (("ko", 2_800), ("en", 3_100)):
        found = sum(q.language == language for q in corpus.queries)
        assert abs(found - entries) < 400, language
    assert 17_000 < len({(s.korean, s.english) for s in corpus.segments}) < 21_000
    texts = {d.id: d.text for d in corpus.documents}
    whole = sum(q.text in texts[d] for q in corpus.queries for d in corpus.qrels[q.id])
    assert whole < 0.15 * len(corpus.queries)  # entries are no part of the text by themselves
    assert len(corpus.conversational) > 180
    titles = {d.title for d in corpus.documents} | {q.text for q in corpus.queries}
    assert not titles & {q.text for q in corpus.conversational}
    for question in corpus.conversational:
        (best,) = (d for d, relevance in corpus.qrels[question.id].items() if relevance == 2)
        assert question.text not in texts[best]
