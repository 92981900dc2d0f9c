"""One vocabulary for queries and documents: kiwi's morphemes and other words as Unigram pieces.

What kiwi finds in the corpus becomes the pieces of one Hugging Face `tokenizer.json`, which needs
no kiwi afterwards: a Unigram tokenizer (Kudo 2018) over decomposed text segments nearly as kiwi
does. Only content pieces get a weight. The others are there for the segmentation:

- particles, endings and function words of the corpus, and of Korean in general, so that a question
  is cut well though the corpus is written in another style;
- words of Korean that the corpus doesn't have. Without them "태어나" (be born) would be searched by
  what is left of it, 태; as a piece of its own it says nothing;
- single syllables and letters, for what nobody knows.

Content pieces have the lowest ids, so that vectors are no wider than what they may hold; those of
words that the corpus lacks come last.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from malmoi.core.errors import StudentError
from malmoi.core.files import write_atomically
from malmoi.encoder.lexical import content_ids, ids_of, runs
from malmoi.encoder.normalizer import normalizer, pre_tokenizer
from malmoi.encoder.pieces import Pieces, count_pieces
from malmoi.text.general_korean import GeneralWord, general_forms, general_words
from malmoi.text.loanwords import loanword_key, same_loanword
from malmoi.text.unicode import readable
from malmoi.text.written import MARK

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PAD, UNKNOWN = "[PAD]", "[UNK]"
MAX_PIECES = 32_768
"""Ids of content pieces are below this. neural-search takes those of a `sparse_vector` modulo
65,536 as a signed short, and greater ones make the refresh of a SEISMIC segment fail
(docs/opensearch-parity.md)."""

GENERAL_WORDS = 12_000
"""Korean words that a vocabulary knows, though the corpus doesn't have them."""
GENERAL_TOKENS = 3_000
"""Words of Korean in general that are mixed with the corpus's, so that a piece's probability is
sensible where the corpus has it once or never."""

_JAMO = [
    chr(c)
    for first, last in ((0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2))
    for c in range(first, last + 1)
]
_ASCII = "abcdefghijklmnopqrstuvwxyz0123456789"

RARE = 1e-6
"""Share in Korean of what its dictionary's first words don't have."""
LIGHT_FREQUENCY = 5e-5
"""From which on a verb or an adverb says little."""


@dataclass(frozen=True)
class Vocabulary:
    """A tokenizer, the ids of its content pieces, and each one's commonest form in the text.

    `absent` are the ids of words, and of syllables of words, that stand in no text.
    """

    tokenizer: Tokenizer
    content: frozenset[int]
    surface: dict[int, str] = field(default_factory=dict)
    absent: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return int(self.tokenizer.get_vocab_size())

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of the content pieces of each text, in reading order, with repetitions."""
        return list(self.each(texts))

    def each(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """The same one after the other, for a corpus whose ids needn't all be there at once."""
        return content_ids(self.tokenizer, self.content, texts)

    def tokens(self, text: str) -> list[str]:
        """The content pieces of one text, composed (NFC) for people to read."""
        return [self.readable(i) for i in self.encode([text])[0]]

    def readable(self, piece: int) -> str:
        """A piece as people write it: its commonest form in the corpus."""
        token = self.tokenizer.id_to_token(piece) or UNKNOWN
        return self.surface.get(piece, readable(token))

    def save(self, folder: Path) -> None:
        """Write tokenizer.json and vocabulary.json into `folder`."""
        write_atomically(folder / "tokenizer.json", self.tokenizer.to_str(pretty=False))
        state = {
            "content": sorted(self.content),
            "surface": self.surface,
            "absent": runs(self.absent),
        }
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
            ids_of(state.get("absent", ())),
        )


def build(
    texts: Sequence[str],
    english: Iterable[str] = (),
    limit: int = MAX_PIECES,
    general: int = GENERAL_WORDS,
    korean: bool = False,
    pairs: Iterable[tuple[str, str]] = (),
    read: Pieces | None = None,
) -> Vocabulary:
    """The vocabulary of `texts`, with English words that stand elsewhere (glossary, queries).

    A piece's log-probability is that of its share among the corpus's morphemes, mixed with its
    share in Korean.

    Args:
        texts: of the corpus.
        english: words and texts in English.
        limit: of the ids of content pieces; where there are more, the rarest are left out.
        general: words of Korean at large that are known without a weight, the commonest ones.
        korean: they may have a weight, since translations put them into documents.
        pairs: of terms (Korean, English) in dictionaries: the Korean words of those whose English
            stands in the texts may have a weight, too.
        read: what was counted in the texts before (`count_pieces`).

    Raises:
        StudentError: the texts hold no word at all.
    """
    pieces = count_pieces(texts, english, pairs, read)
    if korean:
        _add_korean(pieces, general)
    vocabulary = _assemble(pieces, limit, general, len(texts))
    if pieces.find(_hidden_words(vocabulary, texts)):
        vocabulary = _assemble(pieces, limit, general, len(texts))
    return vocabulary


def _add_korean(pieces: Pieces, count: int) -> None:
    """Count the commonest content words of Korean once each."""
    words = [(form, word) for form, word in general_words().items() if word.content]
    for form, word in words[:count]:
        piece = unicodedata.normalize("NFKD", form)
        if piece not in pieces.counts and piece not in pieces.function_words:
            pieces.put(piece, True, form + ("다" if word.tag in {"VV", "VA"} else ""))


