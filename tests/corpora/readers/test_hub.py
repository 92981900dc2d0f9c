"""Data sets through `datasets`: from local folders here, from the hub where there is one."""

import json
import os
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.corpora.corpus import Corpus
from malmoi.corpora.readers import hub
from malmoi.corpora.readers.cleaning import Fields
from malmoi.recipe import CorpusSection

datasets = pytest.importorskip("datasets")
ROWS = [{"docid": n, "title": f"제목 {n}", "body": f"글 {n}"} for n in range(3)]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    if not os.environ.get("MALMOI_TEST_HUB"):
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)


def read(
    name: str, id_field: str, title_field: str, text_field: str, config: str = "", split: str = ""
) -> Corpus:
    split = split or CorpusSection().split
    return hub.read(name, Fields(id_field, title_field, text_field, ""), config, split)


def read_all(name: Path, **more: str) -> list[tuple[str, str, str]]:
    corpus = read(str(name), "docid", "title", "body", **more)
    return [(d.id, d.title, d.text) for d in corpus.documents]


EXPECTED = [(str(n), f"제목 {n}", f"글 {n}") for n in range(3)]


def test_a_folder_of_data_files(tmp_path: Path) -> None:
    folder = tmp_path / "my-set"
    folder.mkdir()
    (folder / "train.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    assert read_all(folder) == EXPECTED
    assert read(f"{folder}/", "docid", "", "body").name == "my-set"


def test_a_folder_that_was_saved_to_disk(tmp_path: Path) -> None:
    made = datasets.Dataset.from_list(ROWS)
    made.save_to_disk(str(tmp_path / "one"))
    datasets.DatasetDict({"corpus": made}).save_to_disk(str(tmp_path / "many"))
    assert read_all(tmp_path / "one") == EXPECTED
    assert read_all(tmp_path / "many", split="corpus") == EXPECTED
    with pytest.raises(SourceError, match=r"split 'train'.*check path, config and split"):
        read_all(tmp_path / "many")


def test_a_missing_field_names_the_nearest(tmp_path: Path) -> None:
    datasets.Dataset.from_list(ROWS).save_to_disk(str(tmp_path / "one"))
    with pytest.raises(SourceError, match=r"no field 'bodi': did you mean 'body'"):
        read(str(tmp_path / "one"), "docid", "title", "bodi")


def test_a_data_set_that_is_not_there_stops(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="can't be loaded"):
        read(str(tmp_path / "nothing"), "id", "title", "text")


@pytest.mark.hub
@pytest.mark.skipif(not os.environ.get("MALMOI_TEST_HUB"), reason="set MALMOI_TEST_HUB=1")
def test_a_data_set_of_the_hub() -> None:
    corpus = read("klue/klue", "guid", "", "premise", config="nli", split="validation")
    assert len(corpus.documents) > 1_000
