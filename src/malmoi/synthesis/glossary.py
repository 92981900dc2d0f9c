"""A glossary: English equivalents of a Korean corpus's own terms, as a teacher gives them.

    glossary = write_glossary(corpus, teacher, subject="office software")

or, step by step:

    terms = find_terms(documents, section)
    for batch in batches(terms, section):
        replies = teacher.write(requests(batch, section, teacher.chat))
        outcomes = [read(term, its replies) for term in batch]

Terms are nouns and predicates of two syllables or more and runs of two or three nouns, by document
frequency. Each is asked for several times (once greedily); the share of the samples in which an
English word stands is its weight. One line of context, what the corpus is about, helps; a sentence
around the term was measured to hurt a 270M teacher (docs/encoder.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any, TypedDict, cast

from malmoi.core.errors import RecipeError, SourceError, TeacherError
from malmoi.core.files import read_lines, write_lines
from malmoi.core.ledger import Outcome, Reject
from malmoi.core.progress import Progress
from malmoi.corpora.corpus import Corpus, Document
from malmoi.recipe import GlossarySection, SynonymsSection
from malmoi.recipe.reader import read_section
from malmoi.teachers import Message, Reply, Request, Teacher
from malmoi.text.english import lower_words
from malmoi.text.hangul import has_hangul
from malmoi.text.morphemes import Morpheme, morphemes
from malmoi.text.stop_words import FUNCTION_WORDS

NOUNS = {"NNG", "NNP", "XR"}
PREDICATES = {"VV", "VA"}
MAX_COMPOUND_NOUNS = 3
MAX_WORDS = 3
"""English words of the longest equivalent that is believed; a longer one is a definition."""

BATCH_SIZE = 192
"""Requests that are sent together."""


@dataclass(frozen=True, slots=True)
class Term:
    """`text` is the dictionary form that is asked for; `stem` is what stands in documents."""

    text: str
    stem: str
    documents: int


class GlossaryRecord(TypedDict):
    """A term as the stage `glossary` keeps it; `english` holds the share of each word, 0 to 1."""

    term: str
    stem: str
    documents: int
    english: dict[str, float]


@dataclass(frozen=True)
class Glossary:
    """English words for a Korean corpus's own terms, each with the share of the samples it is in.

    Attributes:
        records: `term`, `stem` (what stands in documents), `documents` (how many it stands in) and
            `english` (word → share, 0 to 1) of each term.
        rejects: answers that were not kept, with the reason and the teacher's own words.

    Example:
        >>> glossary = malmoi.write_glossary(corpus, teacher)
        >>> glossary["온도"]
        {'temperature': 1.0}
        >>> glossary.save("glossary.jsonl")
        >>> malmoi.Glossary.load("glossary.jsonl") == glossary
        True
    """

    records: tuple[GlossaryRecord, ...]
    rejects: tuple[Reject, ...] = field(default=(), compare=False, repr=False)

    def __iter__(self) -> Iterator[GlossaryRecord]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, term: str) -> dict[str, float]:
        """The English words of a term, in its dictionary form ("바꾸다")."""
        english = next((r["english"] for r in self.records if r["term"] == term), None)
        if english is None:
            raise KeyError(term)
        return dict(english)

    def save(self, path: str | Path) -> None:
        """Write the records as JSON Lines; rejects are left out.

        Args:
            path: the file, which is replaced where it exists.

        Raises:
            OSError: the file can't be written.
        """
        write_lines(Path(path), self.records)

    @classmethod
    def load(cls, path: str | Path) -> Glossary:
        """Read what `save` wrote, or the `records.jsonl` of a run's stage `glossary`.

        Args:
            path: the file.

        Returns:
            The glossary, without the rejects.

        Raises:
            SourceError: there is no such file, or a line of it is no record of a glossary.
        """
        try:
            records = tuple(read_lines(Path(path)))
            missing = next(
                (r for r in records if not {"term", "stem", "english"} <= r.keys()), None
            )
        except (ValueError, AttributeError) as error:
            raise SourceError(f"{path} is no glossary: {error}.") from error
        if not records or missing:
            seen = f"a line {missing!r}" if missing else "no line"
            raise SourceError(
                f"{path} holds {seen}. Expected JSON Lines with term, stem and english, as "
                "`Glossary.save` writes them."
            )
        return cls(cast(tuple[GlossaryRecord, ...], records))


def write_glossary(
    corpus: Corpus, teacher: Teacher, subject: str = "", **settings: Any
) -> Glossary:
    """Let a teacher write a Korean–English glossary of the terms of a Korean corpus.

    Args:
        corpus: whose terms are asked for: words and compounds that stand in several documents.
        teacher: as `open_teacher` gives it.
        subject: what the corpus is about, in English ("office software"); it heads the prompt.
        **settings: further keys of a recipe's `[glossary]`, such as `min_documents` (that a term
            stands in), `max_terms`, `samples`.

    Returns:
        The glossary. A reply that is no equivalent is among its `rejects`.

    Raises:
        SourceError: the corpus has no such term.
        TeacherError: the teacher is gone, or gave no equivalent at all.
        RecipeError: a setting that there is not, or of the wrong type.

    Example:
        >>> glossary = malmoi.write_glossary(corpus, teacher, subject="daily life", samples=2)
        >>> glossary["사진"]
        {'photo': 1.0}
    """
    section = read_section(GlossarySection, {"subject": subject, **settings}, "glossary")
    terms = find_terms(corpus.documents, section)
    if not terms:
        raise SourceError(
            f"{corpus.name}: no Korean term stands in {section.min_documents} or more of its "
            f"{len(corpus.documents)} documents. Expected at least one: give more documents, or "
            "lower `min_documents`."
        )
    outcomes = []
    with Progress("glossary", len(terms)) as progress:
        for group in batches(terms, section):
            replies = iter(list(teacher.write(requests(group, section, teacher.chat))))
            outcomes += [read(term, list(islice(replies, section.samples))) for term in group]
            progress.advance(len(group))
    written = Outcome.joined(outcomes)
    if not written.records:
        first = written.rejects[0]
        raise TeacherError(
            f"{teacher.identity} gave no English equivalent of any of {len(terms)} terms (of "
            f"{first.candidate['term']!r}: {first.reason}, {first.raw[:80]!r}). Expected one of "
            "most terms: take another teacher."
        )
    records = cast(tuple[GlossaryRecord, ...], tuple(written.records))
    return Glossary(records, tuple(written.rejects))


def find_terms(documents: Sequence[Document], section: GlossarySection) -> list[Term]:
    """The corpus's own terms, the most frequent first, then put in order of length.

    (Order of length, so that the prompts of a batch need little padding.)
    """
    texts = [document.full_text for document in documents]
    frequency: Counter[tuple[str, str]] = Counter()
    for text, found in zip(texts, morphemes(texts), strict=True):
        frequency.update(set(_terms_of(text, found)))
    kept = [
        Term(text, stem, count)
        for (text, stem), count in frequency.items()
        if count >= (section.min_compound_documents if " " in text else section.min_documents)
    ]
    kept.sort(key=lambda term: (-term.documents, term.text))
    if section.max_terms:
        kept = kept[: section.max_terms]
    return sorted(kept, key=lambda term: (len(term.text), term.text))


def _terms_of(text: str, morphemes: Sequence[Morpheme]) -> Iterator[tuple[str, str]]:
    """(dictionary form, stem) of each term in a text; compounds are written with spaces."""
    run: list[Morpheme] = []
    for morpheme in [*morphemes, Morpheme("", "", len(text) + 2, len(text) + 2)]:
        joined = run and morpheme.start - run[-1].end <= 1 and "\n" not in text[run[-1].end :][:1]
        is_noun = morpheme.tag in NOUNS and has_hangul(morpheme.form)
        if run and not (is_noun and joined):
            if 2 <= len(run) <= MAX_COMPOUND_NOUNS:
                compound = " ".join(noun.form for noun in run)
                yield compound, text[run[0].start : run[-1].end]
            run = []
        if is_noun:
            run.append(morpheme)
            if len(morpheme.form) > 1:
                yield morpheme.form, morpheme.form
        elif morpheme.tag in PREDICATES:
            yield morpheme.form + "다", morpheme.form


def batches(
    terms: Sequence[Term], section: GlossarySection, batch_size: int = BATCH_SIZE
) -> list[tuple[Term, ...]]:
    """Terms in fixed groups of at most `batch_size` requests.

    What is asked together depends on the corpus, not on timing.
    """
    source, size = iter(terms), max(1, batch_size // section.samples)
    return list(iter(lambda: tuple(islice(source, size)), ()))


def exemplars(section: GlossarySection) -> list[tuple[str, str]]:
    """Pairs "한국어 = English", one a line, from the user's file or the package's.

    Raises:
        RecipeError: the file is missing, or a line is no pair.
    """
    if section.exemplars:
        path = Path(section.exemplars).expanduser()
        if not path.is_file():
            raise RecipeError(f"glossary.exemplars names {path}, which is no file")
        text = path.read_text(encoding="utf-8")
    else:
        text = (resources.files("malmoi.synthesis") / "prompt_files/glossary.txt").read_text(
            "utf-8"
        )
    pairs = [line.partition("=") for line in text.splitlines() if line.strip()]
    for korean, sign, english in pairs:
        if not (korean.strip() and sign and english.strip()):
            raise RecipeError(
                f"glossary.exemplars: {korean!r} is no pair; expected 'korean = english'"
            )
    return [(korean.strip(), english.strip()) for korean, _, english in pairs]


def requests(terms: Iterable[Term], section: GlossarySection, chat: bool) -> list[Request]:
    """`section.samples` requests a term: the first greedy, the others warm."""
    pairs = exemplars(section)
    head = "Korean–English dictionary" + (f" of {section.subject}" if section.subject else "")
    turns = [Message("system", f"{head}. Answer with the English equivalent only.")]
    for korean, english in pairs:
        turns += [Message("user", korean), Message("assistant", english)]
    # A blank line ends what all prompts share: teachers read it once (`teachers/local`).
    shots = f"{head}\n\n" + "".join(f"{korean} = {english}\n\n" for korean, english in pairs)
    if chat:
        return sampled((((*turns, Message("user", term.text)), "") for term in terms), section)
    return sampled((((), f"{shots}{term.text} =") for term in terms), section)


def sampled(
    prompts: Iterable[tuple[tuple[Message, ...], str]], section: GlossarySection | SynonymsSection
) -> list[Request]:
    """`section.samples` requests of each (messages, prompt): the first greedy, the others warm.

    A completion ends with its line.
    """
    return [
        Request(
            messages=messages,
            prompt=prompt,
            max_tokens=section.max_tokens,
            temperature=section.temperature if sample else 0.0,
            stop=() if messages else ("\n",),
            sample=sample,
        )
        for messages, prompt in prompts
        for sample in range(section.samples)
    ]


def read(term: Term, replies: Sequence[Reply]) -> Outcome:
    """The record of one term: English words by the share of samples that hold them."""
    shares: Counter[str] = Counter()
    rejects = []
    for reply in replies:
        words, reason = _words(reply)
        if reason:
            rejects.append(Reject({"term": term.text, "text": reply.text}, reason, reply.raw))
        shares.update({word: 1 / len(replies) for word in words})
    english: dict[str, float] = {w: round(share, 4) for w, share in sorted(shares.items())}
    record: GlossaryRecord = {
        "term": term.text,
        "stem": term.stem,
        "documents": term.documents,
        "english": english,
    }
    return Outcome(
        [record] if english else [],
        rejects,
        sum(reply.prompt_tokens for reply in replies),
        sum(reply.completion_tokens for reply in replies),
        sum(reply.cost for reply in replies),
    )


def _words(reply: Reply) -> tuple[set[str], str]:
    """The content words of an equivalent, or why it is none."""
    if reply.finish == "error":
        return set(), "no reply"
    text = reply.text.strip().lower().split("\n")[0].removeprefix("to ")
    if reply.finish == "length":
        return set(), "truncated"
    if has_hangul(text):
        return set(), "not English"
    words = [word for word in lower_words(text, "") if word not in FUNCTION_WORDS]
    if not words:
        return set(), "no content word"
    if len(words) > MAX_WORDS:
        return set(), "a definition"
    return set(words), ""
