"""A folder of text files is a document a file."""

from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.corpora.readers import text_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "가이드").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "환불.txt").write_text("환불은 7일 안에 됩니다.\n둘째 줄", encoding="utf-8")
    (tmp_path / "가이드/시작.md").write_text("# 시작하기 #\n\n설치합니다.\n", encoding="utf-8")
    (tmp_path / "가이드/b.md").write_text("## 절\n글", encoding="utf-8")
    (tmp_path / "옛것.txt").write_bytes("한글 파일".encode("cp949"))
    (tmp_path / "빈.txt").write_text("")
    (tmp_path / ".git/x.txt").write_text("no")
    (tmp_path / "그림.png").write_bytes(b"\x89PNG")
    return tmp_path


def test_each_file_is_a_document_named_by_its_path(folder: Path) -> None:
    corpus = text_files.read(folder)
    assert {d.id: (d.title, d.text) for d in corpus.documents} == {
        "환불.txt": ("환불", "환불은 7일 안에 됩니다.\n둘째 줄"),
        "가이드/시작.md": ("시작하기", "설치합니다."),
        "가이드/b.md": ("b", "## 절\n글"),
        "옛것.txt": ("옛것", "한글 파일"),
    }
    assert corpus.counts == {"dropped_empty": 1, "read_as_cp949": 1}
    assert corpus.name == folder.name


def test_without_titles_all_is_text(folder: Path) -> None:
    documents = {d.id: d for d in text_files.read(folder, titles=False).documents}
    assert {d.title for d in documents.values()} == {""}
    assert documents["가이드/시작.md"].text.startswith("# 시작하기")


def test_a_folder_without_text_stops(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no \.txt or \.md files"):
        text_files.read(tmp_path)
    with pytest.raises(SourceError, match=r"is no folder of \.txt"):
        text_files.read(tmp_path / "none")


def test_what_runs_have_written_into_the_folder_is_none_of_it(folder: Path) -> None:
    """`malmoi new .` beside the folder of runs, whose students have model cards."""
    before = text_files.text_files(folder)
    for name in ("recipe.json", ".lock", "student-v1/model/README.md"):
        (folder / "runs" / "small" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "runs" / "small" / name).write_text("x", encoding="utf-8")
    (folder / "김치").mkdir()
    (folder / "김치" / "recipe.json").write_text("{}", encoding="utf-8")
    (folder / "김치" / "절이기.txt").write_text("소금", encoding="utf-8")
    assert text_files.text_files(folder) == sorted([*before, folder / "김치" / "절이기.txt"])
