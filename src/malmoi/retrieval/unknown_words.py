"""Words of a query that the corpus doesn't have, and the words of the corpus that may be meant.

    컨텐츠        콘텐츠      another spelling of a loanword           (malmoi.text.loanwords)
    dkssud        안녕        the keyboard was in the other layout     (malmoi.text.keyboard)
    女子          여자        Hanja by its reading                     (malmoi.text.hanja)
    하이퍼 링크   하이퍼링크  words that are one word of the corpus
    Kruger        크루거      a name as it is heard                    (malmoi.text.transliteration)
    쿠버네티스    –           unknown; near words are named, not searched

Only unknown words are corrected, and only to words that the corpus has. A word is unknown where the
tokenizer spells out some of it, or has a piece for it that stands in no document, and where no
piece of it that is a word of two letters or more has a weight: the rest are fragments, which say
nothing about what was meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from malmoi.text.english import has_latin
from malmoi.text.hangul import ONSETS, VOWELS, decompose, has_hangul_letter, is_hangul
from malmoi.text.hanja import has_hanja, reading
from malmoi.text.keyboard import hangul_of_keys, keys_of_hangul
from malmoi.text.loanwords import is_listed, loanword_key, looks_foreign, same_loanword
from malmoi.text.transliteration import jamo, loanword, skeleton
from malmoi.text.unicode import readable
from malmoi.text.written import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from tokenizers import Encoding

Kind = Literal["spelling", "keyboard", "hanja", "spacing", "sound"]

_PARTICLES = frozenset(
    (
        "은 는 이 가 을 를 의 에 에서 에게 에게서 께 께서 한테 한테서 로 으로 "
        "로서 으로서 로써 으로써 와 과 하고 이랑 랑 도 만 까지 부터 마다 처럼 "
        "같이 보다 밖에 조차 마저 나 이나 든지 이든지 라도 이라도 란 이란 라는 "
        "이라는 라고 이라고 에는 에도 에서는 에서도 로는 으로는 로도 으로도 와는 "
        "과는 까지는 들 들이 들은 들을 들의 이다 입니다 인가요 인지 하다 하기 "
        "하는 한 할 합니다 해요 하면 하려면 하나요 되다 되는 된 됩니다 되나요"
    ).split()
)
"""What may follow a word without being part of it."""

_ENGLISH = re.compile("[A-Za-z]+")
_UNMARKED = re.compile(r"[^\W_]+")
_NAMEABLE = re.compile("[ㄱ-ㅣa-z]")
"""What has none of these is near nothing: numbers differ in what they say."""
_COMPACT = re.compile("[0-9A-Za-z]")
"""With these, marks are part of a word (2,500, k8s.io), else they part words (가능/불가)."""
_CODAS = range(0x11A8, 0x1200)
_ENDINGS = frozenset("\u11ab\u11af\u11b7\u11b8\u11bb")
"""Final consonants that are endings by themselves: -ㄴ, -ㄹ, -ㅁ, -ㅂ, -ㅆ."""
_NUMBERED = re.compile("([a-z]{3,})([0-9]+)")
_MIN_DIGITS = 8
"""Digits of the shortest number whose signs may be left out."""
_MIN_KEYS = 4
"""Keys of the shortest word that is taken for one of the other layout."""
_MIN_CONSONANTS, _MIN_SOUND = 3, 0.85
"""Consonants of the shortest word that is taken for one that sounds like it, and how like."""
_MAX_JOINED = 3
_MAX_NEAR = 3
_LETTERS = "".join(dict.fromkeys(ONSETS + VOWELS + "abcdefghijklmnopqrstuvwxyz0123456789"))


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the query that was taken for one of the corpus, and in which respect it differs."""

    written: str
    meant: str
    kind: Kind

    def __str__(self) -> str:
        return f"{self.written} → {self.meant} ({self.kind})"


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word of the query that the corpus doesn't have, and its words of nearly that spelling."""

    word: str
    near: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.word} (near: {', '.join(self.near)})" if self.near else self.word


