"""Cards as data sets to train on: chat, prompt-completion, preference pairs, GRPO prompts.

A folder that `datasets.load_dataset(folder, "chat")` reads without a network: a sub-folder for each
form with a Parquet file for each split, and README.md, the data card that names them. The columns
that a trainer reads are TRL's; those beside them say where a row comes from.

    export(folder, [Example(card, messages, "train"), …], rejected(stage.records("rejects")), about)
    datasets.load_dataset(str(folder), "prompt-completion", split="train")
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from malmoi.core.errors import RunError, SourceError
from malmoi.core.files import Record, make_folder_atomically
from malmoi.mnemonics import form
from malmoi.mnemonics.cards import Card, Draft
from malmoi.mnemonics.export.data_card import About, Tables, data_card
from malmoi.mnemonics.export.tables import must_be_released
from malmoi.mnemonics.splits import Part
from malmoi.teachers import Message

MAX_PAIRS = 4
"""Preference pairs of one card: a word that was hard to write for shouldn't outweigh the others."""
NOT_PAIRED = ("slur",)
"""Reasons whose rejected texts are passed on to nobody, not even as a bad example."""


@dataclass(frozen=True, slots=True)
class Example:
    """A card, the prompt that asks for it (as the student will see it), and its split."""

    card: Card
    messages: tuple[Message, ...]
    split: Part


@dataclass(frozen=True, slots=True)
class Rejected:
    """A text that was written for a term and not kept. `sense` is "" where it isn't known."""

    term: str
    sense: str
    text: str
    reason: str
    writer: str = ""


def rejected(ledger: Iterable[Record]) -> Iterator[Rejected]:
    """Rejected texts of a ledger (`Stage.records("rejects")`); entries without a term or text, and
    those rejected for a slur, are passed over.

    A candidate's text is its draft in the form that students learn, else what was written, raw.
    """
    for entry in ledger:
        candidate, reason = entry["candidate"], entry["reason"]
        term = str(candidate.get("term", ""))
        draft = candidate.get("draft")
        text = form.render(Draft(**draft)) if draft else str(entry.get("raw", "")).strip()
        if term and text and not reason.startswith(NOT_PAIRED):
            sense, writer = candidate.get("sense") or "", candidate.get("writer", "")
            yield Rejected(term, str(sense), text, reason, str(writer))


def rows(examples: Sequence[Example], rejects: Iterable[Rejected]) -> Tables:
    """The rows of each form and split, in the order of `examples`.

    Raises:
        RunError: a card must not be released.
    """
    must_be_released([example.card for example in examples])
    by_term: dict[str, list[Rejected]] = defaultdict(list)
    for reject in rejects:
        by_term[reject.term.casefold()].append(reject)
    tables: Tables = {
        "chat": defaultdict(list),
        "prompt-completion": defaultdict(list),
        "preference": defaultdict(list),
        "grpo": defaultdict(list),
    }
    for example in examples:
        card, part = example.card, example.split
        asked = [{"role": m.role, "content": m.content} for m in example.messages]
        answer = form.render(card.draft)
        answered = [{"role": "assistant", "content": answer}]
        text = "\n\n".join(m.content for m in example.messages) + "\n\n"
        provenance = _provenance(card)
        tables["chat"][part].append({"messages": asked + answered, **provenance})
        tables["prompt-completion"][part].append(
            {"prompt": text, "completion": answer, **provenance}
        )
        tables["grpo"][part].append(
            {"prompt": asked, "definition": card.definition, "pos": card.pos, **provenance}
        )
        for reject in _paired(card, answer, by_term[card.term.casefold()]):
            pair = {
                "prompt": asked,
                "chosen": answered,
                "rejected": [{"role": "assistant", "content": reject.text}],
                "reason": reject.reason,
                "rejected_writer": reject.writer,
            }
            tables["preference"][part].append({**pair, **provenance})
    return tables


