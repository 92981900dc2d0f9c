"""What can go wrong, in one tree. The command line prints a `MalmoiError` without a traceback.

MalmoiError
├── RecipeError     a recipe that can't be used: unknown key, wrong value, missing file
├── SourceError     a corpus or other input that is missing, empty, broken or in the wrong language
├── TeacherError    a teacher that can't be loaded or reached, or whose yield is under the floor
│   └── BudgetSpent   the recipe's budget of tokens or money is used up (the run can be resumed)
├── StudentError    a student that can't be loaded, or is degenerate (collapsed, still dense)
├── RunError        a run's folder that belongs to another recipe, or is locked by another process
├── ClusterError    an OpenSearch cluster that can't be reached, lacks a feature or refuses
└── AnkiError       an Anki that can't be reached, lacks a deck or note type, or refuses

Every message says what was seen, what was expected, and the remedy.
"""

from __future__ import annotations


class MalmoiError(Exception):
    """Base of every error whose message is written for the user.

    Its kinds are in `malmoi.core.errors`: `SourceError`, `TeacherError`, `StudentError` …

    Example:
        >>> try:
        ...     malmoi.Corpus.load("nowhere.jsonl")
        ... except malmoi.MalmoiError as error:
        ...     print(error)
        nowhere.jsonl is not there. Expected a BEIR folder, ...
    """


class RecipeError(MalmoiError):
    """A recipe that can't be used."""


class SourceError(MalmoiError):
    """A corpus or other input that is missing, empty, broken or in the wrong language."""


class TeacherError(MalmoiError):
    """A teacher that can't be loaded or reached, or that writes rubbish."""


class BudgetSpent(TeacherError):
    """The recipe's budget of tokens or money is used up; what was written is kept."""


class StudentError(MalmoiError):
    """A student that can't be loaded, or is degenerate."""


class RunError(MalmoiError):
    """A run's folder that can't be used as it is."""


class ClusterError(MalmoiError):
    """An OpenSearch cluster that can't be reached, lacks a feature or refuses."""


class AnkiError(MalmoiError):
    """An Anki that can't be reached, lacks a deck or note type, or refuses."""
