from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from malmoi.core.errors import SourceError
from malmoi.core.files import stable_hash
from malmoi.lexicon.facts import Sense, Word
from malmoi.lexicon.lookup import Lexicon
from malmoi.pipelines.mnemonics.words import Item, choose_words, items, look_up
from malmoi.recipe import MnemonicsRecipe, WordsSection
from malmoi.runs.run import Run, Stage
from tests.helpers.small_run import BAD_LINES, WORDS, lines, small_recipe, write_list
from tests.helpers.toy_words import ToyLexicon


class AnyLexicon(ToyLexicon):
    """Knows every word, in two senses, but for those that begin with z; and no phrase."""

    def word(self, term: str) -> Word:
        if term.startswith("z") or " " in term:
            return Word(term, term)
        ids = (f"{term}.noun.{n}" for n in (1, 2))
        return Word(
            term, term, senses=tuple(Sense(i, "noun", "a thing", (), (), (), "") for i in ids)
        )

    def candidates(self, level: str, rarest: float, commonest: float) -> list[str]:
        return [] if rarest > 7 else ["abate", "obstinate"]


def choose(folder: Path, lexicon: object = None, run: str = "run", **section: Any) -> Stage:
    recipe = small_recipe(Path("unused"))
    with Run.open(folder / run, recipe) as opened:
        of = WordsSection.model_validate(section)
        return choose_words(opened, of, lexicon or AnyLexicon())  # type: ignore[arg-type]


def write(path: Path, text: str | bytes) -> str:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def terms(stage: Stage) -> list[str]:
    return [record["term"] for record in stage.records()]


def problems(stage: Stage) -> dict[int, str]:
    return {r["candidate"]["line"]: r["candidate"]["problem"] for r in stage.records("rejects")}


def test_each_bad_line_has_one_clear_line_in_the_ledger(
    tmp_path: Path, real_lexicon: Lexicon
) -> None:
    stage = choose(tmp_path, real_lexicon, path=str(write_list(tmp_path / "list.txt")))
    assert terms(stage) == list(WORDS)
    ledger = stage.records("rejects")
    assert len(ledger) == len(BAD_LINES) == len(problems(stage))
    for entry, (text, said) in zip(ledger, BAD_LINES.items(), strict=True):
        if not text.startswith("<"):
            assert said in entry["candidate"]["problem"]
        assert entry["candidate"]["text"] == text
    assert stage.figures == {"lines": len(WORDS) + len(BAD_LINES), "words": len(WORDS)}


