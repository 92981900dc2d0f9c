# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Mnemonics whose claims are looked up
#
# *testify*: "TESTIfy, like TESTImony, comes from Latin testis 'witness'." Such a sentence helps a
# learner only if it is true, and a language model writes false ones just as fluently. Here
# every statement about a word is looked up before anybody learns it; what survives becomes cards
# for Anki and a data set, a small model learns from it, and is compared with what it was before.
#
# It is small on purpose: forty-eight words and a student of 135M parameters, some minutes on two
# cores, without a key, a GPU or a model hub. A dozen cards teach a model the form at best; for
# what more of them reach, see `docs/figures.md`. Each section says what to change for a GPU or a
# paid teacher.
#
# It opens in Jupyter, and runs as a script (`python notebooks/mnemonics.py`). What it writes goes
# into the folder `mnemonics`.

# %% [markdown]
# ## 1. Environment
#
# `show` displays a table or a picture in Jupyter, and prints it elsewhere.
#
# *With a GPU:* install the build of torch for your CUDA; nothing below changes.

# %%
from __future__ import annotations

import builtins
import json
import platform
import warnings
from collections import Counter
from pathlib import Path

import torch

import malmoi
from malmoi.reports.notebook import Picture, Table, bars

show = getattr(builtins, "display", print)
warnings.filterwarnings("ignore", message="IProgress not found")
WORK = Path("mnemonics")
WORK.mkdir(exist_ok=True)


def picture(name, chart):
    """Keep a chart as a file, and show it."""
    show(Picture(chart).save(WORK / f"{name}.svg"))


def records(stage, name="records"):
    """What a stage of the run kept, or rejected."""
    path = WORK / "runs" / "my-words" / stage / f"{name}.jsonl"
    return [json.loads(line) for line in path.open(encoding="utf-8")]


gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "none"
show(
    Table(
        ["what", "here"],
        [["Malmoi", malmoi.__version__], ["Python", platform.python_version()], ["GPU", gpu]],
    )
)

# %% [markdown]
# ## 2. Facts
#
# A lexicon asks all dictionaries that are there, and each fact keeps its source: CMUdict for
# sounds, WordNet for meanings, GCIDE for roots with their meanings, MorphyNet for word families.
# What nobody knows is said to be unknown, never guessed.
#
# *Your own sources:* `Lexicon.open` takes the folder of the Debian packages; `docs/lexicon.md`
# lists what each part of a fact comes from.

# %%
lexicon = malmoi.Lexicon.open()
word = lexicon.word("fallacy")
show(
    Table(
        ["fact", "value", "source"],
        [
            ["sound", word.pronunciations[0].ipa, word.pronunciations[0].source],
            ["frequency (Zipf)", word.zipf.value, word.zipf.source],
            ["meaning", word.senses[0].definition, word.senses[0].source],
        ],
    )
)
print("unknown:", ", ".join(word.unknown) or "nothing")
print("is it a word?", {term: lexicon.knows(term) for term in ("fallacy", "fallasy")})

# %% [markdown]
# ## 3. Claims
#
# A text about a word makes claims: of sound, spelling, parts, origin and meaning. They are read out
# of it and looked up. *Supported*: a source says so. *Contradicted*: a source says otherwise.
# *Unverified*: no source says anything; that is not the same as false. Below, the first text of
# each word is right and the second is what a model might invent.
#
# *For a paid teacher:* its texts are checked in just this way; no model grades its own facts.

# %%
TEXTS = [
    ("fallacy", "It comes from Latin fallere 'to deceive'."),
    ("fallacy", "It comes from Greek phallos 'a tall pole'."),
    ("abate", "It rhymes with 'late'."),
    ("abate", "It rhymes with 'cat'."),
    ("monogamy", "It has the prefix mono- 'one'."),
    ("monogamy", "It has the prefix mono- 'many'."),
    ("obstinate", "It hides the word 'tin'."),
    ("obstinate", "It hides the word 'tuna'."),
]
verdicts = [
    [term, claim.text, claim.verdict, claim.source]
    for term, text in TEXTS
    for claim in malmoi.check_claims(term, text, lexicon)
]
show(Table(["word", "claim", "verdict", "source"], verdicts))

# %% [markdown]
# ## 4. Cards
#
# A card is composed from facts alone: the sound, the parts or the roots that a learner may know
# from another word, then the meaning. Of several the best is taken, and where none is good there is
# no card: a missing hook is better than a bad one.
#
# *For Korean learners:* `write_card(…, learner="ko")` ties a word to Korean ones that sound like
# it.
# *With a teacher:* a recipe's `[cards] writers = ["teacher"]`, and `[teacher]` as below.

# %%
cards = {}
for term in ("monogamy", "testify", "docile", "retrospect", "obstinate", "table"):
    cards[term] = malmoi.write_card(term, lexicon)
show(
    Table(
        ["word", "mnemonic", "claims"],
        [
            [
                term,
                card.mnemonic if card else "–",
                ", ".join(f"{claim.kind}: {claim.verdict}" for claim in card.claims)
                if card
                else "",
            ]
            for term, card in cards.items()
        ],
    )
)

# %% [markdown]
# ## 5. A whole list
#
# From here on a run does the work, as `malmoi run` would: it can be stopped and goes on where it
# was. A recipe says what is wanted. Words are split by family before anything is learned, so that
# *predict* never helps with *prediction*; every candidate that isn't taken is kept with its reason.
#
# *Your own:* `path` takes a text file, CSV, TSV or JSON Lines; without it the words come from the
# lexicon itself. *With a GPU or a paid teacher:* in the recipe,
# `[teacher] url = "https://…/v1"`, `model = "…"`, `api_key_env = "MY_KEY"`, `money_budget = 5.0`,
# and `[cards] writers = ["lexicon", "teacher"]`.