def _hidden_words(vocabulary: Vocabulary, texts: Sequence[str]) -> dict[str, int]:
    """Words that the tokenizer finds in the texts where kiwi cut them otherwise: they would be said
    to be in no document."""
    every = content_ids(vocabulary.tokenizer, vocabulary.absent, texts)
    found = Counter(i for ids in every for i in ids)
    words = {readable(str(vocabulary.tokenizer.id_to_token(i))): n for i, n in found.items()}
    return {word: n for word, n in words.items() if len(word) > 1}


def _assemble(pieces: Pieces, limit: int, general: int, texts: int) -> Vocabulary:
    """The vocabulary of what was counted in so many texts."""
    content = sorted(filter(pieces.is_content, pieces.counts), key=_by_count(pieces))
    if not content:
        raise StudentError(f"no content word in {texts} texts: nothing to build a vocabulary")
    content = content[: limit - 2]
    korean = _general_pieces(pieces)
    logs = _log_probabilities(pieces, set(content), korean, general)
    light = {piece for piece, word in korean.items() if _is_light(word)}
    known = pieces.counts.keys() | pieces.function_words | light
    absent = {piece for piece in logs if len(piece) > 1} - known
    others = sorted(logs.keys() - set(content), key=lambda p: (p in absent, -logs[p], p))
    ordered = [*content, *others]
    ids = {piece: number for number, piece in enumerate(ordered, 2)}
    return Vocabulary(
        _tokenizer([(piece, round(logs[piece], 3)) for piece in ordered]),
        frozenset(ids[piece] for piece in content),
        {ids[piece]: pieces.forms[piece].most_common(1)[0][0] for piece in content},
        frozenset(ids[piece] for piece in absent),
    )


def _by_count(pieces: Pieces) -> Callable[[str], tuple[int, str]]:
    return lambda piece: (-pieces.counts[piece], piece)


def _general_pieces(pieces: Pieces) -> dict[str, GeneralWord]:
    """Words of Korean as pieces, the commonest first."""
    return {
        unicodedata.normalize("NFKD", form): word
        for form, word in general_forms().items()
        if not _is_compound(form, word, pieces.nouns)
    }


def _log_probabilities(
    pieces: Pieces, content: set[str], korean: Mapping[str, GeneralWord], general: int
) -> dict[str, float]:
    """Every piece of the tokenizer with its log-probability, `general` absent words among them."""
    absent = [piece for piece in korean if piece not in pieces.counts]
    spellings = [p for p in _other_spellings(pieces.nouns) if p not in pieces.counts]
    absent = list(dict.fromkeys([*absent[:general], *spellings]))
    total = pieces.counts.total()
    logs = {}
    for piece in [*pieces.counts, *absent]:
        frequency = korean[piece].frequency if piece in korean else RARE
        chance = pieces.counts[piece] + GENERAL_TOKENS * frequency
        logs[piece] = math.log(chance / (total + GENERAL_TOKENS))
    # A name beats the sum of its parts, however common they are.
    logs |= dict.fromkeys(pieces.names & content, 0.0)
    rare = math.log(0.1 / total) - 6
    for syllable in {unicodedata.normalize("NFKD", c) for form in general_forms() for c in form}:
        logs.setdefault(syllable, rare + 4)
    for word in pieces.function_words:
        logs.setdefault(word, rare + 4)
    for letter in {*(c for piece in logs for c in piece), *_ASCII, *_JAMO, MARK, "-"}:
        logs.setdefault(letter, rare)
    return logs


def _other_spellings(nouns: Iterable[str]) -> list[str]:
    """Pieces that are other spellings of the corpus's loanwords (데이타), known so that they aren't
    searched by what they are made of."""
    general = _general_loanwords()
    return [
        unicodedata.normalize("NFKD", form)
        for noun in sorted(nouns)
        for form in general.get(loanword_key(noun), ())
        if same_loanword(form, noun)
    ]


@cache
def _general_loanwords() -> dict[str, list[str]]:
    """Words of Korean by what their spellings share; half a second, the same for every corpus."""
    by_key: dict[str, list[str]] = {}
    for form in general_words():
        if key := loanword_key(form):
            by_key.setdefault(key, []).append(form)
    return by_key


def _is_light(word: GeneralWord) -> bool:
    """Whether nobody misses a word that the corpus doesn't have: function words, 알다, 아직."""
    common = word.frequency >= LIGHT_FREQUENCY
    return not word.content or (common and word.tag in {"VV", "VA", "MAG"})


def _is_compound(form: str, word: GeneralWord, nouns: Container[str]) -> bool:
    """Whether a noun is the corpus's own nouns joined, or one and a last syllable ("신청서"): it is
    found by them, where it stands nowhere whole."""
    if word.tag not in {"NNG", "NNP"}:
        return False
    ends = range(2, len(form))
    return any(form[:n] in nouns and (form[n:] in nouns or n == len(form) - 1) for n in ends)


def _tokenizer(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    from tokenizers import Tokenizer, models

    tokenizer = Tokenizer(models.Unigram([(PAD, 0.0), (UNKNOWN, -100.0), *pieces], unk_id=1))
    tokenizer.normalizer = normalizer()
    tokenizer.pre_tokenizer = pre_tokenizer()
    return tokenizer