@dataclass(frozen=True, slots=True)
class Word:
    """What stands between white space, without marks around it and particles after it.

    Attributes:
        start: of the word in the text; its particles and endings begin at `end`.
        end: see `start`.
        full_end: where they end.
        parts: spans (start, end) that are unknown; one that is all of the word if all of it is.
    """

    start: int
    end: int
    full_end: int
    parts: tuple[tuple[int, int], ...]

    @property
    def unknown(self) -> bool:
        """Whether all of it is."""
        return self.parts == ((self.start, self.end),)


def is_letter(token: str) -> bool:
    """Whether a token spells something out; not a lone final consonant, in which verbs end."""
    if len(token) > 2:
        return False  # with marks on both sides it is a word
    letter = token.strip(MARK)
    return len(letter) == 1 and letter.isalnum() and ord(letter) not in _CODAS


def is_loose(token: str) -> bool:
    """Whether a token is a lone final consonant that is no ending: of a syllable nobody has."""
    return len(token) == 1 and ord(token) in _CODAS and token not in _ENDINGS


def words_of(
    text: str,
    encoding: Encoding,
    weights: Mapping[str, float],
    fragments: Set[str],
) -> list[Word]:
    """The words of a query with what is unknown of them.

    Args:
        text: the query.
        encoding: its tokens, with their places.
        weights: token → weight.
        fragments: those of its tokens that show that what they stand in is unknown.
    """
    tokens = [
        (start, end, token)
        for token, (start, end) in zip(encoding.tokens, encoding.offsets, strict=True)
        if token.strip(MARK) and end > start
    ]
    words = []
    position = 0
    for match in re.finditer(r"\S+", text):
        inside = []
        while position < len(tokens) and tokens[position][0] < match.end():
            inside.append(tokens[position])
            position += 1
        if word := _word(text, match.start(), match.end(), inside, weights, fragments):
            words.append(word)
    return words


def _word(
    text: str,
    start: int,
    end: int,
    tokens: Sequence[tuple[int, int, str]],
    weights: Mapping[str, float],
    fragments: Set[str],
) -> Word | None:
    """The word between two places; None where there are only marks."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if start == end:
        return None
    known = [False] * (end - start)
    odd = [False] * (end - start)
    content = start
    for first, last, token in tokens:
        weight = weights.get(token, 0.0)
        while first < last - 1 and text[first].isdigit() and not readable(token)[0].isdigit():
            first += 1  # the GB of 100GB begins where a sign was put behind the 0
        span = slice(max(first - start, 0), max(last - start, 0))
        if weight and len(readable(token)) > 1:
            known[span] = [True] * len(known[span])
        elif token in fragments and not _is_one_letter_word(text, first, last):
            odd[span] = [True] * len(odd[span])
        elif not weight:
            continue
        content = max(content, min(last, end))
    for match in _ENGLISH.finditer(text, start, end):
        # A word of English is one token; if it is spelled out, its longer tokens are fragments.
        pieces = [token for first, _, token in tokens if match.start() <= first < match.end()]
        if len(pieces) > 1 and any(piece in fragments or is_letter(piece) for piece in pieces):
            span = slice(match.start() - start, match.end() - start)
            known[span] = [False] * len(known[span])
            odd[span] = [True] * len(odd[span])
            content = max(content, match.end())
    cuts = (first for first, _, _ in tokens if content <= first and text[first:end] in _PARTICLES)
    stem = next(cuts, end)
    parts = []
    for begin, stop in _runs(known[: stem - start]):
        if (begin, stop) == (0, stem - start) and _COMPACT.search(text, start, stem):
            spans = [(start, stem)]
        else:
            spans = [m.span() for m in _UNMARKED.finditer(text, start + begin, start + stop)]
        for first, last in spans:
            whole = (first, last) == (start, stem)
            if any(odd[first - start : last - start]) and (whole or last - first > 1):
                parts.append((first, last))
    return Word(start, stem, end, tuple(parts))


def _is_one_letter_word(text: str, start: int, end: int) -> bool:
    """Whether an ASCII letter or digit stands by itself (the A of N/A): it spells nothing out."""
    around = text[max(start - 1, 0) : start] + text[end : end + 1]
    return text[start:end].isascii() and end - start == 1 and not _COMPACT.search(around)


def _runs(known: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Spans of what isn't known."""
    begin = None
    for i, each in enumerate([*known, True]):
        if not each and begin is None:
            begin = i
        elif each and begin is not None:
            yield begin, i
            begin = None


