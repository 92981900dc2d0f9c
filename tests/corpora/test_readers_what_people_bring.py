"""Each row of the tables in docs/corpora.md, "What people bring", with an example of its own."""

from __future__ import annotations

import gzip
import json
import re
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import SourceError
from malmoi.corpora.loading import Corpus

DOCS = Path(__file__).resolve().parents[2] / "docs/corpora.md"
ROW = {"id": "1", "title": "제목", "text": "한국어 글, 하나"}
CSV = 'id,title,text\n1,제목,"한국어 글, 하나"\n'
ONE = [("1", "제목", "한국어 글, 하나")]
TITLE_ONLY = [("1", "제목", "")]


class Given(NamedTuple):
    """Files, what is loaded of them, and the documents that come of it, or the error."""

    files: dict[str, str | bytes]
    source: str = "d.csv"
    settings: dict[str, Any] = {}  # noqa: RUF012
    documents: list[tuple[str, str, str]] = ONE
    qrels: dict[str, dict[str, int]] = {}  # noqa: RUF012
    error: str = ""
    said: str = ""


def lines(*rows: dict[str, Any]) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def beir(qrels: str, name: str = "qrels/test.tsv", **files: str | bytes) -> dict[str, str | bytes]:
    corpus = lines({"_id": "1", "title": "제목", "text": "한국어 글, 하나"})
    queries = lines({"_id": "q", "text": "질문"}, {"_id": "r", "text": "물음"})
    return {"b/corpus.jsonl": corpus, "b/queries.jsonl": queries, f"b/{name}": qrels} | {
        f"b/{file.replace('__', '.')}": content for file, content in files.items()
    }


def judged(qrels: str, relevance: int = 1, name: str = "qrels/test.tsv", said: str = "") -> Given:
    return Given(beir(qrels, name), "b", qrels={"q": {"1": relevance}}, said=said)


KLUE = {
    "version": "klue-mrc-v1.1",
    "data": [
        {
            "title": "제목",
            "news_category": "종합",
            "source": "hankyung",
            "paragraphs": [
                {
                    "context": "한국어 글, 하나",
                    "qas": [
                        {
                            "question": "하나?",
                            "answers": [{"text": "하나", "answer_start": 7}],
                            "question_type": 1,
                            "is_impossible": False,
                            "guid": "klue-mrc-v1_train_1",
                        },
                        {
                            "question": "둘?",
                            "answers": [],
                            "plausible_answers": [{"text": "하나", "answer_start": 7}],
                            "question_type": 3,
                            "is_impossible": True,
                            "guid": "klue-mrc-v1_train_2",
                        },
                    ],
                }
            ],
        }
    ],
}
HUB_ROWS = [
    {
        "guid": f"g{n}", "title": "제목", "context": "한국어 글, 하나", "question": question,
        "answers": {"text": answers, "answer_start": [0] * len(answers)},
    }
    for n, (question, answers) in enumerate([("하나?", ["하나"]), ("둘?", []), ("글?", ["글"])])
]  # fmt: skip
KEY = "제목-63c787c2665b"

