"""A commented recipe for a file or folder that nobody described; it runs as it stands.

made = write_recipe("docs.csv", Path("docs.toml"))
spoken(made.parts)   # "about 3 minutes"
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from malmoi.core.errors import RecipeError
from malmoi.core.files import write_atomically
from malmoi.corpora.corpus import Document
from malmoi.corpora.survey import Survey, survey
from malmoi.lexicon.frequency import Frequency
from malmoi.pipelines.duration import Part
from malmoi.pipelines.search.estimate import estimate, measure, requests_of
from malmoi.recipe import GlossarySection, SearchRecipe, load
from malmoi.synthesis.glossary import find_terms

MAX_TERMS = 6
SAMPLE = 100
"""Documents that frequent terms are looked for in."""
COMMON_ENOUGH = 3.5
"""Zipf frequency from which a part of a file's name is an English word, and no abbreviation."""

_GENERIC = frozenset(
    "all articles backup clean content contents copy corpus csv data dataset db dev docs document "
    "documents download dump en english export file files final full input items json jsonl "
    "ko korean list new old output pages raw results sample set small table test text texts train "
    "version".split()
)
"""What files are called whatever they hold."""


@dataclass(frozen=True, slots=True)
class NewRecipe:
    """What was written.

    Attributes:
        path: of the recipe.
        replaced: whether a file was there before.
        recipe: as it was read back.
        survey: what was seen in the source.
        parts: of a run with it, with their times.
    """

    path: Path
    replaced: bool
    recipe: SearchRecipe
    survey: Survey
    parts: tuple[Part, ...]


def write_recipe(source: str | Path, out: Path | None = None, overwrite: bool = False) -> NewRecipe:
    """Look at a source and write a recipe for it.

    Args:
        source: file or folder with the documents.
        out: where the recipe goes, which names the run, too (None: NAME.toml in the working folder,
            named as the source is).
        overwrite: replace a file that is there.

    Raises:
        SourceError: the source can't be read; the message says why.
        RecipeError: there is a file at `out`.
    """
    called = name_of(Path(source))
    path = out or Path(f"{called}.toml")
    replaced = path.exists()
    if path.is_dir() or (replaced and not overwrite):
        raise RecipeError(
            f"{path} is there already, and was left as it is: give --out with another name, or "
            "--overwrite to replace it"
        )
    seen = survey(source)
    name = name_of(Path(path.stem))
    text = recipe_text(name, seen, subject_of(called), frequent_terms(seen))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text)
    recipe = load(path)
    assert isinstance(recipe, SearchRecipe)
    documents = seen.corpus.documents
    asked = requests_of(recipe, seen.corpus)
    parts = estimate(recipe, documents, asked, measure(documents))
    return NewRecipe(path, replaced, recipe, seen, tuple(parts))


def name_of(source: Path) -> str:
    """A run's name from its source's: without endings, and with no sign that a folder can't have.

    >>> name_of(Path("My docs (2).csv.gz"))
    'my-docs-2'
    """
    source = source.expanduser()
    name = source.name or source.resolve().name
    while Path(name).suffix.lower() in {
        ".gz", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".txt", ".md",
    }:  # fmt: skip
        name = Path(name).stem
    return re.sub(r"[^\w]+", "-", name.casefold()).strip("-_") or "corpus"


def subject_of(name: str) -> str:
    """What a source's name says it is about, in English; "" where it says nothing.

    >>> subject_of("support-tickets_2024"), subject_of("docs"), subject_of("tldr_ko")
    ('support tickets', '', '')
    """
    frequency = Frequency.open()
    words = [word for word in re.split(r"[\W_]+", name) if word.isalpha() and word.isascii()]
    known = [(word, frequency.zipf(word)) for word in words if word not in _GENERIC]
    # One part that is no word (an abbreviation, a project's name) makes the rest doubtful.
    if all(zipf and zipf.value >= COMMON_ENOUGH and len(word) > 3 for word, zipf in known):
        return " ".join(word for word, _ in known)
    return ""


