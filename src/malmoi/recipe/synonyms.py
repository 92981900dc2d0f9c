"""The tables of bilingual synonyms."""

from __future__ import annotations

from pydantic import Field

from malmoi.recipe.section import Section, renamed


class SynonymsSection(Section):
    """`[synonyms]`: Korean–English pairs of the corpus's vocabulary, and what they are used for."""

    enabled: bool = False
    """Discover and verify pairs; off, the run has none."""
    train: bool = False
    """v2 learns from the accepted pairs: English words are active where their Korean stands. Off or
    on, the student that differs in this stands in the table ("v2 + synonyms")."""
    min_documents: int = renamed("documents", 2, ge=1)
    """A Korean term stands in at least this many documents."""
    max_terms: int = renamed("most_terms", 4000, ge=1)
    """Terms of a language that are compared with the other's, the most frequent ones."""
    min_segments: int = renamed("segments", 2, ge=1)
    """Two terms are aligned to each other in at least this many segments."""
    min_aligned_share: float = renamed("aligned_share", 0.1, ge=0, le=1)
    """…and in at least this share of the segments with the one, and of those with the other."""
    min_glossary_share: float = renamed("glossary_share", 0.3, ge=0, le=1)
    """The teacher gave a word in at least this share of its samples."""
    min_loanword_score: float = renamed("loanword", 0.85, ge=0, le=1)
    """A term sounds at least this much like an English one (`malmoi.text.transliteration`)."""
    neighbours: bool = True
    """Also take terms that are each other's nearest for the dense model."""
    judge: bool = False
    """Also ask the teacher about each candidate, if it helps on pairs whose answer is known."""
    ask: bool = False
    """Also ask the teacher for the Korean of English terms, with a sentence of context."""
    samples: int = Field(3, ge=1)
    """How often each English term is asked for; the first time greedily."""
    temperature: float = Field(0.7, ge=0)
    max_tokens: int = Field(12, ge=1)
    """Maximum tokens of a Korean equivalent."""
