from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import RunError
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Claim
from malmoi.mnemonics.export.data_card import About
from malmoi.mnemonics.export.datasets import (
    MAX_PAIRS,
    Example,
    Rejected,
    export,
    push,
    rejected,
    rows,
)
from malmoi.mnemonics.splits import Part
from malmoi.teachers import Message
from tests.helpers.toy_cards import card

ABOUT = About("demo", "words.txt", {"lexicon-writer": "no model"})


def example(term: str = "obstinate", split: Part = "train", **changes: Any) -> Example:
    asked = (Message("system", form.INSTRUCTIONS), Message("user", f"term: {term}"))
    return Example(card(term, **changes), asked, split)


def test_rows_of_each_form() -> None:
    one = example()
    rejects = [Rejected("Obstinate", "", "bad text", "acronym: B.A.D.", "tiny")]
    tables = rows([one], rejects)
    answer = form.render(one.card.draft)
    asked = [{"role": m.role, "content": m.content} for m in one.messages]
    (chat,) = tables["chat"]["train"]
    assert chat["messages"] == [*asked, {"role": "assistant", "content": answer}]
    (plain,) = tables["prompt-completion"]["train"]
    assert plain["prompt"].endswith("term: obstinate\n\n")
    assert plain["completion"] == answer
    assert form.parse(answer) == one.card.draft
    (pair,) = tables["preference"]["train"]
    assert (pair["chosen"], pair["rejected"]) == (
        [{"role": "assistant", "content": answer}],
        [{"role": "assistant", "content": "bad text"}],
    )
    assert (pair["prompt"], pair["reason"]) == (asked, "acronym: B.A.D.")
    (prompt,) = tables["grpo"]["train"]
    assert prompt["prompt"] == asked
    assert "completion" not in prompt
    for row in (chat, plain, pair, prompt):
        assert (row["term"], row["id"], row["supported"]) == ("obstinate", one.card.id, 1)


def test_only_rejects_of_the_same_word_and_sense_are_paired() -> None:
    one = example()
    kept = form.render(one.card.draft)
    rejects = [
        Rejected("abate", "", "of another word", "r"),
        Rejected("obstinate", "obstinate.noun.9", "of another sense", "r"),
        Rejected("obstinate", one.card.sense, kept, "outranked"),
        *[Rejected("obstinate", one.card.sense, f"text {n % 9}", "r") for n in range(20)],
    ]
    pairs = rows([one, example("novel", "test")], rejects)["preference"]
    assert [row["rejected"][0]["content"] for row in pairs["train"]] == [
        f"text {n}" for n in range(MAX_PAIRS)
    ]
    assert "test" not in pairs


def test_rejects_of_a_ledger() -> None:
    draft = {"feature": "other", "reasoning": "r", "mnemonic": "m", "example": "e"}
    ledger = [
        {"reason": "circular: x", "candidate": {"term": "abate", "draft": draft}, "raw": "RAW"},
        {"reason": "no form", "candidate": {"term": "abate", "sense": "s"}, "raw": " raw text "},
        {"reason": "slur: x", "candidate": {"term": "abate"}, "raw": "not to be passed on"},
        {"reason": "abstained", "candidate": {"term": "abate"}, "raw": ""},
        {"reason": "empty", "candidate": {"line": 3, "text": ""}, "raw": "x"},
    ]
    first, second = rejected(ledger)
    assert first.text == "feature: other\nreasoning: r\nmnemonic: m\nexample: e"
    assert (second.text, second.sense, second.reason) == ("raw text", "s", "no form")


LOAD = """
import json, sys, datasets
folder = sys.argv[1]
made = {}
for name in datasets.get_dataset_config_names(folder):
    loaded = datasets.load_dataset(folder, name)
    made[name] = {split: loaded[split].to_list() for split in loaded}
default = datasets.load_dataset(folder)
assert "messages" in default["train"].column_names, default
print(json.dumps(made))
"""


