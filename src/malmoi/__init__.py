"""Malmoi teaches small models what large ones know about words, and proves what was learned.

    import malmoi

    corpus = malmoi.Corpus.load("docs.jsonl", language="ko")

`malmoi.__all__` is the public API; docs/python.md tells it as a story. Each name is loaded when it
is first used, so that importing malmoi costs nothing.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from malmoi.core.errors import MalmoiError
    from malmoi.corpora.loading import Corpus
    from malmoi.encoder.encoder import Encoder
    from malmoi.encoder.evaluate import evaluate
    from malmoi.lexicon.lookup import Lexicon
    from malmoi.mnemonics.claims.checks import check_claims
    from malmoi.mnemonics.export.anki import write_anki
    from malmoi.mnemonics.writer.card import write_card
    from malmoi.pipelines.run import run
    from malmoi.recipe import DictionarySection as DictionaryConfig
    from malmoi.recipe import EncoderSection as EncoderConfig
    from malmoi.recipe import TrainingSection as TrainingConfig
    from malmoi.retrieval.index.index import Index
    from malmoi.synonyms.verification.verify import SynonymVerifier
    from malmoi.synthesis.glossary import Glossary, write_glossary
    from malmoi.teachers.open import open_teacher

__version__ = "0.1.0"

# A library shows nothing of itself: whoever uses it says where its messages go.
logging.getLogger(__name__).addHandler(logging.NullHandler())

__all__ = [
    "Corpus",
    "DictionaryConfig",
    "Encoder",
    "EncoderConfig",
    "Glossary",
    "Index",
    "Lexicon",
    "MalmoiError",
    "SynonymVerifier",
    "TrainingConfig",
    "check_claims",
    "evaluate",
    "open_teacher",
    "run",
    "write_anki",
    "write_card",
    "write_glossary",
]

_MODULES = {
    "Corpus": "malmoi.corpora.loading",
    "Encoder": "malmoi.encoder.encoder",
    "DictionaryConfig": "malmoi.recipe:DictionarySection",
    "EncoderConfig": "malmoi.recipe:EncoderSection",
    "Glossary": "malmoi.synthesis.glossary",
    "Index": "malmoi.retrieval.index.index",
    "Lexicon": "malmoi.lexicon.lookup",
    "MalmoiError": "malmoi.core.errors",
    "SynonymVerifier": "malmoi.synonyms.verification.verify",
    "TrainingConfig": "malmoi.recipe:TrainingSection",
    "check_claims": "malmoi.mnemonics.claims.checks",
    "evaluate": "malmoi.encoder.evaluate",
    "open_teacher": "malmoi.teachers.open",
    "run": "malmoi.pipelines.run",
    "write_anki": "malmoi.mnemonics.export.anki",
    "write_card": "malmoi.mnemonics.writer.card",
    "write_glossary": "malmoi.synthesis.glossary",
}
"""Where each public name is defined, and its name there where that is another."""


if not TYPE_CHECKING:  # else every misspelt name would be one for mypy

    def __getattr__(name: str) -> Any:
        """A public name, loaded at its first use (PEP 562)."""
        if name not in _MODULES:
            raise AttributeError(f"module 'malmoi' has no attribute {name!r}")
        module, _, there = _MODULES[name].partition(":")
        value = getattr(import_module(module), there or name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
