"""The data set of verified pairs is one that `datasets` reads."""

from pathlib import Path

import pytest
import yaml

from malmoi.core.errors import RunError
from malmoi.synonyms.dataset import card, export
from malmoi.synonyms.sources.candidates import Evidence
from malmoi.synonyms.verification.verify import Verdict

VERDICTS = [
    Verdict(
        "행", "row", 0.98, "both", True, (Evidence("packaged", 1.0, "ko→en", "babel"),), "logistic"
    ),
    Verdict("행", "column", 0.02, "both", False, (), "logistic"),
]


def test_it_is_read_by_datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets", reason="pip install 'malmoi[data]'")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    assert export(tmp_path / "set", VERDICTS, "words") == {"accepted": 1, "rejected": 1}
    found = datasets.load_dataset(
        str(tmp_path / "set"), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert found["korean"][:] == ["행", "행"]
    assert found["accepted"][:] == [True, False]
    assert found[0]["evidence"][0]["source"] == "packaged"
    assert found[1]["evidence"] == []


def test_the_card_says_what_is_in_it() -> None:
    text = card(VERDICTS, "words: 말", "cc-by-4.0")
    head = yaml.safe_load(text.split("---")[1])
    assert head["license"] == "cc-by-4.0"
    assert head["pretty_name"] == "words: 말"
    assert "1 accepted pairs and 1 rejected" in text
    assert "| babel | 1 | Unicode-3.0 |" in text


def test_nothing_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no pair"):
        export(tmp_path / "set", [], "words")
    assert not (tmp_path / "set").exists()
