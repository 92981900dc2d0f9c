"""The tables of a recipe of the mnemonic writer. Every default stands here and nowhere else."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from malmoi.recipe.section import Section, added, operational, renamed
from malmoi.recipe.teacher import TeacherSection


class LexiconSection(Section):
    """`[lexicon]`: where facts come from."""

    packages: str = operational("")
    """Folder of dict-gcide_*.deb and wordnet-base_*.deb (empty: malmoi's cache, fetched by apt)."""


class WordsSection(Section):
    """`[words]`: what is learned."""

    path: str = ""
    """A word list: a text file with a word a line, or CSV/TSV/JSONL (empty: B2+ words chosen from
    the lexicon itself)."""
    column: str = "word"
    """The column of a CSV, TSV or JSONL file that holds the words."""
    when: Literal["always", "lapse"] = added("always")
    """lapse: only the words that the learner keeps failing in Anki (those of the list, if any)."""
    anki: str = added("")
    """For lapse: an export of Anki, .apkg or .colpkg with scheduling, or .txt with tags (empty: the
    Anki that is running is asked, through its add-on AnkiConnect)."""
    min_lapses: int = added(8, ge=1)
    """For lapse: how often a card must have been forgotten, unless Anki calls it a leech."""
    field: str = added("")
    """For lapse: which field of Anki's notes holds the word (empty: the first that holds one)."""
    limit: int = Field(0, ge=0)
    """Use at most this many words, chosen by hash (0: all)."""
    senses: int = Field(1, ge=1)
    """Cards for this many senses of a word, the most frequent first."""
    min_level: Literal["A1", "A2", "B1", "B2", "C1", "C2"] = renamed("level", "B2")
    """Lowest CEFR level of words chosen from the lexicon."""
    min_zipf: float = renamed("rarest", 2.0, ge=0, le=8)
    """Lowest Zipf frequency of words chosen from the lexicon."""
    max_zipf: float = renamed("commonest", 4.3, ge=0, le=8)
    """Highest Zipf frequency of words chosen from the lexicon."""
    test_share: float = Field(0.15, gt=0, lt=1)
    """Share of the words, by derivational family, that no student sees before the evaluation."""
    dev_share: float = Field(0.05, gt=0, lt=1)
    """Share of the words on which settings are chosen."""


class CardsSection(Section):
    """`[cards]`: what is written for each word, and what of it is kept."""

    writers: tuple[Literal["lexicon", "teacher"], ...] = ("lexicon",)
    """lexicon: composed from the facts alone, no model; teacher: the model of `[teacher]`."""
    learner: Literal["en", "ko"] = "en"
    """ko: keyword cards across the two sound systems as well, with a Korean gloss."""
    prompt: Literal["zero-shot", "structured", "few-shot", "many-shot"] = "few-shot"
    prompts: str = ""
    """Folder of the user's own prompt files, which replace the package's (empty: the package's)."""
    facts: bool = True
    """Give the teacher the word's facts; false withholds them (closed book)."""
    candidates: int = Field(4, ge=1)
    """What the teacher writes for each word; the first is its best guess, the others vary."""
    temperature: float = Field(0.8, ge=0)
    max_tokens: int = Field(160, ge=16)
    """Maximum tokens of a candidate."""
    min_score: float = renamed("floor", 0.3, ge=0, le=1)
    """Score under which no mnemonic is better than this one."""
    min_yield: float = renamed("yield_floor", 0.02, ge=0, lt=1)
    """Stop the run when a smaller share of a teacher's candidates survives."""
    min_yield_after: int = renamed("yield_after", 300, ge=1)


class StudentSection(Section):
    """`[student]`: who learns, and how."""

    base: str = ""
    """Hub id or path (empty: SmolLM2-135M-Instruct as a package ships it)."""
    epochs: float = Field(2.0, ge=0)
    """Passes of SFT over the cards."""
    batch_size: int = renamed("batch", 8, ge=1)
    """Cards of an SFT step."""
    learning_rate: float = renamed("rate", 4e-4, gt=0)
    """Learning rate of SFT."""
    lora_rank: int = renamed("rank", 32, ge=1)
    """Rank of LoRA (rank-stabilised)."""
    max_length: int = renamed("length", 512, ge=64)
    """Maximum tokens of prompt and answer together."""
    prompt_gradient: bool = added(True)
    """Learn through the states of the prompts as well; false, on a CPU: an SFT step takes a
    quarter less time and teaches a little less (docs/student.md)."""
    closed_book_share: float = renamed("closed_share", 0.1, ge=0, le=1)
    """Share of the training prompts that hold the word without its facts."""
    load_in_4bit: bool = renamed("four_bit", False)
    """Load the base in 4 bits (needs a GPU and bitsandbytes)."""
    grpo_steps: int = Field(30, ge=0)
    """Steps of GRPO after SFT (0: none)."""
    grpo_prompts: int = Field(4, ge=1)
    """Prompts of a GRPO step."""
    grpo_group_size: int = renamed("grpo_group", 4, ge=2)
    """Answers that are compared for each prompt."""
    grpo_learning_rate: float = renamed("grpo_rate", 2e-5, gt=0)
    grpo_beta: float = Field(0.04, ge=0)
    """Weight of the divergence from the SFT student."""
    processes: int = operational(1, ge=1)
    """Processes that do SFT together on this machine, a GPU each. A step then has `processes` times
    `batch_size` cards, so it makes another student (the stage depends on it where it isn't 1)."""
    save_every: int = operational(50, ge=1)
    """Steps between two checkpoints from which training is resumed."""
    report_to: Literal["none", "trackio", "tensorboard", "wandb"] = operational("none")
    """Where metrics go besides metrics.jsonl."""


class JudgeSection(Section):
    """`[judge]`: models that grade student against base; none by default."""

    models: tuple[TeacherSection, ...] = ()
    """Each as a `[[judge.models]]` table with the keys of `[teacher]`, from another family than
    the teacher."""
    pairs: int = Field(200, ge=1)
    """Held-out words that are judged."""


class StudentEvaluationSection(Section):
    """`[evaluation]`: student against base on held-out words."""

    words: int = Field(200, ge=2)
    """Held-out words, chosen by hash."""
    temperature: float = Field(0.0, ge=0)
    """Decoding of student and base alike (0: greedy)."""
    candidates: int = Field(1, ge=1)
    """Answers a word of student and base alike, of which the reward chooses the best; above 1 the
    temperature must be, too, and the figures of the first answers alone are shown beside them."""
    max_tokens: int = Field(160, ge=16)
    closed_book: bool = True
    """Measure without the facts in the prompt as well."""
    bootstrap_samples: int = renamed("bootstrap", 2000, ge=100)
    """Resamples of an interval."""
    confidence_level: float = renamed("level", 0.95, gt=0, lt=1)
    """Confidence of the intervals."""


class MnemonicsRecipe(Section):
    """A whole recipe of the mnemonic writer."""

    job: Literal["mnemonics"]
    name: str
    seed: int = 13
    lexicon: LexiconSection = LexiconSection()
    words: WordsSection = WordsSection()
    teacher: TeacherSection = TeacherSection()
    cards: CardsSection = CardsSection()
    student: StudentSection = StudentSection()
    judge: JudgeSection = JudgeSection()
    evaluation: StudentEvaluationSection = renamed("proof", StudentEvaluationSection())