EXAMPLES: dict[str, Given] = {
    "`.jsonl`, `.ndjson`": Given({"d.ndjson": lines(ROW)}, "d.ndjson"),
    "`.json` with an array": Given({"d.json": json.dumps([ROW], indent=1)}, "d.json"),
    "`.json`, an object with one array of objects in it": Given(
        {"d.json": json.dumps({"meta": {"n": 1}, "result": {"items": [ROW]}})},
        "d.json", said="d.json: read as one JSON array (.result.items)",
    ),
    "`.json` with an object a line, or one after the other": Given(
        {"d.json": "\n".join([json.dumps(ROW, indent=1)] * 2)}, "d.json"
    ),
    "`.json`, an object with several arrays": Given(
        {"d.json": json.dumps({"a": [ROW], "b": [ROW]})}, "d.json", error="in it: a, b",
    ),
    "any of these, and `.csv`, with `.gz`": Given(
        {"d.jsonl.gz": gzip.compress(lines(ROW).encode())}, "d.jsonl.gz"
    ),
    "a `.gz` that is torn": Given(
        {"d.csv.gz": gzip.compress(CSV.encode())[:-9]}, "d.csv.gz", error="can't be unpacked",
    ),
    "`.csv` with `;` (Excel in half of Europe), tabs or bars": Given(
        {"d.csv": "id;title;text\n1;제목;한국어 글, 하나\n"}, said="cells are parted by ';'"
    ),
    "`sep=;` as the first line": Given(
        {"d.csv": "sep=;\nid;title;text\n1;제목;한국어 글, 하나\n"}, said="cells are parted by ';'"
    ),
    "trailing `,,`, rows of `,,,`": Given(
        {"d.csv": 'id,title,text,,\n1,제목,"한국어 글, 하나",,,\n,,,\n'}
    ),
    "a byte order mark or spaces around the names of a header": Given(
        {"d.csv": '\ufeff\ufeffid, title , text\n1, 제목, "한국어 글, 하나"\n'}
    ),
    "a name that stands twice in a header": Given(
        {"d.csv": "id,title,text,text\n1,제목,가,나\n"}, error="field 'text' holds a list"
    ),
    "a row with more cells than the header": Given(
        {"d.csv": "id,title,text\n1,제목,가,나\n"}, error="d.csv:2 has more cells"
    ),
    "a quote that opens and never closes": Given(
        {"d.csv": CSV + '2,둘,"글\n3,셋,글\n'}, error="a quote opens in line 3"
    ),
    "UTF-8, UTF-16 or UTF-32 with a byte order mark": Given({"d.csv": CSV.encode("utf-16")}),
    "UTF-16 without one": Given(
        {"d.csv": CSV.encode("utf-16-le")}, said="no byte order mark, but zero bytes"
    ),
    "CP949, EUC-KR (Excel in Korea)": Given(
        {"d.csv": CSV.encode("cp949")}, said="read as CP949 (EUC-KR)"
    ),
    "fields with other names": Given(
        {"d.csv": CSV.replace("text", "본문")}, settings={"text_field": "본문"}
    ),
    "a field that isn't there": Given(
        {"d.csv": CSV.replace("text", "Texts")}, error="no field 'text': did you mean 'Texts'"
    ),
    "a folder of `.txt` or `.md` files": Given(
        {"b/하나.txt": "한국어 글", "b/more/둘.md": "# 제목\n\n다른 글", "b/x.png": b"\x89"}, "b",
        documents=[("more/둘.md", "제목", "다른 글"), ("하나.txt", "하나", "한국어 글")],
    ),
    "`.xlsx`, `.xls`, `.ods`": Given(
        {"d.xlsx": b"PK\x03\x04"}, "d.xlsx", error="save it as 'CSV UTF-8",
    ),
    "a workbook that is called `.csv`": Given(
        {"d.csv": b"PK\x03\x04 xl/workbook.xml"}, error="save it as 'CSV UTF-8"
    ),
    "`.docx`, `.pdf`, `.hwp`, a ZIP archive": Given(
        {"d.pdf": b"%PDF"}, "d.pdf", error="Save its text as CSV, JSON Lines or .txt",
    ),
    "SQuAD, KorQuAD 1.0": Given(
        {"d.json": json.dumps(KLUE).replace("guid", "id")}, "d.json",
        documents=[(KEY, "제목", "한국어 글, 하나")], qrels={"klue-mrc-v1_train_1": {KEY: 1}},
    ),
    "KLUE-MRC": Given(
        {"d.json": json.dumps(KLUE)}, "d.json",
        documents=[(KEY, "제목", "한국어 글, 하나")], qrels={"klue-mrc-v1_train_1": {KEY: 1}},
    ),
    "these with a row for each question, as the hub has them": Given(
        {"d.jsonl": lines(*HUB_ROWS)}, "d.jsonl", {"reader": "squad"},
        [(KEY, "제목", "한국어 글, 하나")], {"g0": {KEY: 1}, "g2": {KEY: 1}},
    ),
    "`corpus` or `queries` as `.jsonl.gz`, `.csv` …": Given(
        {
            "b/corpus.csv": CSV,
            "b/queries.jsonl.gz": gzip.compress(b'{"_id": "q", "text": "x"}'),
            "b/qrels/test.tsv": "q\t1\t1",
        }, "b", qrels={"q": {"1": 1}},
    ),
    "documents that have only a title": Given(
        beir("q\t1\t1", corpus__jsonl=lines({"_id": "1", "title": "제목"})), "b",
        documents=TITLE_ONLY, qrels={"q": {"1": 1}}, said="without_text 1",
    ),
    "a text under another name": Given(
        beir("q\t1\t1", corpus__jsonl=lines({"_id": "1", "title": "제목", "txt": "글"})), "b",
        error="did you mean 'txt'",
    ),
    "qrels with a header, BEIR's or another (`qid`, `docid`, `rel` …)": judged(
        "rel\tdocid\tqid\n1\t1\tq\n", said="query id = qid, document id = docid, relevance = rel"
    ),
    "qrels without a header": judged("q\t1\t1\n"),
    "TREC's four columns (`q 0 d 1`), as `.txt`, `.qrels`, `.trec`, `.tsv`": judged(
        "q 0 1 1\n", name="qrels/test.txt", said="document id = column 3"
    ),
    "qrels as `.csv`, `.jsonl`, `.json`, with `.gz`": judged(
        '{"query_id": "q", "doc_id": "1", "label": 2}', 2, "qrels/test.jsonl"
    ),
    "`qrels.tsv` beside the corpus": judged("q\t1\t1\n", name="qrels.tsv"),
    "relevance .5": Given(
        beir("q\t1\t.5\nr\t1\t1\n"), "b", qrels={"q": {"1": 1}, "r": {"1": 2}},
        said="all of it is multiplied by 2",
    ),
    "relevance below 0 (TREC's junk)": Given(
        beir("q\t1\t-1\nr\t1\t1\n"), "b", qrels={"q": {"1": 0}, "r": {"1": 1}},
        said="1 negative judgements count as not relevant",
    ),
    "two columns, no relevance": judged("q\t1\n", said="each pair counts as 1"),
    "a run (`q Q0 d 1 0.5 name`)": Given(
        beir("q Q0 1 1 0.5 x\n", "qrels/test.txt"), "b", error="looks like a run"
    ),
}  # fmt: skip