def frequent_terms(seen: Survey) -> list[str]:
    """The Korean terms that most documents have; none of English documents."""
    documents: Sequence[Document] = seen.corpus.documents
    step = max(1, len(documents) // SAMPLE)
    terms = find_terms(documents[::step][:SAMPLE], GlossarySection())
    terms.sort(key=lambda term: (-term.documents, term.text))
    return [term.text for term in terms if not term.text.endswith("다")][:MAX_TERMS]


def recipe_text(name: str, seen: Survey, subject: str, terms: Sequence[str]) -> str:
    """The recipe as TOML, with a comment for every key.

    Args:
        name: of the run.
        seen: what the source holds.
        subject: English, "" where a person has to say it.
        terms: frequent ones, to help that person.
    """
    tables = [
        _head(name, seen),
        _corpus(seen),
        _TEACHER,
        _glossary(seen, subject, terms),
        _DICTIONARY,
        _QUERIES,
        _EVALUATION if seen.corpus.qrels else _NO_EVALUATION,
    ]
    return "\n\n".join("\n".join(lines) for lines in tables) + "\n"


def _head(name: str, seen: Survey) -> list[str]:
    count = len(seen.corpus.documents)
    queries = len(seen.corpus.queries)
    licence = _comment(seen.licence)
    return [
        f"# {count:,} document{'s' * (count != 1)} and {queries or 'no'} "
        f"quer{'y' if queries == 1 else 'ies'} of people.",
        *(f"# Note: {_comment(note)}." for note in seen.notes),
        f"# Licence, as the data says it: {licence}"
        if licence
        else "# Licence: the data says none. Whose are the documents, and what may be done with"
        " them? Note it here.",
        "",
        _line("name", name, "the run's folder is runs/NAME"),
        "seed = 13  # another seed: another training, to see how far results vary",
    ]


def _corpus(seen: Survey) -> list[str]:
    section = seen.section
    columns = f"; columns: {', '.join(map(_comment, seen.columns))}" if seen.columns else ""
    lines = [
        "[corpus]",
        _line("reader", section.reader, "the kind of source (docs/corpora.md)"),
        _line("path", section.path, "seen from where `malmoi run` is started"),
        _line("language", section.language, 'of the documents: "ko" or "en"'),
    ]
    if "text_field" in section.model_fields_set:
        made = "empty: ids are made of the content"
        lines += [
            _line("id_field", section.id_field, made if not section.id_field else "unique ids"),
            _line(
                "title_field",
                section.title_field,
                "weighs more than the text" if section.title_field else "no titles",
            ),
            _line("text_field", section.text_field, f"what is searched{columns}"),
            _line(
                "date_field",
                section.date_field,
                "ISO 8601 dates" if section.date_field else "no dates",
            ),
        ]
    return lines


_TEACHER = [
    "[teacher]",
    'preset = "gemma-3-270m"  # who writes: embedded, no key; `malmoi teachers` lists others',
]
_DICTIONARY = [
    "[dictionary]",
    "enabled = true  # translations without a teacher, for queries in the other language",
]
_QUERIES = [
    "[queries]",
    "# What the teacher asks of documents. No gain of training on it is shown on the help pages;",
    "# true writes and measures it, and takes longer.",
    "enabled = false",
]
_EVALUATION = [
    "[evaluation]",
    "ablations = false  # true: also train v2 with each thing left out, which takes longer",
]
_NO_EVALUATION = [
    "[evaluation]",
    "# Nothing is evaluated without queries that people judged (docs/corpora.md).",
    "ablations = false  # true: also train v2 with each thing left out, which takes longer",
]


def _glossary(seen: Survey, subject: str, terms: Sequence[str]) -> list[str]:
    if seen.section.language == "en":
        return [
            "[glossary]",
            "enabled = false  # it gives Korean terms their English; these documents are English",
        ]
    if not terms:
        return [
            "[glossary]",
            "enabled = false  # no Korean term stands in two documents: there is nothing to ask",
        ]
    lines = [
        "[glossary]",
        "enabled = true  # English equivalents of the documents' own terms, by the teacher",
        "# One line of English on what the documents are about; it heads the teacher's prompt.",
    ]
    if subject:
        return [*lines, _line("subject", subject, "from the file's name: make it better")]
    often = ", ".join(map(_comment, terms))
    return [*lines, f"# Often here: {often}.", '# subject = "office software (menus, documents)"']


def _line(key: str, value: str, comment: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which JSON leaves as it is.
    text = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"{key} = {text}" + (f"  # {comment}" if comment else "")


def _comment(text: str) -> str:
    """Foreign text as it may stand in a comment: in one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
