"""Solr's `synonyms.txt`, which Lucene, OpenSearch and Elasticsearch read.

    # a comment
    검색, search                     all mean the same, whichever is asked for
    행 => 행, row                    the left is replaced by the right: one direction

A comma, a backslash, "=>" and a "#" that begins a line are escaped by a backslash. The grammar is
Lucene's SolrSynonymParser, with one difference: what that one passes over (an empty term, an arrow
with nothing on one side) is an error here, since it is a mistake in a file that people trust.

Two pairs that share a term stay two lines, and don't become one. In "검색, search, find" search and
find would be synonyms too, which nobody verified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from malmoi.core.errors import SourceError
from malmoi.core.files import write_atomically
from malmoi.text.english import has_latin
from malmoi.text.hangul import has_hangul_letter
from malmoi.text.morphemes import clean

ARROW = "=>"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line: terms that mean the same, or terms (`left`) that are replaced by others (`right`).

    `right` is None in "a, b". A term is never empty, holds no line end and no space at its ends.
    """

    left: tuple[str, ...]
    right: tuple[str, ...] | None = None

    def terms(self) -> tuple[str, ...]:
        """All terms, each once, in the order of the line."""
        return tuple(dict.fromkeys([*self.left, *(self.right or ())]))

    def line(self) -> str:
        """The rule as a line of the file, without a line end."""
        left = ", ".join(map(escape, self.left))
        left = "\\" + left if left.startswith("#") else left
        return left if self.right is None else f"{left} => {', '.join(map(escape, self.right))}"


def rule_of(korean: str, english: str, direction: str) -> Rule:
    """The line of a verified pair: "both", "ko=>en" (Korean queries find English too) or "en=>ko".

    An arrow replaces what stands on its left, so the left is repeated on the right.
    """
    korean, english = clean(korean), clean(english)
    if direction == "both":
        return Rule((korean, english))
    if direction not in {"ko=>en", "en=>ko"}:
        raise ValueError(f"direction is {direction!r}; expected both, ko=>en or en=>ko")
    one, other = (korean, english) if direction == "ko=>en" else (english, korean)
    return Rule((one,), (one, other))


def pairs_of(rule: Rule) -> list[tuple[str, str, str]]:
    """(Korean, English, direction) of each pair of a rule whose terms are in two languages.

    A term with Hangul is Korean; one with Latin letters and none is English; others ("3D" has one,
    "…" has none) are in no pair. With an arrow a pair goes from left to right.
    """
    ways: dict[tuple[str, str], set[str]] = {}
    for a in rule.left:
        for b in rule.left if rule.right is None else rule.right:
            if (language(a), language(b)) == ("ko", "en"):
                ways.setdefault((a, b), set()).add("ko=>en")
            elif (language(a), language(b)) == ("en", "ko"):
                ways.setdefault((b, a), set()).add("en=>ko")
    return [(*pair, "both" if len(way) == 2 else min(way)) for pair, way in ways.items()]


def language(term: str) -> str:
    """ "ko" where a term has Hangul, "en" where it has Latin letters and no Hangul, else ""."""
    return "ko" if has_hangul_letter(term) else "en" if has_latin(term) else ""


def escape(term: str) -> str:
    """A term as it stands in a line."""
    return term.replace("\\", "\\\\").replace(",", "\\,").replace(ARROW, "\\=>")


def read_line(line: str) -> Rule | None:
    """The rule of a line; None for an empty line or a comment.

    Raises:
        ValueError: the line has two arrows, an empty side or an empty term; it says which.
    """
    if not line.strip() or line.startswith("#"):
        return None
    sides = _split(line, ARROW)
    if len(sides) > 2:
        raise ValueError(f"it has {len(sides) - 1} arrows, expected one at most")
    left, *rest = (tuple(map(_unescape, _split(side, ","))) for side in sides)
    right = rest[0] if rest else None
    if not all(left) or (right is not None and not all(right)):
        raise ValueError("a term is empty")
    if right is None and len(left) < 2:
        raise ValueError(f"{left[0]!r} stands alone, expected two terms or more, or an arrow")
    return Rule(left, right)


def read(path: Path) -> list[Rule]:
    """The rules of a file in UTF-8, in its order.

    Raises:
        SourceError: there is no such file, it is not UTF-8, or a line breaks the grammar.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(f"The synonyms {path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8, which OpenSearch reads."
        ) from error
    rules = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            rule = read_line(line.removesuffix("\r"))
        except ValueError as error:
            raise SourceError(
                f"{path}:{number} is no synonym rule, {error}: {line.strip()[:80]!r}. Expected "
                "`a, b` or `a => b, c`; write a comma inside a term as \\,."
            ) from None
        if rule:
            rules.append(rule)
    return rules


def write(path: Path, rules: Iterable[Rule], about: Sequence[str] = ()) -> None:
    """Write rules, each once, under the lines of comment `about`."""
    write_atomically(path, text_of(rules, about))


def text_of(rules: Iterable[Rule], about: Sequence[str] = ()) -> str:
    """The file's text; its lines without comments are what an index's `synonyms` setting takes."""
    comments = [f"# {clean(line)}".rstrip() for line in about]
    lines = dict.fromkeys(rule.line() for rule in rules)
    return "".join(f"{line}\n" for line in [*comments, *lines])


def _split(text: str, separator: str) -> list[str]:
    """Parts between separators that no backslash stands before; escapes stay as they are."""
    parts, part, at = [], "", 0
    while at < len(text):
        if text.startswith(separator, at):
            parts.append(part)
            part, at = "", at + len(separator)
        else:
            width = 2 if text[at] == "\\" else 1
            part += text[at : at + width]
            at += width
    return [*parts, part]


def _unescape(term: str) -> str:
    return re.sub(r"\\(.)", r"\1", term).strip()
