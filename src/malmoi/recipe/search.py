"""The tables of a recipe of the search encoder. Every default stands here and nowhere else."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from malmoi.recipe.section import Section, added, operational, renamed
from malmoi.recipe.synonyms import SynonymsSection
from malmoi.recipe.teacher import TeacherSection


class CorpusSection(Section):
    """`[corpus]`: what is searched."""

    reader: Literal["libreoffice-help", "beir", "table", "text", "squad", "hub"] = (
        "libreoffice-help"
    )
    """libreoffice-help | beir, text (folders) | table (JSON, CSV, Parquet) | squad | hub (id)"""
    path: str = ""
    """Folder, file or data set id; for libreoffice-help the folder of the .deb files, or empty."""
    language: Literal["ko", "en"] = "ko"
    """The documents' language; a source in another stops the run."""
    id_field: str = "id"
    """Empty: ids are made of a hash of title and text (table, hub)."""
    title_field: str = "title"
    """Empty: there are no titles."""
    text_field: str = "text"
    date_field: str = ""
    """Field with an ISO 8601 date; empty: there are no dates."""
    config: str = ""
    """Configuration of a hub data set (empty: its default)."""
    split: str = "train"
    """Split of a hub data set."""
    limit: int = Field(0, ge=0)
    """Use at most this many documents, chosen by hash (0: all)."""
    passage_words: int = Field(80, ge=10)
    """Longer documents are cut into passages of about this many whitespace words."""
    test_share: float = Field(0.3, gt=0, lt=1)
    """Share of the documents whose human queries are held out for the final table."""


class QueriesSection(Section):
    """`[queries]`: what the teacher writes for documents, and what of it is kept."""

    enabled: bool = True
    train: bool = False
    """Train v2 on what survives. Off, since no gain is shown on the help pages; with `ablations` a
    student that trains on them ("v2 + queries") stands in the table all the same."""
    kinds: dict[str, int] = {"english": 1, "keywords": 1, "question": 1, "mixed": 1}  # noqa: RUF012
    """Kind → samples for each passage; the kinds are files of the folder `prompts` (0: leave out).
    The first sample is the teacher's best guess (temperature 0), the others vary. A kind written
    from queries ("paraphrase") is asked for each surviving query of its language."""
    prompts: str = ""
    """Folder of the user's own prompt files, which replace the package's (empty: the package's)."""
    max_passages: int = renamed("passages", 2, ge=0)
    """Queries are written for this many passages of each document, from its beginning (0: all)."""
    min_words: int = renamed("shortest", 1, ge=1)
    """Minimum content words of a query."""
    max_words: int = renamed("longest", 15, ge=2)
    """Maximum content words of a query."""
    copied_words: int = Field(7, ge=3)
    """A run of this many content words of the document, in its order, is a copy."""
    near_duplicate: float = Field(0.8, gt=0, le=1)
    """Queries of one kind whose content words have at least this Jaccard index are one query."""
    max_documents_per_query: int = renamed("same_query_documents", 3, ge=1)
    """A query written for more documents than this says too little about any of them."""
    round_trip_k: int = Field(10, ge=0)
    """The query must find its own document in the first k of one ranking (0: no round trip)."""
    relabel: bool = True
    """Give a query to another document that both rankings put first, where its own isn't found."""
    min_yield: float = renamed("yield_floor", 0.1, ge=0, lt=1)
    """Stop the run when a smaller share of the candidates survives."""
    min_yield_after: int = renamed("yield_after", 300, ge=1)
    """Candidates that are looked at before the yield may stop the run."""


class GlossarySection(Section):
    """`[glossary]`: English equivalents of the corpus's own terms."""

    enabled: bool = True
    subject: str = ""
    """What the corpus is about, in English; it heads the prompt ("office software")."""
    exemplars: str = ""
    """File of the user's own few-shot pairs, "한국어 = English" a line (empty: the package's)."""
    min_documents: int = renamed("documents", 2, ge=1)
    """A term stands in at least this many documents."""
    min_compound_documents: int = renamed("compound_documents", 3, ge=1)
    """A run of nouns stands in at least this many documents."""
    max_terms: int = renamed("most_terms", 0, ge=0)
    """Ask for this many terms, the most frequent ones (0: all)."""
    samples: int = Field(5, ge=1)
    """How often each term is asked for; the first time greedily."""
    temperature: float = Field(0.7, ge=0)
    max_tokens: int = Field(10, ge=1)
    """Maximum tokens of an equivalent; a longer one is truncated, and not believed."""
    min_share: float = renamed("share_floor", 0.3, ge=0, le=1)
    """English words in a smaller share of the samples are left out."""


