"""What a run is: the typed model of a TOML recipe.

A recipe says its job at the top: "search" (the search encoder, the default) or "mnemonics".
"""

from malmoi.recipe.mnemonics import (
    CardsSection,
    JudgeSection,
    LexiconSection,
    MnemonicsRecipe,
    StudentEvaluationSection,
    StudentSection,
    WordsSection,
)
from malmoi.recipe.reader import Recipe, dump, find, load, load_dumped, with_todays_names
from malmoi.recipe.search import (
    CorpusSection,
    DictionarySection,
    EncoderSection,
    EvaluationSection,
    GlossarySection,
    ParallelSection,
    QueriesSection,
    SearchRecipe,
    TrainingSection,
)
from malmoi.recipe.section import Section, added, fingerprint_part, operational, renamed
from malmoi.recipe.synonyms import SynonymsSection
from malmoi.recipe.teacher import ServerSection, TeacherSection

__all__ = [
    "CardsSection",
    "CorpusSection",
    "DictionarySection",
    "EncoderSection",
    "EvaluationSection",
    "GlossarySection",
    "JudgeSection",
    "LexiconSection",
    "MnemonicsRecipe",
    "ParallelSection",
    "QueriesSection",
    "Recipe",
    "SearchRecipe",
    "Section",
    "ServerSection",
    "StudentEvaluationSection",
    "StudentSection",
    "SynonymsSection",
    "TeacherSection",
    "TrainingSection",
    "WordsSection",
    "added",
    "dump",
    "find",
    "fingerprint_part",
    "load",
    "load_dumped",
    "operational",
    "renamed",
    "with_todays_names",
]
