"""What a run is: the typed model of a TOML recipe.

Every default stands here and nowhere else. A field marked `operational` (a time limit, a number of
connections) does not change what is written, so it is no part of a fingerprint.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


def operational(default: Any, **more: Any) -> Any:
    """A field that changes how fast or where work is done, never what comes out."""
    return Field(default, json_schema_extra={"operational": True}, **more)


class Section(BaseModel):
    """A table of a recipe: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class CorpusSection(Section):
    """`[corpus]`: what is searched."""

    reader: Literal["libreoffice-help", "beir", "table", "squad", "hub"] = "libreoffice-help"
    """libreoffice-help | beir (folder) | table (JSONL, CSV, Parquet) | squad | hub (data set id)"""
    path: str = ""
    """Folder, file or data set id; for libreoffice-help a folder with the two .deb files or empty."""
    language: Literal["ko", "en"] = "ko"
    """The documents' language; a source in another stops the run."""
    id_field: str = "id"
    title_field: str = "title"
    text_field: str = "text"
    date_field: str = ""
    limit: int = Field(0, ge=0)
    """Use at most this many documents, chosen by hash (0: all)."""
    passage_words: int = Field(80, ge=10)
    """Longer documents are cut into passages of about this many whitespace words."""
    test_share: float = Field(0.3, gt=0, lt=1)
    """Share of the documents whose human queries are held out for the final table."""


class TeacherSection(Section):
    """`[teacher]`: who writes."""

    preset: str = "gemma-3-270m"
    """A name that `malmoi teachers` lists; the fields below override it."""
    kind: Literal["", "embedded", "http", "transformers"] = ""
    model: str = ""
    """Path, package or hub id of the weights, or the model's name at the endpoint."""
    url: str = ""
    """Base URL of an OpenAI-compatible endpoint, ending in /v1."""
    api_key_env: str = ""
    """Name of the environment variable that holds the key; never the key itself."""
    chat: bool | None = None
    """True: chat prompts; false: few-shot completion (base models)."""
    context: int = Field(0, ge=0)
    """Tokens of context a slot has (0: the preset's)."""
    max_tokens: int = Field(0, ge=0)
    """Upper limit on what any one reply may hold (0: the preset's)."""
    token_budget: int = Field(0, ge=0)
    """Stop cleanly after this many tokens, prompt and reply together (0: no limit)."""
    money_budget: float = Field(0, ge=0)
    """Stop cleanly after this much money, in the currency of the prices (0: no limit)."""
    price_in: float = Field(0, ge=0)
    """Price of a million prompt tokens."""
    price_out: float = Field(0, ge=0)
    """Price of a million reply tokens."""
    slots: int = operational(8, ge=1)
    """Parallel sequences (embedded) or batch size (transformers)."""
    threads: int = operational(0, ge=0)
    """CPU threads (0: all)."""
    concurrency: int = operational(8, ge=1)
    """Most requests in flight to an endpoint; lowered by itself when it answers 429."""
    timeout: float = operational(120.0, gt=0)
    """Seconds to wait for one reply."""
    retries: int = operational(6, ge=0)
    """How often a request that failed in passing is tried again."""


class QueriesSection(Section):
    """`[queries]`: what the teacher writes for documents, and what of it is kept."""

    enabled: bool = True


class GlossarySection(Section):
    """`[glossary]`: English equivalents of the corpus's own terms."""

    enabled: bool = True


class EncoderSection(Section):
    """`[encoder]`: vocabulary, lexical part and base model."""


class TrainingSection(Section):
    """`[training]`: how the neural part learns."""


class EvaluationSection(Section):
    """`[evaluation]`: the proof."""

    bootstrap: int = Field(2000, ge=100)
    permutations: int = Field(10000, ge=100)
    level: float = Field(0.95, gt=0, lt=1)


class Recipe(Section):
    """A whole recipe."""

    name: str
    seed: int = 13
    corpus: CorpusSection = CorpusSection()
    teacher: TeacherSection = TeacherSection()
    queries: QueriesSection = QueriesSection()
    glossary: GlossarySection = GlossarySection()
    encoder: EncoderSection = EncoderSection()
    training: TrainingSection = TrainingSection()
    evaluation: EvaluationSection = EvaluationSection()