class DictionarySection(Section):
    """`[dictionary]`: translations that need no teacher, in both directions.

    In Python this is `malmoi.DictionaryConfig`; `DictionaryConfig.model_fields` describes every
    field.

    Example:
        >>> malmoi.DictionaryConfig(common_words=5000).vectors
        True
    """

    enabled: bool | None = True
    """v2 knows translations from the sources below, beside the teacher's. (None, in Python alone,
    is a run of a version that had no dictionary.)"""
    vectors: bool = True
    """Words that are near to each other in a multilingual encoder's space."""
    vectors_model: str = ""
    """That encoder: a sentence-transformers model by hub id or path (empty: the embedded USE)."""
    packages: bool = True
    """Dictionaries, terms and aligned menus out of installed packages (docs/dependencies.md)."""
    common_words: int = Field(20_000, ge=0)
    """English words that queries may have though no document does, the commonest ones."""
    weight: float = Field(1.0, ge=0)
    """Weight of a certain translation, beside the word's own; `encoder.translation_weight` is that
    of tables without a dictionary."""


class EncoderSection(Section):
    """`[encoder]`: vocabulary, lexical part and base model.

    In Python this is `malmoi.EncoderConfig`; `EncoderConfig.model_fields` describes every field.

    Example:
        >>> config = malmoi.EncoderConfig(neural=False, translation_weight=2.0)
        >>> config.translation_weight
        2.0
    """

    base: str = ""
    """The neural part's body by hub id or path (empty: the embedded multilingual-e5-small)."""
    document_prefix: str = "passage: "
    """Put before a document's text; empty for a base that was not trained with one."""
    query_prefix: str = "query: "
    """Put before a query's text, and before the words that the head is initialised with."""
    neural: bool = True
    """False: words weighed by statistics alone."""
    pooling: Literal["mean", "max"] = "mean"
    """mean: one state for each window; max: SPLADE's head over every token (slow on a CPU)."""
    two_sided: bool = False
    """Queries go through the network too; searching then needs torch."""
    unfreeze_layers: int = Field(0, ge=0)
    """Train this many of the base's last layers (0: its states are computed once and kept)."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """auto: bfloat16 for a frozen base, float32 for one that is trained. A processor that doesn't
    multiply bfloat16 itself computes in float32 in any case."""
    top_k: int = renamed("keep", 150, ge=0)
    """Maximum of a document's own words and translations that the neural part raises (0: no
    limit)."""
    new_top_k: int = added(50, ge=0)
    """Maximum of other pieces that it adds."""
    window: int = Field(110, ge=8)
    """Tokens of the body in one window."""
    title_tokens: int = Field(40, ge=0)
    """Tokens of the title that head each window."""
    max_windows: int = renamed("most_windows", 8, ge=1)
    """Windows of one document that are read."""
    head: Literal["queries", "words"] = added("queries")
    """Initial head: queries: vectors of words that add up to those of the corpus's sentences;
    words: each word's own embedding."""
    similarity_weight: float = added(0.25, gt=0)
    """Initial head of queries: weight of a standard deviation of similarity between a query and a
    window."""
    slope: float = Field(0.15, gt=0)
    """Initial head of words: weight of a standard deviation of similarity with a window."""
    threshold: float = 2.3
    """Initial head of words: standard deviations under which a word isn't active."""
    trend_boost: float = Field(0.0, ge=0)
    """Raise the weight of words that rise in a corpus with dates (0: off)."""
    trend_share: float = Field(0.2, gt=0, lt=1)
    """The latest share of the dated documents, which a word must be more frequent in."""

    k1: float = Field(0.9, ge=0)
    """Saturation of a word's count, as in BM25."""
    b: float = Field(0.3, ge=0, le=1)
    """How far long documents are discounted, as in BM25."""
    title_weight: float = Field(0.8, ge=0)
    """Added to words of the title."""
    lead_weight: float = Field(0.2, ge=0)
    """Added to the first words of title and text."""
    lead_words: int = Field(20, ge=0)
    """How many words are the first."""
    translation_weight: float = Field(1.5, ge=0)
    """Weight of a word's translation, beside the word's own."""
    doc2query_weight: float = renamed("written_weight", 0.0, ge=0)
    """Weight of words of a document's own synthetic queries (0: they only train)."""


class ParallelSection(Section):
    """`[parallel]`: aligned Korean–English text, where the corpus has any."""

    use: bool = False
    """v2 takes translations from aligned segments of pages that are not held out. Off, since most
    corpora have none; with `ablations` such a student stands in the table ("v2 + parallel")."""


