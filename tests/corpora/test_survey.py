from __future__ import annotations

import json
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Corpus, Document, Query, Section
from malmoi.corpora.readers.beir import write_beir
from malmoi.corpora.survey import survey

TEXT = "여권을 발급받으려면 신청서를 냅니다."


def csv(folder: Path, content: str, name: str = "docs.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def beir(folder: Path, title: str = "안내") -> Path:
    document = Document("1", title, (Section("", TEXT),))
    query = Query("q", "여권", "ko")
    write_beir(Corpus("c", (document,), (query,), {"q": {"1": 1}}), folder)
    return folder


def test_a_table_s_fields_are_named_and_it_is_read(tmp_path: Path) -> None:
    seen = survey(csv(tmp_path, f"no,제목,본문\n1,안내,{TEXT}\n"))
    section = seen.section
    assert (section.reader, section.language) == ("table", "ko")
    assert (section.id_field, section.title_field, section.text_field) == ("no", "제목", "본문")
    assert seen.columns == ("no", "제목", "본문")
    assert [document.id for document in seen.corpus.documents] == ["1"]


def test_a_corpus_without_titles_is_said_so_and_one_with_them_isn_t(tmp_path: Path) -> None:
    without = survey(csv(tmp_path, f"id,text\n1,{TEXT}\n")).notes
    assert "no column looks like a title (columns: id, text); documents have none" in without
    assert not [n for n in survey(csv(tmp_path, f"id,title,text\n1,가,{TEXT}\n")).notes
                if "title" in n]  # fmt: skip
    assert survey(beir(tmp_path / "b", title="")).notes == ("no document has a title",)
    assert survey(beir(tmp_path / "c")).notes == ()


def test_made_ids_and_missing_queries_are_said(tmp_path: Path) -> None:
    first, _, last = survey(csv(tmp_path, f"id,text\n1,{TEXT}\n1,다른 글입니다.\n")).notes
    assert first == "ids are made of each document's content, since 'id' repeats"
    assert last.startswith("no queries with judgements by people")


def test_a_beir_folder_with_other_names_is_read_by_them(tmp_path: Path) -> None:
    assert "text_field" not in survey(beir(tmp_path / "b")).section.model_fields_set
    folder = beir(tmp_path / "c")
    record = {"번호": "1", "제목": "안내", "본문": TEXT}
    (folder / "corpus.jsonl").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    section = survey(folder).section
    assert (section.id_field, section.title_field, section.text_field) == ("번호", "제목", "본문")


def test_squad_is_known(tmp_path: Path) -> None:
    asked = [{"id": "q", "question": "여권은?", "answers": [{"text": "여권", "answer_start": 0}]}]
    data = {"data": [{"title": "안내", "paragraphs": [{"context": TEXT, "qas": asked}]}]}
    path = csv(tmp_path, json.dumps(data), "korquad.json")
    seen = survey(path)
    assert seen.section.reader == "squad"
    assert (len(seen.corpus.queries), seen.notes) == (1, ())


def test_the_language_is_seen(tmp_path: Path) -> None:
    english = csv(tmp_path, "id,text\n1,Apply for a passport at the office.\n")
    assert survey(english).section.language == "en"
    greek = csv(tmp_path, "id,text\n1,Αίτηση για διαβατήριο στο γραφείο.\n", "greek.csv")
    with pytest.raises(SourceError, match="neither Korean nor English"):
        survey(greek)


def test_a_licence_is_only_what_the_data_says(tmp_path: Path) -> None:
    assert survey(csv(tmp_path, f"id,text,license\n1,{TEXT},CC0-1.0\n")).licence == "CC0-1.0"
    assert survey(csv(tmp_path, f"id,text\n1,{TEXT}\n")).licence == ""
    folder = beir(tmp_path / "b")
    assert survey(folder).licence == ""
    (folder / "README.md").write_text("---\nlicense: cc-by-4.0\n---\nUse a license.\n")
    assert survey(folder).licence == "cc-by-4.0"
    (folder / "meta.json").write_text('{"about": {"license": "CC BY-SA 4.0"}}')
    assert survey(folder).licence == "CC BY-SA 4.0"
    # A table's neighbours belong to whoever's folder it is.
    (tmp_path / "README.md").write_text("license: MIT\n")
    assert survey(csv(tmp_path, f"id,text\n1,{TEXT}\n")).licence == ""


@pytest.mark.parametrize(
    ("asked", "near"),
    [("dosc.csv", "docs.csv"), ("docs", "docs.csv"), ("docs.jsonl", "docs.csv")],
)
def test_a_missing_file_s_neighbour_is_named(tmp_path: Path, asked: str, near: str) -> None:
    csv(tmp_path, f"id,text\n1,{TEXT}\n")
    with pytest.raises(SourceError) as caught:
        survey(tmp_path / asked)
    assert str(caught.value).endswith(f"did you mean {str(tmp_path / near)!r}?")


def test_a_missing_file_without_a_neighbour_has_no_hint(tmp_path: Path) -> None:
    csv(tmp_path, f"id,text\n1,{TEXT}\n")
    for path in (tmp_path / "nothing" / "here.csv", tmp_path / "bin.csv"):
        with pytest.raises(SourceError, match=r"is not there: check the path\."):
            survey(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("header.csv", b"id,text\n"),
        ("blank.csv", b"id,text\n1,\n"),
        ("numbers.csv", b"a,b\n1,2\n"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\xff\xfe\x80"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\xff\xfe\x80"),
    ],
)
def test_what_holds_no_documents_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=name.replace(".", r"\.")):
        survey(path)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    with pytest.raises(SourceError, match="Expected a BEIR folder"):
        survey(tmp_path)