def test_load_dataset_reads_the_folder_offline(tmp_path: Path) -> None:
    import json

    pytest.importorskip("datasets")
    examples = [example(), example("abate", "dev"), example("novel", "test", sources=())]
    rejects = [Rejected("obstinate", "", "bad", "r"), Rejected("novel", "", "worse", "r")]
    folder = tmp_path / "data set"
    counts = export(folder, examples, rejects, ABOUT)
    assert counts == {"chat": 3, "prompt-completion": 3, "preference": 2, "grpo": 3}
    offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder)],
        env={**os.environ, **offline}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout)
    expected = rows(examples, rejects)
    assert loaded == json.loads(json.dumps(expected))


def test_a_form_without_rows_has_no_files(tmp_path: Path) -> None:
    export(tmp_path / "d", [example()], [], ABOUT)
    files = sorted(str(p.relative_to(tmp_path / "d")) for p in (tmp_path / "d").rglob("*.*"))
    assert files == [
        "README.md", "chat/train.parquet", "grpo/train.parquet", "prompt-completion/train.parquet",
    ]  # fmt: skip


def test_an_export_replaces_the_last_one_whole(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    export(folder, [example(split="test")], [Rejected("obstinate", "", "bad", "r")], ABOUT)
    export(folder, [example()], [], ABOUT)
    assert not [*folder.rglob("test.parquet")]
    bad = example(claims=(Claim("sound", "rhymes with mule", "contradicted", "CMUdict"),))
    with pytest.raises(RunError, match="rhymes"):
        export(folder, [bad], [], ABOUT)
    with pytest.raises(RunError, match="no card"):
        export(folder, [], [], ABOUT)
    assert (folder / "chat" / "train.parquet").is_file()
    assert [p.name for p in tmp_path.iterdir()] == ["d"]


class FakeHub:
    """What `HfApi` is asked for, at the boundary; the real hub was never reached from here."""

    calls: list[tuple[str, dict[str, Any]]]

    def __init__(self, error: Exception | None = None) -> None:
        self.calls, self.error = [], error

    def __call__(self) -> FakeHub:
        return self

    def create_repo(self, repo_id: str, **options: Any) -> str:
        if self.error:
            raise self.error
        self.calls.append((repo_id, options))
        return f"https://hub.example/{repo_id}"

    def upload_folder(self, **options: Any) -> None:
        self.calls.append(("upload", options))


def test_pushing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = pytest.importorskip("huggingface_hub")
    fake = FakeHub()
    monkeypatch.setattr(hub, "HfApi", fake)
    export(tmp_path / "d", [example()], [], ABOUT)
    assert push(tmp_path / "d", "org/name") == "https://hub.example/org/name"
    (repo, options), (_, uploaded) = fake.calls
    assert (repo, options["repo_type"], options["private"]) == ("org/name", "dataset", True)
    assert uploaded["folder_path"] == tmp_path / "d"
    assert uploaded["repo_type"] == "dataset"


def test_the_real_client_has_what_pushing_asks_for() -> None:
    import inspect

    hub = pytest.importorskip("huggingface_hub")
    create, upload = hub.HfApi.create_repo, hub.HfApi.upload_folder
    assert {"repo_type", "private", "exist_ok"} <= inspect.signature(create).parameters.keys()
    assert {
        "repo_id", "repo_type", "folder_path", "allow_patterns", "delete_patterns",
        "commit_message",
    } <= inspect.signature(upload).parameters.keys()  # fmt: skip


def test_a_hub_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = pytest.importorskip("huggingface_hub")
    with pytest.raises(RunError, match="no data set"):
        push(tmp_path, "org/name")
    export(tmp_path / "d", [example()], [], ABOUT)
    monkeypatch.setattr(hub, "HfApi", FakeHub(ConnectionError("no route")))
    with pytest.raises(RunError, match=r"no route.*hf auth login"):
        push(tmp_path / "d", "org/name")
