"""Stage `words`: which words are learned, each in the senses that it is learned in.

A line of the user's list that is no word, or a word of which the lexicon knows no meaning, goes to
the ledger with one clear line and stops nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

from malmoi.core.errors import RecipeError, SourceError
from malmoi.core.files import Record, stable_hash
from malmoi.core.ledger import Outcome, Reject
from malmoi.lexicon.facts import Sense, Word
from malmoi.mnemonics.claims.glosses import agree
from malmoi.mnemonics.compose.senses import by_learner
from malmoi.mnemonics.list_line import base_forms
from malmoi.mnemonics.list_sense import sense_of
from malmoi.mnemonics.scoring.slurs import offence
from malmoi.mnemonics.word_list import Listed, read_words
from malmoi.pipelines.mnemonics.failed_words import FAILED, FailedWords
from malmoi.recipe import WordsSection, fingerprint_part
from malmoi.runs.run import Run, Stage
from malmoi.runs.sources import Source
from malmoi.runs.states import depends_of, is_done

if TYPE_CHECKING:
    from malmoi.lexicon.lookup import Lexicon

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Item:
    """A word in one sense."""

    term: str
    sense: str

    @property
    def key(self) -> str:
        """What names it in a stage."""
        return f"{self.term}|{self.sense}"


def choose_words(
    run: Run, section: WordsSection, lexicon: Lexicon, sources: Sequence[Source] = ()
) -> Stage:
    """Stage `words`: a record for each word and sense that is learned.

    Args:
        run: that the stage is of.
        section: which words.
        lexicon: knows their senses.
        sources: the list and the lexicon's packages, where the recipe names them.

    Raises:
        RecipeError: an export of Anki is named, but not what for.
        SourceError: no list at the recipe's path, or no word in it that the lexicon knows.
        AnkiError: the words that are failed are asked of an Anki that doesn't answer.
    """
    if section.anki and section.when != "lapse":
        raise RecipeError(
            f"words.anki is {section.anki!r} with when = {section.when!r}, which reads no export. "
            'Set words.when to "lapse", or leave words.anki out.'
        )
    depends = {**_depends(section), "version": 2, "list": _identity(section, run)}
    failed = None
    if section.when == "lapse":
        before = depends_of(run.folder, "words") if finished_words(run.folder, section) else {}
        failed = FailedWords(section, before.get(FAILED, ""))
        depends[FAILED] = failed.identity
    stage = run.stage("words", depends, sources=sources)
    if stage.done:
        return stage
    listed = _limited(_listed(section, lexicon, failed), section.limit)

    learned: Learned = {}
    for record in stage.records():
        learned.setdefault(record["term"], {})[record["sense"]] = record["line"]

    def outcomes(left: Iterable[Listed]) -> Iterator[Outcome]:
        for line in left:
            yield _outcome(line, section.senses, lexicon, learned)

    stage.work(listed, lambda line: f"{line.line}", outcomes, "words")
    if not stage.records():
        raise SourceError(_nothing(section, stage.records("rejects")))
    run.confirm(stage, sources)
    stage.finish(lines=len(listed), words=len({record["term"] for record in stage.records()}))
    logger.info(f"words: {stage.figures['words']:,} of {len(listed):,} lines")
    return stage


def finished_words(folder: Path, section: WordsSection) -> Stage | None:
    """The stage of the run in `folder`, if it has finished it under this section of the recipe."""
    depends, expected = depends_of(folder, "words"), _depends(section)
    if is_done(folder, "words") and expected.items() <= depends.items():
        return Stage(folder / "words")
    return None


def _depends(section: WordsSection) -> Record:
    """What of the section decides which words are chosen, in which senses."""
    used = ["limit", "senses"]
    if section.path:
        used.append("column")
    elif section.when == "always":
        used += ["level", "rarest", "commonest"]
    first_names = fingerprint_part(section)
    depends = {name: first_names[name] for name in used}
    if section.when == "lapse":
        depends |= {name: getattr(section, name) for name in ("when", "min_lapses", "field")}
    return depends


def _nothing(section: WordsSection, rejects: list[Record]) -> str:
    """What is said where no word is left."""
    seen = rejects[0]["candidate"] if rejects else {}
    if section.when == "lapse":
        return (
            f"none of the words that are failed in Anki can be learned. The first, "
            f"{seen['text'][:40]!r}: {seen['problem']}. [words] field names the field of Anki's "
            "notes that holds the word, min_lapses finds more of them"
        )
    if not section.path:
        return (
            f"the lexicon has no word of level {section.min_level} and above with a Zipf frequency "
            f"of {section.min_zipf:g} to {section.max_zipf:g}: widen [words] min_level, min_zipf "
            "and max_zipf, or name a list of your own as [words] path"
        )
    return (
        f"no line of {section.path} is a word whose meaning is known. Line {seen['line']}, "
        f"{seen['text'][:40]!r}: {seen['problem']}. Expected an English word a line, or CSV, TSV "
        "or JSONL with a column named by [words] column"
    )


def _identity(section: WordsSection, run: Run) -> str:
    """What of the list a run depends on: its content, wherever it stands.

    Of a list that is gone, what the run has read.
    """
    if not section.path:
        return ""
    path = Path(section.path)
    if not path.is_file():
        if is_done(run.folder, "words"):
            return str(depends_of(run.folder, "words")["list"])
        raise SourceError(
            f"there is no word list at {path}; expected a text file with a word a line, or CSV, "
            "TSV or JSONL with a column named by [words] column"
        )
    return stable_hash(path.read_bytes().hex())


def _listed(section: WordsSection, lexicon: Lexicon, failed: FailedWords | None) -> list[Listed]:
    if section.path:
        listed = read_words(Path(section.path), section.column)
        return list(failed.of(listed) if failed else listed)
    if failed:
        return failed.words
    chosen = lexicon.candidates(section.min_level, section.min_zipf, section.max_zipf)
    return [Listed(n, word, word, offence(word)) for n, word in enumerate(chosen, 1)]


def _limited(listed: list[Listed], limit: int) -> list[Listed]:
    """At most `limit` words, by hash, so that a list that grows keeps most of its choice."""
    words = [line for line in listed if not line.problem]
    if not limit or len(words) <= limit:
        return listed
    chosen = {line.line for line in sorted(words, key=lambda x: stable_hash(x.word))[:limit]}
    return [line for line in listed if line.problem or line.line in chosen]


Learned = dict[str, dict[str, int]]
"""Term → its senses that are learned → the line of the list that each stands in."""


def _outcome(line: Listed, senses: int, lexicon: Lexicon, learned: Learned) -> Outcome:
    """A line's word in its senses; `learned` are those of the lines before it."""
    if line.problem:
        return Outcome(rejects=[_reject(line, line.problem)])
    line, word = _known(line, lexicon)
    if word is None:
        return Outcome(rejects=[_reject(line, _unknown(line, lexicon))])
    spelled = next((w for w in (word.term, *word.variants) if w in learned), word.term)
    before = learned.setdefault(spelled, {})
    told = bool(line.meaning or line.pos)
    chosen = _senses(line, word, senses, lexicon)
    left = [sense for sense in chosen if sense.id not in before] if told or not before else []
    if spelled != word.term:
        left = []
    if not left:
        as_before = "in the same sense as" if told else "is a form of"
        as_before = "is another spelling of" if spelled != word.term else as_before
        problem = f"'{line.word}' {as_before} '{spelled}' in line {min(before.values())}"
        return Outcome(rejects=[_reject(line, problem)])
    before.update({sense.id: line.line for sense in left})
    return Outcome([_record(line, word, sense) for sense in left])