def rows() -> list[str]:
    """The first column of the tables of that section."""
    section = DOCS.read_text(encoding="utf-8").split("## What people bring\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (.+?) \| .+ \|$", section, flags=re.MULTILINE)
    return [cell for cell in cells if cell != "given"]


def test_each_row_has_an_example() -> None:
    assert sorted(rows()) == sorted(EXAMPLES)


@pytest.mark.parametrize("row", EXAMPLES)
def test_what_is_given_is_read_or_refused_as_documented(
    row: str, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    given = EXAMPLES[row]
    for name, content in given.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    if given.error:
        with pytest.raises(SourceError, match=re.escape(given.error)) as caught:
            Corpus.load(tmp_path / given.source, **given.settings)
        assert "\n" not in str(caught.value), "one clear line"
        return
    corpus = Corpus.load(tmp_path / given.source, **given.settings)
    assert [(d.id, d.title, d.text) for d in corpus.documents] == given.documents
    assert corpus.qrels == given.qrels
    assert given.said in logged.text


PIECES = [
    "id", "text", "title", "1", "글", ",", ";", "\t", "\n", "\r\n", '"', "{", "}", "[", "]", ":",
    '{"id": "1", "title": "", "text": "글"}', '{"_id": "1", "title": "a"}', "q 0 1 1", "\ufeff",
    " ", "\0", "sep=;", "\u2003", '"data"', '"paragraphs"', '"context"', "1e999", "-1", ".5",
]  # fmt: skip


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """Bytes of any kind, and text that is nearly a table, JSON or judgements."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=40))
    text = "".join(draw(st.lists(st.sampled_from(PIECES), max_size=14)))
    data = text.encode(draw(st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp949"])), "replace")
    return gzip.compress(data) if draw(st.booleans()) else data


@pytest.mark.parametrize("name", ["d.csv", "d.tsv", "d.json", "d.jsonl.gz", "b/d.txt"])
@given(data=contents())
def test_no_content_is_more_than_one_clear_line(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        source = path if path.parent == Path(folder) else path.parent
        read_or_refused(source)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/a.tsv", "qrels/a.json"])
@given(data=contents())
def test_no_content_in_a_beir_folder_is_either(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for file, usual in beir("", "qrels/x.md").items():
            path = Path(folder) / file.removeprefix("b/")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(usual.encode() if isinstance(usual, str) else usual)
        (Path(folder) / name).write_bytes(data)
        read_or_refused(Path(folder))


def read_or_refused(source: Path) -> None:
    try:
        Corpus.load(source)
    except SourceError as error:
        assert len(str(error).splitlines()) == 1, "one clear line"  # noqa: PT017