def export(
    folder: Path, examples: Sequence[Example], rejects: Iterable[Rejected], about: About
) -> dict[str, int]:
    """Write the data set, replacing the folder in one move; returns the rows of each form.

    A form or split without rows has no file, for `load_dataset` can't read an empty one.

    Args:
        folder: where it goes.
        examples: cards with what their student was asked, and the split of each.
        rejects: candidates that were not kept, with the reason.
        about: what the data card tells of the run.

    Raises:
        RunError: there is no card, or one that must not be released.
        SourceError: pyarrow is not installed.
    """
    if not examples:
        raise RunError(f"no card to write to {folder}. Expected one at least: see the ledger.")
    _pyarrow()
    tables = rows(examples, rejects)

    def fill(temporary: Path) -> None:
        for name, parts in tables.items():
            for part, records in parts.items():
                _write_parquet(temporary / name / f"{part}.parquet", records)
        card = data_card(about, [example.card for example in examples], tables)
        (temporary / "README.md").write_text(card, encoding="utf-8")

    make_folder_atomically(folder, fill)
    return {name: sum(map(len, parts.values())) for name, parts in tables.items()}


def push(folder: Path, repo_id: str, private: bool = True) -> str:
    """Upload an exported folder to the Hugging Face hub as a data set; returns its address.

    The token is that of `hf auth login` or the environment variable HF_TOKEN.

    Raises:
        RunError: `folder` is no exported data set, or the hub refuses.
        SourceError: huggingface_hub is not installed.
    """
    if not (folder / "README.md").is_file() or not [*folder.glob("*/*.parquet")]:
        raise RunError(f"{folder} is no data set. Expected a folder that `export` wrote.")
    try:
        import huggingface_hub
    except ImportError as error:
        raise SourceError(
            "uploading needs huggingface_hub. Run `pip install 'malmoi[data]'`."
        ) from error
    try:
        api = huggingface_hub.HfApi()
        address = api.create_repo(repo_id, repo_type="dataset", private=private, exist_ok=True)
        api.upload_folder(
            repo_id=repo_id,
            repo_type="dataset",
            folder_path=folder,
            allow_patterns=["README.md", "*/*.parquet"],
            # A form or split that this version has no rows for must not stay from the last one.
            delete_patterns=["*/*.parquet"],
            commit_message="Upload the data set that Malmoi exported",
        )
    except (huggingface_hub.errors.HfHubHTTPError, ValueError, OSError) as error:
        raise RunError(
            f"the hub did not take {repo_id!r}: {type(error).__name__}: {str(error)[:300]}. "
            "Expected a name like org/name and a token that may write to it: `hf auth login`."
        ) from error
    return str(address)


def _provenance(card: Card) -> Record:
    return {
        "id": card.id,
        "term": card.term,
        "sense": card.sense,
        "feature": card.feature,
        "writer": card.writer,
        "score": card.score,
        "supported": sum(claim.verdict == "supported" for claim in card.claims),
        "unverified": sum(claim.verdict == "unverified" for claim in card.claims),
        "sources": list(card.sources),
    }


def _paired(card: Card, kept: str, rejects: Sequence[Rejected]) -> list[Rejected]:
    """Rejects of the card's own sense, or of no known one, each text once."""
    fitting = (r for r in rejects if r.sense in ("", card.sense) and r.text != kept)
    return list({reject.text: reject for reject in fitting}.values())[:MAX_PAIRS]


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise SourceError(
            "a data set is Parquet, which pyarrow writes. Run `pip install 'malmoi[data]'`."
        ) from error
    return pyarrow


def _write_parquet(path: Path, records: Sequence[Record]) -> None:
    """A Parquet file with the schema that the rows' form has, whatever their values."""
    pyarrow = _pyarrow()
    text, strings = pyarrow.string(), pyarrow.list_(pyarrow.string())
    turns = pyarrow.list_(pyarrow.struct([("role", text), ("content", text)]))
    kinds = {"sources": strings, "score": pyarrow.float64()}
    kinds |= dict.fromkeys(("supported", "unverified"), pyarrow.int32())
    conversation = ("messages", "prompt", "chosen", "rejected")
    fields = [
        (name, turns if name in conversation and isinstance(value, list) else kinds.get(name, text))
        for name, value in records[0].items()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pyarrow.Table.from_pylist(list(records), schema=pyarrow.schema(fields))
    pyarrow.parquet.write_table(table, path)
