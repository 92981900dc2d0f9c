"""One vocabulary for queries and documents: kiwi's morphemes and English words as Unigram pieces.

What kiwi finds in the corpus becomes the pieces of one Hugging Face `tokenizer.json`, which needs
no kiwi afterwards. Two things make a plain Unigram tokenizer (Kudo 2018) segment as kiwi does:

- Text is decomposed (NFKD), so that a piece can end inside a syllable: "바꿉니다" is 바꾸 + ᆸ니다,
  just as kiwi has it, and every regular conjugation of a stem gives the same piece.
- English is lower-cased and lightly stemmed by regular expressions in the normaliser, so that
  "deleting", "deleted" and "deletion" are one piece in a query and in the glossary.

Pieces that are no content words (particles, endings, function words, lone jamo) are there for the
segmentation; they never get a weight.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import StudentError
from malmoi.core.files import write_atomically
from malmoi.core.progress import track
from malmoi.text.hangul import has_hangul, has_joining_jamo
from malmoi.text.morphemes import CONTENT_TAGS, morphemes
from malmoi.text.stop_words import FUNCTION_WORDS

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from tokenizers.normalizers import Normalizer

PAD, UNKNOWN = "[PAD]", "[UNK]"
MAX_PIECES = 32_768
"""Ids are below this. neural-search takes those of a `sparse_vector` modulo 65,536 as a signed
short, and greater ones make the refresh of a SEISMIC segment fail (docs/opensearch-parity.md)."""

PIECE_TAGS = CONTENT_TAGS | {"NNB", "XPN", "MM"}
"""Bound nouns, prefixes and determiners tell documents apart as well (measured on help pages)."""

_DOUBLED = "|".join(f"(?<=[a-z]{{2}}{c}){c}(?:ing|ed)\\b" for c in "bdgmnprt")
ENGLISH_STEMS = (
    (r"(?<=[a-z]{2})(?:ies|ied)\b", "y"),
    (r"(?<=ss|sh|ch|x|z)es\b", ""),
    (r"(?<=[a-z]{2}[a-hj-rtv-z])s\b", ""),
    (r"(?<=[a-z]{3}t)ion\b", ""),
    (_DOUBLED, ""),
    (r"(?<=[a-z]{3})(?<!\bstr)(?<!\bspr)(?<!th)ing\b", ""),
    (r"(?<=[a-z]{3})(?<!e)ed\b", ""),
    (r"(?<=[a-z]{3})e\b", ""),
)
"""Endings that are cut, in this order: the core of Porter's first step (1980), as expressions that
a `tokenizer.json` can hold. A stem need not be a word ("delet"); it is the same on both sides."""

_WORD = re.compile(r"[A-Za-z]+|[0-9]+")
_SPLIT = r"[a-z]+|[0-9]+|[^\w\s]"
_JAMO = [
    chr(c)
    for first, last in ((0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2))
    for c in range(first, last + 1)
]
_ASCII = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True)
class Vocabulary:
    """A tokenizer, the ids of its content pieces, and each one's commonest form in the text."""

    tokenizer: Tokenizer
    content: frozenset[int]
    surface: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.tokenizer.get_vocab_size())

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of the content pieces of each text, in reading order, with repetitions."""
        encodings = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [[i for i in encoding.ids if i in self.content] for encoding in encodings]

    def tokens(self, text: str) -> list[str]:
        """The content pieces of one text, composed (NFC) for people to read."""
        return [self.readable(i) for i in self.encode([text])[0]]

    def readable(self, piece: int) -> str:
        """A piece as people write it: its commonest form in the corpus."""
        token = self.tokenizer.id_to_token(piece) or UNKNOWN
        return self.surface.get(piece, unicodedata.normalize("NFC", token))

    def save(self, folder: Path) -> None:
        """Write tokenizer.json and vocabulary.json into `folder`."""
        write_atomically(folder / "tokenizer.json", self.tokenizer.to_str(pretty=False))
        state = {"content": sorted(self.content), "surface": self.surface}
        write_atomically(folder / "vocabulary.json", json.dumps(state, ensure_ascii=False))

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """Read what `save` wrote.

        Raises:
            StudentError: a file is missing.
        """
        from tokenizers import Tokenizer

        for name in ("tokenizer.json", "vocabulary.json"):
            if not (folder / name).exists():
                raise StudentError(f"{folder} holds no {name}; expected a vocabulary's folder")
        state = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        return cls(
            Tokenizer.from_file(str(folder / "tokenizer.json")),
            frozenset(state["content"]),
            {int(piece): form for piece, form in state["surface"].items()},
        )


def normalizer() -> Normalizer:
    """What is done to text before it is cut: NFKD, lower case, English endings off."""
    from tokenizers import Regex, normalizers

    # Decomposing comes first: tokenizers 0.23 panics where it follows a rule that shortens text.
    steps = [normalizers.NFKD(), normalizers.Lowercase()]
    steps += [normalizers.Replace(Regex(rule), by) for rule, by in ENGLISH_STEMS]
    return normalizers.Sequence(steps)


def build(texts: Sequence[str], english: Iterable[str] = (), limit: int = MAX_PIECES) -> Vocabulary:
    """The vocabulary of `texts`, with English words that stand elsewhere (glossary, queries).

    A piece's log-probability is that of its share among kiwi's morphemes. Where there are more
    than `limit` pieces, the rarest are left out.

    Raises:
        StudentError: the texts hold no word at all.
    """
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    rules = normalizer()
    counts: Counter[str] = Counter()
    content: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    function_words = {rules.normalize_str(word) for word in FUNCTION_WORDS}

    def put(word: str, is_content: bool, form: str) -> None:
        piece = rules.normalize_str(word)
        if not piece or piece.isspace():
            return
        counts[piece] += 1
        if is_content and piece not in function_words:
            content[piece] += 1
            forms.setdefault(piece, Counter())[form] += 1

    for found in track(morphemes(texts), "vocabulary", len(texts)):
        for morpheme in found:
            is_content = morpheme.tag in PIECE_TAGS
            if has_hangul(morpheme.form) or has_joining_jamo(morpheme.form):
                ending = "다" if morpheme.tag in {"VV", "VA"} else ""
                put(morpheme.form, is_content, morpheme.form + ending)
            else:
                for word in _WORD.findall(morpheme.form):
                    put(word, is_content, word.lower())
    for text in english:
        for word in _WORD.findall(text):
            put(word, True, word.lower())
    if not content:
        raise StudentError(f"no content word in {len(texts)} texts: nothing to build a vocabulary")

    letters = sorted({c for piece in counts for c in piece} | set(_JAMO) | set(_ASCII))
    room = limit - 2 - len(letters)
    kept = sorted((p for p in counts if len(p) > 1), key=lambda p: (-counts[p], p))[:room]
    total = sum(counts.values())
    rare = math.log(0.1 / total) - 6
    pieces = dict.fromkeys(letters, rare)
    pieces |= {p: math.log(counts[p] / total) for p in [*kept, *letters] if counts[p]}
    ordered = sorted(pieces.items(), key=lambda item: (-item[1], item[0]))

    tokenizer = Tokenizer(models.Unigram([(PAD, 0.0), (UNKNOWN, -100.0), *ordered], unk_id=1))
    tokenizer.normalizer = rules
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(_SPLIT), "isolated")]
    )
    ids = {piece: number for number, (piece, _) in enumerate(ordered, 2)}
    # A form that is mostly a particle or an ending must not weigh where it is by chance a noun.
    chosen = {p: i for p, i in ids.items() if counts[p] and content[p] / counts[p] >= 0.5}
    surface = {i: forms[p].most_common(1)[0][0] for p, i in chosen.items()}
    return Vocabulary(tokenizer, frozenset(chosen.values()), surface)
