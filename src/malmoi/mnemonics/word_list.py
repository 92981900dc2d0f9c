"""Words from a list as people keep them: each line gives a word or one clear problem.

A text file has a word a line; CSV, TSV, JSONL and the exports of Quizlet, Anki and Excel have a
column of them (`list_table`). What stands beside a word, its meaning or part of speech, is kept
(`list_line`). No line stops those after it, and the file is streamed, in as much memory as its
longest line and its distinct words take.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from malmoi.core.errors import SourceError
from malmoi.mnemonics.list_line import pos_of, read_line
from malmoi.mnemonics.list_table import Cells, read_cells
from malmoi.text.encodings import encoding_of
from malmoi.text.english import is_word

logger = logging.getLogger(__name__)

MAX_WORD = 45
"""Characters of the longest word that dictionaries list (pneumono…coniosis)."""
_SHOWN = 200
"""Characters of a long line that are kept as its raw text."""

_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u20e3\ufe0f]")
_SAME_SIGN = str.maketrans("\u2019\u2018\u02bc\u2010\u2011", "'''--")


class Listed(NamedTuple):
    """A line of a word list: `word` in lower case, or "" and the `problem`.

    `line` counts from 1; `raw` is the line (or the column's cell) as it stands, cut to 200
    characters; `meaning` and `pos` ("verb", "" for none) are what the list says of the word.
    """

    line: int
    raw: str
    word: str
    problem: str
    meaning: str = ""
    pos: str = ""


def read_words(path: Path, column: str) -> Iterator[Listed]:
    """Read a word list; its ending tells its kind (.csv, .tsv, .jsonl, .ndjson, else text).

    A word that stands in the list before, in whatever case, is a problem of the later line unless
    the two lines say that it means different things.

    Raises:
        SourceError: the file is missing or no list of words, lacks the column, or holds no word.
    """
    encoding, note = encoding_of(path)
    if note:
        logger.info(f"{path.name}: {note}")
    first: dict[str, int] = {}
    told: set[tuple[str, str, str]] = set()
    lines, earliest = 0, ""
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        for cells in read_cells(path, file, column):
            lines = cells.line
            listed = of_cells(cells, encoding)
            if not listed.problem:
                word, meaning, pos = listed.word, listed.meaning, listed.pos
                before = first.setdefault(word, cells.line)
                if before != cells.line and (not (meaning or pos) or (word, meaning, pos) in told):
                    problem = f"{word!r} stands in line {before} already"
                    listed = listed._replace(word="", problem=problem)
                told.add((word, meaning, pos))
            earliest = earliest or (listed.problem and f"line {cells.line}: {listed.problem}")
            yield listed
    if not first:
        seen = f"its first problem is in {earliest}" if earliest else "it is empty"
        raise SourceError(
            f"{path} holds no word in {lines} lines; {seen}. Expected an English word a line, or "
            f"CSV, TSV or JSONL with the column {column!r}."
        )


def of_cells(cells: Cells, encoding: str = "") -> Listed:
    """The word of a row, or what is wrong with it (`encoding` is the file's, for messages)."""
    raw = cells.word[:_SHOWN]
    if cells.problem:
        return Listed(cells.line, raw, "", cells.problem)
    read = read_line(cells.word)
    word = clean(read.word)
    problem = read.problem or problem_of(word, read.word if read.word else cells.word, encoding)
    if problem:
        return Listed(cells.line, raw, "", problem)
    meaning = "; ".join(dict.fromkeys(filter(None, (cells.meaning, read.meaning))))
    return Listed(cells.line, raw, word, "", meaning, read.pos or pos_of(cells.pos))


def clean(text: str) -> str:
    """A word or phrase as lexicons write it: composed, lower case, plain apostrophe and hyphen.

    Invisible format characters (soft hyphen, zero-width space, byte order mark) are dropped.
    """
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", text.translate(_SAME_SIGN)).lower().split())


def problem_of(word: str, raw: str = "", encoding: str = "") -> str:
    """Why a cleaned text is no English word or phrase, in a few words; "" where it is one."""
    raw = raw or word
    if not word:
        if not raw.strip():
            return "empty"
        markup = any(c.isprintable() and not c.isspace() for c in raw)
        return "nothing but markup" if markup else "nothing but invisible characters"
    if "\ufffd" in word:
        return f"bytes that are not {encoding or 'text'}"
    control = next((c for c in raw.strip() if unicodedata.category(c) == "Cc" and c != "\t"), "")
    if control:
        return f"a control character (U+{ord(control):04X})"
    if match := _EMOJI.search(raw):
        return f"an emoji or symbol ({match[0]})"
    if len(word) > MAX_WORD and not any(map(str.isspace, word)):
        return f"{len(word)} characters; the longest English words have {MAX_WORD}"
    if foreign := next((c for c in word if c.isalpha() and not _latin(c)), ""):
        return f"a letter that is not Latin ({foreign}, {unicodedata.name(foreign, 'unnamed')})"
    if digit := next((c for c in word if c.isnumeric()), ""):
        return f"a digit ({digit})"
    if not all(map(is_word, word.split())):
        sign = next((c for c in word if not c.isalpha() and c not in "'- "), word)
        return f"a sign that is no letter ({sign})"
    return ""


def _latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")
