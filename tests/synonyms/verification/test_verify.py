from __future__ import annotations

import json
from pathlib import Path

import pytest

from malmoi.core.errors import SourceError
from malmoi.core.files import to_line
from malmoi.synonyms.sources.candidates import Direction, Evidence, Pair
from malmoi.synonyms.sources.evidence import Sources
from malmoi.synonyms.sources.packaged import Packaged
from malmoi.synonyms.sources.related_terms import TermRelations
from malmoi.synonyms.verification import calibration, labelled_pairs
from malmoi.synonyms.verification.verify import (
    SynonymVerifier,
    VerdictRecord,
    contradicted,
    direction_of,
    trial_evidence,
)
from malmoi.teachers import Request
from tests.helpers.scripted_teacher import ScriptedTeacher, asked_of
from tests.helpers.toy_sources import Words, make_sources
from tests.helpers.typed_dicts import misfits

PAIRS = [Pair("행", "row"), Pair("행", "column"), Pair("의사", "doctor"), Pair("의사", "hospital")]


def judge(sources: Sources, knows: bool = True) -> ScriptedTeacher:
    """A chat teacher that knows the packages by heart, or says yes to everything."""
    true = {(p.korean, p.english) for p in sources.packaged.pairs}

    def answer(request: Request) -> str:
        question = asked_of(request)
        yes = not knows or any(f"'{ko}'" in question and f"'{en}'" in question for ko, en in true)
        return json.dumps({"verdict": "yes" if yes else "no"})

    return ScriptedTeacher(answer, identity=f"judge {knows}")


@pytest.fixture(scope="module")
def sources() -> Sources:
    return make_sources()


def opened(
    sources: Sources, teacher: ScriptedTeacher | None = None, saved: Path | None = None
) -> SynonymVerifier:
    return SynonymVerifier.calibrated(sources, teacher, saved, Words())  # type: ignore[arg-type]


def test_listed_pairs_are_accepted_and_their_neighbours_are_not(sources: Sources) -> None:
    verdicts = opened(sources).verify(PAIRS)
    assert [(v.korean, v.english) for v in verdicts] == [(p.korean, p.english) for p in PAIRS]
    assert [v.accepted for v in verdicts] == [True, False, True, False]
    assert all(0 <= v.probability <= 1 for v in verdicts)
    assert len({v.verifier for v in verdicts}) == 1


def test_a_verdict_shows_its_evidence_as_json(sources: Sources) -> None:
    (verdict,) = opened(sources).verify([Pair("행", "row")])
    record = json.loads(to_line(verdict.record()))
    assert misfits(record, VerdictRecord) == []
    assert record["accepted"] is True
    assert "packaged" in {e["source"] for e in record["evidence"]}


def test_what_a_pair_brings_is_kept_beside_what_is_found(sources: Sources) -> None:
    brought = (
        Evidence("parentheses", 1.0, "both", "행(row)을"),
        Evidence("packaged", 0.123, "ko→en", "stale"),
    )
    (verdict,) = opened(sources).verify([Pair("행", "row", brought)])
    assert brought[0] in verdict.evidence
    assert brought[1] not in verdict.evidence


def test_the_calibration_is_read_again_not_fitted(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "calibration.json"
    first = opened(sources, saved=path)
    monkeypatch.setattr(labelled_pairs, "choose", lambda *_: pytest.fail("fitted anew"))
    assert opened(sources, saved=path).calibration == first.calibration


def test_another_teacher_is_calibrated_anew(sources: Sources, tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    opened(sources, saved=path)
    teacher = judge(sources)
    assert opened(sources, teacher, path).calibration.teacher is not None
    assert len(teacher.asked) > 0


def test_a_broken_calibration_is_fitted_anew_and_named(
    sources: Sources, tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "calibration.json"
    path.write_text("{")
    opened(sources, saved=path)
    assert "no calibration" in logged.text
    assert calibration.Calibration.load(path).features


def test_a_teacher_that_says_yes_to_all_is_left_out_and_never_asked_again(
    sources: Sources, logged: pytest.LogCaptureFixture
) -> None:
    teacher = judge(sources, knows=False)
    verifier = opened(sources, teacher)
    assert "and is left out" in logged.text
    asked = len(teacher.asked)
    assert asked > 0
    verifier.verify(PAIRS)
    assert len(teacher.asked) == asked
    assert verifier.teacher is None


def test_a_teacher_that_knows_is_kept_and_asked(
    sources: Sources, logged: pytest.LogCaptureFixture
) -> None:
    teacher = judge(sources)
    verifier = opened(sources, teacher)
    assert "and is asked" in logged.text
    asked = len(teacher.asked)
    verdicts = verifier.verify(PAIRS)
    assert len(teacher.asked) == asked + 3 * len(PAIRS)
    assert [v.accepted for v in verdicts] == [True, False, True, False]
    assert "teacher" in verdicts[0].verifier


def test_a_teacher_is_tried_on_as_many_labelled_pairs_as_are_wanted(sources: Sources) -> None:
    relations = TermRelations(sources.korean, sources.english, Words())  # type: ignore[arg-type]
    chosen = labelled_pairs.choose(
        sources.packaged.pairs, sources.korean, relations, sources.bitext
    )
    evidence: list[tuple[Evidence, ...]] = [() for _ in chosen]
    tried, judged = trial_evidence(chosen, evidence, judge(sources), 20)
    assert len(tried) == len(judged) == 20
    assert [c for c in chosen if c in tried] == tried
    told = {e.value for labelled, (e,) in zip(tried, judged, strict=True) if labelled.true}
    assert told == {1.0}, "each has the verdict on itself"


def test_without_packaged_pairs_there_is_nothing_to_calibrate_on() -> None:
    empty = Sources(Packaged(()), make_sources().bitext)
    with pytest.raises(SourceError, match="too few to calibrate"):
        opened(empty)


@pytest.mark.parametrize(
    ("there", "back", "direction"),
    [
        (0.5, 0.5, "both"),
        (0.5, 0.05, "ko=>en"),
        (0.05, 0.5, "en=>ko"),
        (0.05, 0.05, "both"),
        (0.5, 0.0, "both"),
    ],
)
def test_direction(there: float, back: float, direction: str) -> None:
    evidence = [Evidence("packaged", there, "ko→en"), Evidence("alignment", back, "en→ko")]
    assert direction_of(evidence) == direction


def _said(best: float, support: float, listed: float) -> list[Evidence]:
    ways: tuple[Direction, ...] = ("ko→en", "en→ko")
    return [
        *(Evidence("alignment best", best, way) for way in ways),
        Evidence("alignment support", support, "both"),
        *(Evidence("packaged", listed, way) for way in ways),
    ]


def test_what_the_text_never_says_is_contradicted_where_it_would_have_to() -> None:
    assert contradicted(_said(0.0, 0.99, 0.06))
    assert not contradicted(_said(0.0, 0.99, 0.5))  # a package's main meaning stands
    assert not contradicted(_said(0.3, 0.99, 0.06))  # the text says it, now and then
    assert not contradicted(_said(0.0, 0.5, 0.06))  # too few segments to say
    assert not contradicted([])  # no text at all
