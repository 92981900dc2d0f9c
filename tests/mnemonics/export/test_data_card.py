from __future__ import annotations

import yaml

from malmoi.mnemonics.cards import Claim
from malmoi.mnemonics.export.data_card import About, Tables, data_card, source_terms
from malmoi.mnemonics.splits import Stratum
from tests.helpers.toy_cards import card

TABLES: Tables = {
    "chat": {"train": [{}] * 1200, "test": [{}]},
    "prompt-completion": {},
    "preference": {"train": []},
    "grpo": {"dev": [{}]},
}
ABOUT = About(
    name='words: "B2" | more',
    words="list.txt",
    writers={"lexicon-writer": "no model"},
    balance=[Stratum("etymology", "2 to 2.5", 8, 1, 1)],
    contaminated=3,
    notes=["Only adjectives."],
)


def test_the_head_names_the_files_that_have_rows() -> None:
    head = yaml.safe_load(data_card(ABOUT, [card()], TABLES).split("---")[1])
    assert head["pretty_name"] == 'words: "B2" | more'
    assert head["size_categories"] == ["1K<n<10K"]
    assert head["configs"] == [
        {
            "config_name": "chat",
            "default": True,
            "data_files": [
                {"split": "train", "path": "chat/train.parquet"},
                {"split": "test", "path": "chat/test.parquet"},
            ],
        },
        {"config_name": "grpo", "data_files": [{"split": "dev", "path": "grpo/dev.parquet"}]},
    ]


def test_it_says_counts_writers_splits_and_limits() -> None:
    text = data_card(ABOUT, [card(), card("abate", feature="phonetics")], TABLES)
    for line in (
        "| chat | 1,200 | 0 | 1 |",
        "| phonetics | 1 |",
        "Claims: 2 supported, 2 unverified.",
        "| lexicon-writer | 2 | no model |",
        "| etymology | 2 to 2.5 | 8 | 1 | 1 |",
        "3 train words that a test word gives away were left out",
        "- Only adjectives.",
    ):
        assert line in text


def test_every_source_has_its_terms() -> None:
    cards = [
        card(),
        card("abate", sources=("WordNet 3.0",), claims=()),
        card("novel", sources=("Mr. Smith's: a letter",), claims=()),
        card("incur", sources=(), claims=(Claim("sound", "x", "supported", "CMUdict: K"),)),
    ]
    found = {name: (terms, count) for name, terms, count in source_terms(cards)}
    assert found["GCIDE"][1] == 1, "named twice, counted once"
    assert "GPL" in found["GCIDE"][0]
    assert found["CMUdict"] == ("BSD-2-Clause", 2)
    assert "Princeton" in found["WordNet 3.0"][0]
    assert found["Mr. Smith's"][0].startswith("not stated")