class KnownWords:
    """The words of the corpus, by what may be written for them.

    Args:
        weights: token → weight; those above 0 stand in documents.
        knows: whether the tokenizer takes all of a text for words that have a weight.
    """

    def __init__(self, weights: Mapping[str, float], knows: Callable[[str], bool]) -> None:
        self._knows = knows
        self._weights: dict[str, float] = {}
        for token, weight in weights.items():
            word = readable(token)
            if weight > 0 and len(word) > 1:
                self._weights[word] = min(weight, self._weights.get(word, weight))

    def __contains__(self, word: str) -> bool:
        return word in self._weights

    def correct(self, text: str, words: Sequence[Word], i: int) -> Iterator[tuple[int, Correction]]:
        """What is meant by the unknown parts of a query's word, with where each part begins.

        Args:
            text: the query.
            words: all words of it.
            i: which of them.
        """
        word = words[i]
        for start, end in word.parts:
            # 데이타베이스 is 데이터베이스 before it is 데이터 and 베이스.
            options = [text[word.start : word.end], text[start:end]]
            if word.unknown:
                options.append(text[word.start : word.full_end])
            for written in dict.fromkeys(options):
                if found := self._correct_one(written):
                    yield start, found
                    break
            else:
                found = self._join(text, words, i) if word.unknown else None
                if found := found or self._heard(text[start:end]):
                    yield start, found

    def _correct_one(self, written: str) -> Correction | None:
        if has_hanja(written):
            meant = reading(written)
            known = len(meant) > 1 and self._knows(meant)
            return Correction(written, meant, "hanja") if known else None
        if spelled := self._spelled(written):
            return Correction(written, spelled, "spelling")
        if len(written) < 2:
            return None
        if joined := self._without_signs(written):
            return Correction(written, joined, "spacing")
        typed = keys_of_hangul(written) if has_hangul_letter(written) else hangul_of_keys(written)
        keys = written if has_latin(written) else typed
        if typed and keys and len(keys) >= _MIN_KEYS and self._knows(typed):
            return Correction(written, typed, "keyboard")
        return None

    def _heard(self, written: str) -> Correction | None:
        """The word of the other script that sounds most like it, if it does."""
        korean = is_hangul(written)
        if not korean and not _ENGLISH.fullmatch(written):
            return None
        if korean and len(written) < 3 and not looks_foreign(written):
            return None  # 비탈 (slope) sounds like "vital"
        consonants = skeleton(jamo(written) if korean else written.lower())
        if len(consonants) < _MIN_CONSONANTS:
            return None
        options = [
            (loanword(written, word) if korean else loanword(word, written), word)
            for word in self._sounds[korean].get(consonants, ())
        ]
        likeness, word = max(options, default=(0.0, ""))
        return Correction(written, word, "sound") if likeness >= _MIN_SOUND else None

    @cached_property
    def _sounds(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Consonants → Hangul words, and Latin ones."""
        found: tuple[dict[str, list[str]], ...] = (defaultdict(list), defaultdict(list))
        for word in self._weights:
            if is_hangul(word):
                found[0][skeleton(jamo(word))].append(word)
            elif _ENGLISH.fullmatch(word):
                found[1][skeleton(word.lower())].append(word)
        return found[0], found[1]

    def _without_signs(self, written: str) -> str | None:
        """The word of the corpus that a name is without its signs, or a word and its number."""
        joined = "".join(c for c in written.lower() if c.isalnum())
        if joined != written.lower() and (not joined.isdigit() or len(joined) >= _MIN_DIGITS):
            forms = (joined.upper(), joined) if written.isupper() else (joined,)
            return next((form for form in forms if form in self), None)
        numbered = _NUMBERED.fullmatch(joined)
        # The tokenizer knows Windows by its stem.
        known = numbered and (numbered[1] in self or self._knows(numbered[1]))
        return " ".join(numbered.groups()) if numbered and known else None

    def _spelled(self, written: str) -> str | None:
        """The commonest known spelling of a loanword."""
        foreign, others = self._loanwords.get(loanword_key(written), ((), ()))
        # Two words that don't look foreign are only the same if the list of spellings says so.
        alike = [*foreign, *others] if looks_foreign(written) else foreign
        same = [word for word in alike if same_loanword(written, word)]
        return min(same, key=lambda word: (self._weights[word], word)) if same else None

    @cached_property
    def _loanwords(self) -> dict[str, tuple[list[str], list[str]]]:
        """Key → the words that look foreign or are listed, and the others."""
        keys: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for word in self._weights:
            if key := loanword_key(word):
                keys[key][not looks_foreign(word) and not is_listed(word)].append(word)
        return keys

    def _join(self, text: str, words: Sequence[Word], i: int) -> Correction | None:
        """The word of the corpus that a word is together with its neighbours, the longest one."""
        for size in range(_MAX_JOINED, 1, -1):
            for first in range(max(i - size + 1, 0), min(i, len(words) - size) + 1):
                run = words[first : first + size]
                if any(word.end != word.full_end for word in run[:-1]):
                    continue
                joined = "".join(text[word.start : word.end] for word in run)
                if joined.lower() in self:
                    written = text[run[0].start : run[-1].end]
                    return Correction(written, joined.lower(), "spacing")
        return None

    def near(self, word: str) -> tuple[str, ...]:
        """The words of nearly the same spelling (3 at most): few jamo or letters differ."""
        letters = _letters(word)
        if len(letters) < _MIN_KEYS or not _NAMEABLE.search(letters):
            return ()
        most = min(max(len(letters) // 4, 1), 3)
        names, counts = self._counts
        difference = counts - _count(letters)
        extra = np.maximum(difference, 0).sum(axis=1)
        lacking = np.maximum(-difference, 0).sum(axis=1)
        close = []
        for n in np.flatnonzero(np.maximum(extra, lacking) <= most):
            distance = _edits(letters, _letters(names[n]), most)
            if distance <= most:
                close.append((distance, self._weights[names[n]], names[n]))
        return tuple(name for *_, name in sorted(close)[:_MAX_NEAR])

    @cached_property
    def _counts(self) -> tuple[list[str], NDArray[np.int16]]:
        """The words, and how often each letter stands in each [words, letters]."""
        names = list(self._weights)
        cells = [
            n * len(_LETTERS) + _COLUMNS[letter]
            for n, name in enumerate(names)
            for letter in _letters(name)
            if letter in _COLUMNS
        ]
        counts = np.bincount(cells, minlength=len(names) * len(_LETTERS))
        return names, counts.astype(np.int16).reshape(len(names), len(_LETTERS))


_COLUMNS = {letter: n for n, letter in enumerate(_LETTERS)}


def _letters(word: str) -> str:
    """Jamo of Hangul, all else in lower case."""
    return "".join(letter for c in word.lower() for letter in (decompose(c) if is_hangul(c) else c))


def _count(letters: str) -> NDArray[np.int16]:
    columns = [_COLUMNS[letter] for letter in letters if letter in _COLUMNS]
    return np.bincount(columns, minlength=len(_LETTERS)).astype(np.int16)


def _edits(a: str, b: str, most: int) -> int:
    """Letters that are replaced, left out or added between two words (Levenshtein's distance).

    More than `most` is `most` + 1.
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
        if min(row) > most:
            return most + 1
        before = row
    return min(before[-1], most + 1)