def test_reasons_can_be_counted(tmp_path: Path) -> None:
    """What differs from line to line is in the problem, not in the reason."""
    text = "abate\n" + "Abate\n" * 30 + "give up\nby and by\n1st\n2nd\n" + "z1\nzoo\nzebra\n"
    stage = choose(tmp_path, path=write(tmp_path / "list.txt", text))
    reasons = [entry["reason"] for entry in stage.records("rejects")]
    assert {reason: reasons.count(reason) for reason in reasons} == {
        "… stands in line … already": 30,
        "a phrase of … words that no dictionary has; … is known: write its meaning after a tab": 2,
        "a digit": 3,
        "no meaning of it is in the lexicon": 2,
    }
    assert problems(stage)[31] == "'abate' stands in line 1 already"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("obstinate\r\nabate\r\n".encode("utf-16"), ["obstinate", "abate"]),
        (b"\xef\xbb\xbfobstinate\nabate", ["obstinate", "abate"]),
        ("cliché\nabate\nnaïve\n".encode("cp1252"), ["cliché", "abate", "naïve"]),
        (b"abate\nobsti\x00nate\nlucid\n", ["abate", "lucid"]),
    ],
    ids=["UTF-16", "byte order mark", "Windows-1252", "zero byte"],
)
def test_encodings(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    assert terms(choose(tmp_path, path=write(tmp_path / "list.txt", data))) == expected


def test_bytes_that_are_no_text_spoil_their_own_line(tmp_path: Path) -> None:
    good = "\n".join(f"caf\u00e9{letter}" for letter in "abcdefgh").encode()
    stage = choose(tmp_path, path=write(tmp_path / "list.txt", good + b"\nob\xffst\nlucid\n"))
    assert "lucid" in terms(stage)
    assert problems(stage) == {9: "bytes that are not utf-8"}
    assert stage.records("rejects")[0]["reason"] == "bytes that are not utf-8"


def test_a_table_with_a_column(tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", "id,lemma\n1,obstinate\n2,\n3,abate\n")
    stage = choose(tmp_path, path=path, column="lemma")
    assert terms(stage) == ["obstinate", "abate"]
    assert problems(stage) == {3: "empty"}


def test_senses_are_the_most_frequent_ones(tmp_path: Path) -> None:
    stage = choose(tmp_path, path=write(tmp_path / "list.txt", "lucid\n"), senses=2)
    assert [item.key for item in items(stage)] == ["lucid|lucid.noun.1", "lucid|lucid.noun.2"]


@pytest.mark.parametrize("text", ["zyx\nzoo\n", "z b\nzoo\n"])
def test_a_list_without_a_known_word_says_what_is_wrong(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match=r"list\.txt.*Line 1, '.*': (no meaning|a phrase)"):
        choose(tmp_path, path=write(tmp_path / "list.txt", text))
    with pytest.raises(SourceError, match=r"Line 1"):
        choose(tmp_path, path=str(tmp_path / "list.txt"))


@pytest.mark.parametrize("data", [b"", b"\n\n", "😀\n".encode(), b"PK\x03\x04abc"])
def test_a_file_that_is_no_list(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(SourceError, match=r"list\.txt"):
        choose(tmp_path, path=write(tmp_path / "list.txt", data))


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no word list at .*nowhere\.txt"):
        choose(tmp_path, path=str(tmp_path / "nowhere.txt"))


def test_the_lexicons_own_words(tmp_path: Path) -> None:
    assert terms(choose(tmp_path)) == ["abate", "obstinate"]
    with pytest.raises(SourceError, match=r"no word of level C2 .* 7\.5 to 8: widen"):
        choose(tmp_path, run="other", min_level="C2", min_zipf=7.5, max_zipf=8)


def test_a_list_that_grows_keeps_its_choice(tmp_path: Path) -> None:
    pool = [f"word{a}{b}" for a in "abcdefghij" for b in "abcdefghij"]
    few = choose(tmp_path, run="a", limit=20, path=write(tmp_path / "a.txt", "\n".join(pool[:50])))
    text = "\n".join(reversed(pool))  # another order, twice as long
    more = choose(tmp_path, run="b", limit=20, path=write(tmp_path / "b.txt", text))
    assert len(terms(few)) == len(terms(more)) == 20
    assert set(terms(more)) == set(sorted(pool, key=stable_hash)[:20])
    kept = set(terms(few)) & set(terms(more))
    assert kept == set(terms(more)) & set(pool[:50]), "a word left that no new one outranks"


def test_bad_lines_stand_in_the_ledger_beside_a_limit(tmp_path: Path) -> None:
    text = "tw0 words\n" + "\n".join(f"word{letter}" for letter in "abcdefgh")
    stage = choose(tmp_path, limit=2, path=write(tmp_path / "list.txt", text))
    assert len(terms(stage)) == 2
    assert list(problems(stage)) == [1]


def test_a_stage_is_done_again_only_for_other_words(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    path = write(first / "list.txt", "lucid\nabate\n")
    stage = choose(tmp_path, path=path)
    first.rename(second)
    moved = choose(tmp_path, path=str(second / "list.txt"), test_share=0.5)
    assert moved.fingerprint == stage.fingerprint, "moved, or divided otherwise: the same words"
    write(second / "list.txt", "lucid\n")
    assert terms(choose(tmp_path, path=str(second / "list.txt"))) == ["lucid"]
    assert "made anew" in logged.text


def test_a_sense_that_is_gone_is_the_first() -> None:
    lexicon: Any = ToyLexicon()
    assert look_up(Item("obstinate", "obstinate.adjective.2"), lexicon)[1].definition.startswith(
        "of a disease"
    )
    assert look_up(Item("obstinate", "gone.1"), lexicon)[1].id == "obstinate.adjective.1"


@pytest.mark.slow
def test_a_hundred_thousand_lines(tmp_path: Path) -> None:
    """Many of them bad; the lexicon's own time is not measured here."""
    bad = ["", "two words", "😀", "12", "\x00", "a" * 70_000]
    text = [f"w{chr(97 + n % 26)}{'abcdefghij'[n // 26 % 10]}x" for n in range(99_000)]
    path = write(tmp_path / "list.txt", "\n".join([*bad, *text, *bad]))
    stage = choose(tmp_path, path=path)
    assert stage.figures["lines"] == 99_012
    assert stage.figures["words"] == len(set(text)) == 260
    records = lines(stage.folder / "rejects.jsonl")
    assert len(records) == 99_012 - 260
    assert max(len(str(record)) for record in records) < 1000
    assert len({record["reason"] for record in records}) <= len(bad) + 1


def test_an_inflected_form_stands_for_its_word_and_only_once(
    tmp_path: Path, shared_lexicon: Lexicon
) -> None:
    (tmp_path / "list.txt").write_text("abates\nabate\nleaves\nrunning\n")
    section = WordsSection(path=str(tmp_path / "list.txt"))
    recipe = MnemonicsRecipe(job="mnemonics", name="toy", words=section)
    with Run.open(tmp_path / "run", recipe) as run:
        stage = choose_words(run, section, shared_lexicon)
        assert [record["term"] for record in stage.records()] == ["abate", "leave", "running"]
        (reject,) = stage.records("rejects")
        assert "is a form of 'abate' in line 1" in reject["candidate"]["problem"]


def test_what_stands_beside_a_word_chooses_its_sense(
    tmp_path: Path, shared_lexicon: Lexicon
) -> None:
    text = (
        "bank\tthe side of a river\nbank\ta financial institution\nbank\tland beside a river\n"
        "object (v.)\t\nto give sth up\t\nabate to become less\t\nnovel idea\t\n"
    )
    stage = choose(tmp_path, shared_lexicon, path=write(tmp_path / "list.txt", text))
    assert [(r["term"], r["pos"]) for r in stage.records()] == [
        ("bank", "noun"), ("bank", "noun"), ("object", "verb"), ("give up", "verb"),
        ("abate", "verb"),
    ]  # fmt: skip
    assert "sloping land" in stage.records()[0]["definition"]
    assert stage.records()[0]["meaning"] == "the side of a river"
    assert stage.records()[4]["meaning"] == "to become less"
    assert problems(stage) == {
        3: "'bank' in the same sense as 'bank' in line 1",
        7: "a phrase of 2 words that no dictionary has; 'novel' is known: write its meaning after "
        "a tab",
    }


def test_two_spellings_are_one_word(tmp_path: Path, shared_lexicon: Lexicon) -> None:
    text = "colour\ncolor\ncafé\ncafe\n"
    stage = choose(tmp_path, shared_lexicon, path=write(tmp_path / "list.txt", text))
    assert terms(stage) == ["colour", "café"]
    assert problems(stage) == {
        2: "'color' is another spelling of 'colour' in line 1",
        4: "'cafe' is another spelling of 'café' in line 3",
    }