# %%
WORDS = """
monogamy fallacy testify obstinate retrospect benevolent inspect contradict autonomy biography
carnivore chronicle circumscribe congregate credible democracy dictate dissonant eloquent fraternity
geology hydraulic incisive inscription intercede liberate magnify manuscript monologue mortify
omnivore pedestrian philanthropy polygon precede predict prospect recede spectator submarine
symphony telepathy transcribe tripod unanimous ventilate verdict vocation
""".split()
(WORK / "words.txt").write_text("\n".join(WORDS), encoding="utf-8")
recipe = WORK / "my-words.toml"
recipe.write_text(
    f"""
job = "mnemonics"
name = "my-words"

[words]
path = "{WORK / "words.txt"}"
test_share = 0.2

[student]
epochs = 1.0
grpo_steps = 0

[evaluation]
words = 3
max_tokens = 96
closed_book = false
""",
    encoding="utf-8",
)
for stage, what, how_much in malmoi.run(recipe, runs=WORK / "runs", dry_run=True):
    print(stage, "|", what, "|", how_much)

# %%
results = malmoi.run(recipe, runs=WORK / "runs")
kept = records("cards")
print(f"{len(WORDS)} words, {len(kept)} cards")
reasons = Counter(reject["reason"] for reject in records("cards", "rejects"))
features = Counter(card["feature"] for card in kept)
picture("features", bars("What the cards build on", features.most_common()))
show(
    Table(
        ["word", "mnemonic"],
        [[card["term"], card["mnemonic"]] for card in kept[:6]],
    )
)
print("not taken:", dict(reasons.most_common()))

# %% [markdown]
# ## 6. Data set
#
# Cards become examples in the four forms that trainers read: chat, prompt and completion,
# preferences (the card that was taken above one that wasn't), and prompts for GRPO. The data card
# says where everything comes from. Held-out words are in none of the training files.
#
# *For your own trainer:* `datasets.load_dataset` opens the folder as it is.

# %%
files = WORK / "runs" / "my-words" / "dataset" / "files"
show(
    Table(
        ["file", "KiB"],
        [
            [str(path.relative_to(files)), f"{path.stat().st_size / 1024:.1f}"]
            for path in sorted(files.rglob("*.parquet"))
        ],
    )
)
splits = Counter(record["split"] for record in records("splits"))
print("words by split:", dict(splits))

# %% [markdown]
# ## 7. Student
#
# SmolLM2-135M learns the cards with LoRA (SFT): it gets a word's facts and should write the card.
# In a larger run GRPO follows, with a reward that looks claims up as section 3 does, so that
# "abstain abstain" and a confident invention both score nothing.
#
# *With a GPU:* `malmoi run mnemonics-gpu`; in a recipe `[student] base = "google/gemma-3-1b-it"`,
# `epochs = 2`, `grpo_steps = 30`, and `processes` for several of them.

# %%
figures = [json.loads(line) for line in (files.parents[1] / "student/sft/metrics.jsonl").open()]
show(
    Table(
        ["step", "loss", "tokens right"],
        [[f["step"], f"{f['loss']:.2f}", f"{f['accuracy']:.2f}"] for f in figures if "loss" in f],
    )
)
print("of words that it doesn't learn from:", [f for f in figures if "dev_loss" in f])

# %% [markdown]
# ## 8. Comparison
#
# Student and base write for the same held-out words with the same facts in the prompt, and the
# lexicon writer stands beside them. What counts: the form is kept, the word is used, claims are
# supported and none is contradicted. Three words and a dozen examples show how one measures; the
# intervals say that nothing can be concluded.
#
# *With more:* leave `words` and `max_tokens` of `[evaluation]` at their defaults. *With judges:*
# `[[judge.models]]` asks models of other families, and `malmoi review` asks people, blind.

# %%
systems = results["proof"]["systems"]
measures = ("format", "term", "verified", "contradicted", "gate", "abstained")
show(
    Table(
        ["share of the answers", *measures],
        [
            [name, *(f"{figures[measure]['mean']:.2f}" for measure in measures)]
            for name, figures in systems.items()
        ],
    )
)
for line in results["verdicts"]:
    print("•", line)
answers = {}
for record in records("outputs"):
    answers.setdefault(record["term"], {})[record["system"]] = record["text"].replace("\n", " / ")
show(
    Table(
        ["word", *systems],
        [[term, *(said.get(name, "–") for name in systems)] for term, said in answers.items()],
    )
)

# %% [markdown]
# ## 9. Anki
#
# A card's id hangs on its word and sense alone, so that a package that is written anew updates the
# cards that a learner has, and keeps their schedule. What contradicts a source can't be written.
#
# *Into a running Anki:* `malmoi anki sync mnemonics/runs/my-words --create`, with the add-on
# AnkiConnect. *On a phone:* import the package, or sync Anki.

# %%
good = [card for card in cards.values() if card]
for deck in (WORK / "cards.apkg", WORK / "cards.apkg"):
    print(malmoi.write_anki(good, deck, deck="My words"), "notes new or changed")
handover = WORK / "runs" / "my-words" / "handover"
print("of the run:", sorted(path.name for path in handover.iterdir()))