def _known(line: Listed, lexicon: Lexicon) -> tuple[Listed, Word | None]:
    """The line's word where the lexicon has a meaning of it.

    A phrase is looked for as it stands, without "to", an article or "sth", and then as a word with
    its meaning behind it ("abate to become less").
    """
    for form in base_forms(line.word):
        if word := _with_meaning(form, lexicon):
            return line, word
    first, _, rest = line.word.partition(" ")
    while rest and not line.meaning:
        word = _with_meaning(first, lexicon)
        if word and _is_meaning(rest, word, lexicon):
            return line._replace(word=first, meaning=rest), word
        following, _, rest = rest.partition(" ")
        first = f"{first} {following}"
    return line, None


def _with_meaning(form: str, lexicon: Lexicon) -> Word | None:
    word = lexicon.word(form)
    if word.senses and not word.senses[0].id.startswith(f"{word.term}."):
        word = lexicon.word(word.lemma)  # an inflected form, "abates"
    return word if word.senses else None


def _is_meaning(text: str, word: Word, lexicon: Lexicon) -> bool:
    """Whether what stands behind a word is its meaning, not the rest of a phrase."""
    if re.match(r"(?:to|an?|the)\s+\w+\s", text):
        return True
    return any(agree(text, [s.definition, *s.synonyms], lexicon) == "yes" for s in word.senses)


def _unknown(line: Listed, lexicon: Lexicon) -> str:
    """What is said of a word or phrase without a meaning."""
    if " " not in line.word:
        return "no meaning of it is in the lexicon"
    known = next((w for n in range(line.word.count(" "), 0, -1)
                  if _with_meaning(w := " ".join(line.word.split()[:n]), lexicon)), "")  # fmt: skip
    hint = f"; '{known}' is known: write its meaning after a tab" if known else ""
    return f"a phrase of {len(line.word.split())} words that no dictionary has{hint}"


def _senses(line: Listed, word: Word, senses: int, lexicon: Lexicon) -> list[Sense]:
    """The sense that the list means, then those that a learner meets first."""
    meant = sense_of(word, line.meaning, line.pos, lexicon)
    first = [meant] if meant else []
    return [*first, *(s for s in by_learner(word, lexicon) if s != meant)][:senses]


class WordRecord(TypedDict):
    """A word in one sense as the stage `words` keeps it.

    `line` is its line in the list, `meaning` what stands beside it there.
    """

    line: int
    term: str
    sense: str
    pos: str
    definition: str
    meaning: NotRequired[str]


def _record(line: Listed, word: Word, sense: Sense) -> WordRecord:
    record: WordRecord = {
        "line": line.line,
        "term": word.term,
        "sense": sense.id,
        "pos": sense.pos,
        "definition": sense.definition,
    }
    return {**record, "meaning": line.meaning} if line.meaning else record


_OF_THIS_LINE = re.compile(r"""'[^']*'|"[^"]*"|\b(?<!-)\d[\d,]*""")


def _reject(line: Listed, problem: str) -> Reject:
    """In the ledger: the line with its problem, and as the reason what many lines may share."""
    reason = _OF_THIS_LINE.sub("…", re.sub(r" \(.*\)", "", problem))
    return Reject({"line": line.line, "text": line.raw, "problem": problem}, reason)


def items(words: Stage) -> list[Item]:
    """The words and senses of the stage, in order."""
    records: list[WordRecord] = words.records()
    return [Item(record["term"], record["sense"]) for record in records]


def look_up(item: Item, lexicon: Lexicon) -> tuple[Word, Sense]:
    """The facts of an item. A sense that is gone from the lexicon is the word's first one."""
    word = lexicon.word(item.term)
    return word, next((s for s in word.senses if s.id == item.sense), word.senses[0])