class TrainingSection(Section):
    """`[training]`: how the neural part learns.

    In Python this is `malmoi.TrainingConfig`; `TrainingConfig.model_fields` describes every field.

    Example:
        >>> malmoi.TrainingConfig(steps=100).batch_size
        32
    """

    steps: int = Field(300, ge=1)
    """Optimiser steps at most, the same for every student that is compared."""
    batch_size: int = renamed("batch", 32, ge=2)
    """Queries of a step on each device."""
    num_negatives: int = renamed("negatives", 8, ge=0)
    """Mined hard negatives of each query that are used."""
    mined_depth: int = Field(30, ge=1)
    """Negatives are mined among the first so many of each ranking."""
    margin: float = Field(0.97, gt=0, le=1)
    """A document with this share of the positive's dense score may be relevant: no negative."""
    query_learning_rate: float = renamed("query_rate", 0.01, ge=0)
    """Learning rate of the queries' token weights (0: they stay the IDF)."""
    head_learning_rate: float = renamed("head_rate", 0.002, gt=0)
    """Learning rate of the output head."""
    body_learning_rate: float = renamed("body_rate", 0.00002, gt=0)
    """Learning rate of the unfrozen layers."""
    warmup_ratio: float = renamed("warmup", 0.1, ge=0, lt=1)
    """Share of the steps in which the learning rates rise."""
    scale: float = Field(0.3, gt=0)
    """What dot products are multiplied by before the softmax (1 / temperature)."""
    learn_scale: bool = False
    contrastive_weight: float = renamed("contrastive", 0.1, ge=0)
    """Weight of InfoNCE with in-batch and hard negatives."""
    mask_own_query: bool = renamed("hide_own", False)
    """Mask a title or heading in its own document while it is the query (costs new states)."""
    flops_weight: float = renamed("flops", 0.001, ge=0)
    """Weight of FLOPS on the neural part of documents."""
    flops_warmup_ratio: float = renamed("flops_warmup", 0.33, ge=0, le=1)
    """Share of the steps in which the weight of FLOPS rises, quadratically."""
    query_flops_weight: float = renamed("query_flops", 0.01, ge=0)
    """Weight of FLOPS on the neural part of queries, where the encoder is two-sided."""
    distillation_weight: float = renamed("distillation", 1.0, ge=0)
    """Weight of the divergence from lexical scores with the dense model's on top (0: off)."""
    dense_weight: float = Field(2.0, ge=0)
    """How much one standard deviation of dense similarity counts among the scores to be learned."""
    distillation_temperature: float = Field(2.0, gt=0)
    idf_penalty_weight: float = renamed("idf_penalty", 0.001, ge=0)
    """Weight of the neural activation of common pieces (each divided by its IDF)."""
    evaluate_every: int = Field(50, ge=1)
    """Steps between two evaluations on the development split; the best checkpoint is kept."""
    patience: int = added(2, ge=0)
    """Evaluations without a better state after which training ends (0: all steps are made)."""
    best_by: str = "ndcg@10"
    """The development figure that says which checkpoint is best."""
    require_gain: bool = added(True)
    """Leave the neural part out where development queries show no gain of it over the lexical part
    (nDCG@10, 95 % interval above 0); without development queries it stays."""
    without_development: bool = added(False)
    """Train where no development queries can tell what it does; else the neural part then stays as
    it begins (on Belebele, training on excerpts alone loses .008)."""
    processes: int = operational(1, ge=1)
    """Processes that train together on this machine, a GPU each. A step then has `processes` times
    `batch_size` queries, so it makes another student (the stage depends on it where it isn't 1)."""
    log_every: int = operational(10, ge=1)
    """Steps between two lines of metrics.jsonl."""
    report_to: Literal["none", "trackio", "tensorboard", "wandb"] = operational("none")
    """Where metrics go besides metrics.jsonl."""


class EvaluationSection(Section):
    """`[evaluation]`: what the students are compared by."""

    bootstrap_samples: int = renamed("bootstrap", 2000, ge=100)
    """Resamples of an interval."""
    permutations: int = Field(10000, ge=100)
    """Sign flips of a paired test."""
    confidence_level: float = renamed("level", 0.95, gt=0, lt=1)
    """Confidence of the intervals; a gain needs a corrected p under 1 − level too."""
    dense_model: str = ""
    """Dense baseline: a sentence-transformers model by hub id or path (empty: embedded e5)."""
    dense_best_passage: bool = True
    """Score a document by its best passage (False: by its beginning)."""
    ablations: bool = True
    """Also train v2 with each thing that the teacher wrote left out, and with aligned text."""
    max_documents: int = added(5000, ge=0)
    """Of a corpus of more documents a pool is taken (`pool_documents`), which students learn from
    and all systems are compared on; words are counted in all of it (0: never)."""
    pool_documents: int = added(2000, ge=100)
    """Documents of that pool: half of them at most judged for queries, a fourth those that words
    rank first, the others by hash. Queries whose judged documents find no room aren't asked."""


class SearchRecipe(Section):
    """A whole recipe of the search encoder."""

    job: Literal["search"] = "search"
    name: str
    seed: int = 13
    corpus: CorpusSection = CorpusSection()
    teacher: TeacherSection = TeacherSection()
    queries: QueriesSection = QueriesSection()
    glossary: GlossarySection = GlossarySection()
    synonyms: SynonymsSection = SynonymsSection()
    parallel: ParallelSection = ParallelSection()
    dictionary: DictionarySection = added(DictionarySection())
    encoder: EncoderSection = EncoderSection()
    training: TrainingSection = TrainingSection()
    evaluation: EvaluationSection = EvaluationSection()
