"""What evidence is worth together: a logistic model fitted on pairs whose answer is known.

    calibration = fit(evidence, labels, related, names)
    calibration.probability(evidence_of_a_pair)   # 0 to 1
    calibration.save(path); Calibration.load(path)

Every source and direction that speaks of the labelled pairs gives four features: whether it says
anything, whether what it says is above 0, whether it is 1, and the square root of the value (a
share of 1/4 is more than a quarter of the certainty of 1). Alignment that was often looked for and
not found speaks against a pair: support × (1 − best) is a feature of its own. Features are
standardised; the weights are those of an L2-regularised logistic regression (scikit-learn), C
chosen by cross-validation on log loss. What is saved is JSON numbers.

The threshold is set on cross-validated probabilities: the one with the best F1 among those that let
at most `MAX_FALSE` of the related but different pairs through.

A teacher's evidence is kept only where the labelled pairs show that it helps: see `try_teacher`.

Pairs that no package lists are judged by trees with a threshold of their own, fitted on pairs that
were labelled by hand (`Calibration.unlisted`); initials aren't, of which vectors know nothing.
Vectors and known partners (`JUDGING`) speak there alone: packages make labelled pairs that are
false only where no dictionary hints at the contrary, on which what hints would seem infallible.
The probability that a pair has without the trees is one of their features (`UNJUDGED`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from malmoi.core.errors import SourceError
from malmoi.core.files import stable_share, write_atomically
from malmoi.evaluation.classification import auc, f1, resampled
from malmoi.synonyms.sources import pivots, vectors
from malmoi.synonyms.sources.candidates import Evidence
from malmoi.synonyms.verification.trees import Trees, grow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[Any]
    """One number, truth value or row number a pair."""

TEACHER = "teacher"
"""Sources of a teacher's evidence begin with this."""
MAX_FALSE = 0.005
"""Largest share of related but different pairs over the threshold. What people think of is five
times as hard: with it 2 to 4 % of such pairs in tests/data/synonyms/dev.tsv are accepted."""
MAX_FALSE_UNLISTED = 0.004
"""The same for `Calibration.unlisted`, among pairs that people thought of."""
LISTING = "packaged"
"""The source that lists pairs: one it gives a value above 0 is listed."""
INITIALS = "initials"
"""The source that speaks of initials."""
JUDGING = (*vectors.NAMES, *pivots.NAMES)
"""Sources that judge what nobody has written down."""
UNJUDGED = "unjudged"
"""Source of the probability that a pair has without them."""
WEIGHED = (*JUDGING, UNJUDGED, "neighbours", "neighbours rank", "transliteration")
"""Sources that the trees weigh. With packages and alignment among them the hand-labelled pairs are
told as well as without, and others worse."""
FOLDS = 5
PENALTIES = (0.01, 0.03, 0.1)
"""Values of C. Weaker penalties fit the labelled pairs better and everything else worse."""
TRIAL_PENALTIES = (*PENALTIES, 0.3, 1.0, 3.0)
"""For trying a teacher: where the penalty binds, evidence that is said twice counts for more, and a
teacher that repeats what is known would seem to help."""
RESAMPLES = 1000
MIN_AUC = 0.6
"""A teacher whose AUC's interval reaches below this can't tell the labelled pairs apart."""
MIN_GAIN = 0.002
"""Log loss (nats a pair) that a teacher must surely save to be asked."""
VERSION = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """Cross-validated figures on the labelled pairs (`canaries`, as saved files call them); each
    share with its 95 % bootstrap interval."""

    canaries: int
    true: int
    f1: tuple[float, float, float]
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]
    false_related: tuple[float, float, float]
    """Share of the related but different pairs that are accepted: value, low, high."""
    log_loss: float


@dataclass(frozen=True, slots=True)
class TeacherTest:
    """Whether a teacher can judge, on so many labelled pairs (`canaries`).

    `auc` is that of its own evidence between true and related pairs, `gain` the cross-validated
    log loss saved by it (nats a pair); each value, low, high.
    """

    identity: str
    canaries: int
    auc: tuple[float, float, float]
    gain: tuple[float, float, float]
    kept: bool

    def sentence(self) -> str:
        """What a user is told."""
        auc, gain = (
            f"{v:.3f} [{low:.3f}, {high:.3f}]".replace("-", "−")
            for v, low, high in (self.auc, self.gain)
        )
        if self.kept:
            outcome = "is asked"
        elif self.auc[1] < MIN_AUC:
            outcome = "is left out, since it can't tell"
        elif self.gain[1] <= 0:
            outcome = "is left out, since it isn't shown to add anything to the other evidence"
        else:
            outcome = "is left out, since it adds too little to the other evidence"
        return (
            f"The teacher was tried on {self.canaries} labelled pairs and {outcome}: between true "
            f"and related ones its verdicts have an AUC of {auc}, and where they are added {gain} "
            "nats of cross-validated log loss a pair are saved."
        )


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of standardised features, and the threshold of acceptance.

    `features` are names ("packaged ko→en known"); `weights`, `means` and `scales` go with them.
    `unlisted` is that of pairs which no package lists; None: they are treated as all others. One
    with `trees` has no weights.
    """

    features: tuple[str, ...]
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    intercept: float
    threshold: float
    figures: Figures
    teacher: TeacherTest | None = None
    identity: str = ""
    notes: tuple[str, ...] = field(default=())
    trees: Trees | None = None
    unlisted: Calibration | None = None

    def probability(self, evidence: Sequence[Evidence]) -> float:
        """That a pair is true, 0 to 1, if true ones are as frequent as among the labelled."""
        return self.probabilities([evidence])[0]

    def probabilities(self, evidence: Sequence[Sequence[Evidence]]) -> list[float]:
        """`probability` of each."""
        found = self._probabilities(evidence)
        if self.unlisted is not None:
            places = [place for place, row in enumerate(evidence) if not looks_up(row)]
            rows = [_with_unjudged(evidence[place], found[place]) for place in places]
            for place, judged in zip(places, self.unlisted.probabilities(rows), strict=True):
                found[place] = judged
        return found

    def accepts(self, evidence: Sequence[Evidence], probability: float) -> bool:
        """Whether the probability is over the threshold of pairs like this one."""
        if self.unlisted is not None and not looks_up(evidence):
            return self.unlisted.accepts(evidence, probability)
        return probability >= self.threshold

    def _probabilities(self, evidence: Sequence[Sequence[Evidence]]) -> list[float]:
        if not evidence:
            return []
        table = np.array([_row(e, self.features) for e in evidence])
        if self.trees is not None:
            return [float(p) for p in _sigmoid(self.trees.logits(table))]
        scaled = (table - np.array(self.means)) / np.array(self.scales)
        logits = scaled @ np.array(self.weights) + self.intercept
        return [float(p) for p in _sigmoid(logits)]

    @property
    def asks_teacher(self) -> bool:
        """Whether a teacher's verdicts take part."""
        return self.teacher is not None and self.teacher.kept

    def save(self, path: Path) -> None:
        """Write as JSON."""
        data = {"version": VERSION, **asdict(self)}
        write_atomically(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read what `save` wrote.

        Raises:
            SourceError: the file is missing, or is of another version or kind.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data.pop("version") != VERSION:
                raise ValueError(f"expected version {VERSION}")
            return cls._read(data)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceError(
                f"{path} is no calibration ({error!r}): delete it, and it is fitted anew"
            ) from error

    @classmethod
    def _read(cls, data: dict[str, Any]) -> Calibration:
        figures = Figures(**{k: _tuples(v) for k, v in data.pop("figures").items()})
        test, unlisted = data.pop("teacher"), data.pop("unlisted", None)
        teacher = TeacherTest(**{k: _tuples(v) for k, v in test.items()}) if test else None
        other = cls._read(unlisted) if unlisted else None
        numbers = data.pop("trees", None)
        trees = Trees(**{k: _tuples(v) for k, v in numbers.items()}) if numbers else None
        rest = {key: _tuples(value) for key, value in data.items()}
        return cls(**rest, figures=figures, teacher=teacher, trees=trees, unlisted=other)


def looks_up(evidence: Sequence[Evidence]) -> bool:
    """Whether a pair is one to be looked up: a package lists it, or its English term is initials,
    of which vectors know nothing."""
    return any((e.source == LISTING and e.value > 0) or e.source == INITIALS for e in evidence)


def _with_unjudged(evidence: Sequence[Evidence], probability: float) -> list[Evidence]:
    return [*evidence, Evidence(UNJUDGED, round(probability, 4), "both")]


def fit(
    evidence: Sequence[Sequence[Evidence]],
    labels: Sequence[bool],
    related: Sequence[bool],
    names: Sequence[str],
    teacher: TeacherTest | None = None,
    identity: str = "",
) -> Calibration:
    """Fit on labelled pairs.

    Args:
        evidence: of each labelled pair; the sources of a teacher begin with `TEACHER`.
        labels: whether it is true.
        related: whether it is related but different (such a one is not true).
        names: a text of each, which decides its fold; pairs of one Korean term should share it.
        teacher: how a teacher did; its evidence is used if it is kept.
        identity: of all that the evidence depends on.

    Raises:
        ValueError: fewer than `FOLDS` labelled pairs, or all of one label.
    """
    truth, kin = np.array(labels, bool), np.array(related, bool)
    if len(truth) < FOLDS or truth.all() or not truth.any():
        raise ValueError(f"{len(truth)} labelled pairs, {truth.sum()} of them true: can't fit")
    folds = _folds(names)
    used = evidence if teacher is not None and teacher.kept else _without_teacher(evidence)
    features = feature_names(used)
    table = np.array([_row(row, features) for row in used])
    penalty, held_out = _cross_validate(table, truth, folds)
    threshold = best_threshold(held_out, truth, kin)
    model, means, scales = _fit_once(table, truth, penalty)
    return Calibration(
        features,
        tuple(map(float, model.coef_[0])),
        tuple(map(float, means)),
        tuple(map(float, scales)),
        float(model.intercept_[0]),
        threshold,
        measure(held_out, truth, kin, threshold),
        teacher,
        identity,
    )


def fit_unlisted(
    listed: Calibration,
    evidence: Sequence[Sequence[Evidence]],
    labels: Sequence[bool],
    related: Sequence[bool],
    names: Sequence[str],
) -> Calibration:
    """The calibration with trees for pairs that no package lists; without, where too few of the
    labelled pairs are such.

    Args:
        listed: the calibration of listed pairs.
        evidence, labels, related, names: as in `fit`; those that a package lists are left out.
    """
    kept = [place for place, row in enumerate(evidence) if not looks_up(row)]
    truth, kin = (np.array([flags[place] for place in kept], bool) for flags in (labels, related))
    folds = _folds([names[place] for place in kept])
    if len(kept) < FOLDS or truth.all() or not truth.any():
        return listed
    rows = [evidence[place] for place in kept]
    unjudged = replace(listed, unlisted=None).probabilities(rows)
    said = [
        [e for e in _with_unjudged(row, p) if e.source in WEIGHED]
        for row, p in zip(rows, unjudged, strict=True)
    ]
    features = feature_names(said)
    table = np.array([_row(row, features) for row in said])
    held_out = np.full(len(truth), truth.mean())
    for fold in range(FOLDS):
        test = folds == fold
        if test.any() and len(set(truth[~test].tolist())) == 2:
            held_out[test] = _sigmoid(grow(table[~test], truth[~test]).logits(table[test]))
    threshold = best_threshold(held_out, truth, kin, MAX_FALSE_UNLISTED)
    figures = measure(held_out, truth, kin, threshold)
    trees = grow(table, truth)
    return replace(
        listed, unlisted=Calibration(features, (), (), (), 0.0, threshold, figures, trees=trees)
    )


def try_teacher(
    evidence: Sequence[Sequence[Evidence]],
    labels: Sequence[bool],
    related: Sequence[bool],
    names: Sequence[str],
    identity: str,
) -> TeacherTest:
    """How a teacher does on labelled pairs.

    Kept where its own AUC between true and related pairs is surely over `MIN_AUC`, and the
    cross-validated log loss is surely lower with it by `MIN_GAIN` (95 % bootstrap intervals).

    Args:
        evidence, labels, related, names: of the labelled pairs, as in `fit`.
        identity: the teacher's.
    """
    truth, kin, folds = np.array(labels, bool), np.array(related, bool), _folds(names)
    only = [[e for e in row if e.source.startswith(TEACHER)] for row in evidence]
    scores = _held_out(only, truth, folds)
    auc = _bootstrap(lambda rows: _auc(scores[rows], truth[rows]), np.flatnonzero(truth | kin))
    without = _losses(_held_out(_without_teacher(evidence), truth, folds), truth)
    saved = without - _losses(_held_out(evidence, truth, folds), truth)
    gain = _bootstrap(lambda rows: float(saved[rows].mean()), np.arange(len(truth)))
    kept = auc[1] >= MIN_AUC and gain[1] > MIN_GAIN
    return TeacherTest(identity, len(truth), auc, gain, kept)


def _folds(names: Sequence[str]) -> Vector:
    return np.array([int(stable_share(name, "fold") * FOLDS) for name in names])


def _without_teacher(evidence: Sequence[Sequence[Evidence]]) -> list[list[Evidence]]:
    return [[e for e in row if not e.source.startswith(TEACHER)] for row in evidence]


def feature_names(evidence: Sequence[Sequence[Evidence]]) -> tuple[str, ...]:
    """The features of everything that speaks anywhere in `evidence`, in a fixed order."""
    seen = sorted({f"{e.source} {e.direction}" for row in evidence for e in row})
    names = [f"{name} {kind}" for name in seen for kind in ("known", "some", "full", "root")]
    if "alignment support both" in seen:
        names += [f"alignment missed {way}" for way in ("ko→en", "en→ko")]
    return tuple(names)


def _row(evidence: Sequence[Evidence], features: Sequence[str]) -> list[float]:
    values: dict[str, float] = {}
    for e in evidence:
        name = f"{e.source} {e.direction}"
        values[name] = max(values.get(name, 0.0), e.value)
    row: dict[str, float] = {}
    for name, value in values.items():
        row[f"{name} known"] = 1.0
        row[f"{name} some"] = float(value > 0)
        row[f"{name} full"] = float(value >= 1)
        row[f"{name} root"] = math.sqrt(max(value, 0.0))
    support = values.get("alignment support both", 0.0)
    for way in ("ko→en", "en→ko"):
        row[f"alignment missed {way}"] = support * (1 - values.get(f"alignment best {way}", 0.0))
    return [row.get(name, 0.0) for name in features]


def _fit_once(table: Vector, truth: Vector, penalty: float) -> tuple[Any, Vector, Vector]:
    from sklearn.linear_model import LogisticRegression

    means, scales = table.mean(axis=0), table.std(axis=0)
    scales = np.where(scales > 1e-9, scales, 1.0)
    model: Any = LogisticRegression(C=penalty, max_iter=2000, random_state=0)
    return model.fit((table - means) / scales, truth), means, scales


def _cross_validate(
    table: Vector, truth: Vector, folds: Vector, penalties: Sequence[float] = PENALTIES
) -> tuple[float, Vector]:
    """The penalty with the least held-out log loss, and its held-out probabilities."""
    best: tuple[float, float, Vector] | None = None
    for penalty in penalties:
        held_out = _predict_folds(table, truth, folds, penalty)
        loss = float(_losses(held_out, truth).mean())
        if best is None or loss < best[0]:
            best = loss, penalty, held_out
    assert best is not None
    return best[1], best[2]


def _held_out(evidence: Sequence[Sequence[Evidence]], truth: Vector, folds: Vector) -> Vector:
    features = feature_names(evidence)
    if not features:  # a teacher none of whose replies could be read
        return np.full(len(truth), truth.mean())
    table = np.array([_row(row, features) for row in evidence])
    return _cross_validate(table, truth, folds, TRIAL_PENALTIES)[1]


def _predict_folds(table: Vector, truth: Vector, folds: Vector, penalty: float) -> Vector:
    out = np.full(len(truth), truth.mean())
    for fold in range(FOLDS):
        test = folds == fold
        if not test.any() or len(set(truth[~test].tolist())) < 2:
            continue
        model, means, scales = _fit_once(table[~test], truth[~test], penalty)
        out[test] = model.predict_proba((table[test] - means) / scales)[:, 1]
    return out


def best_threshold(
    probabilities: Vector, truth: Vector, related: Vector, max_false: float = MAX_FALSE
) -> float:
    """The threshold with the best F1 among those that accept at most `max_false` of the related.

    Between two neighbouring probabilities the middle is taken.

    Args:
        probabilities, truth, related: as in `measure`.
        max_false: largest share of the related ones over the threshold.
    """
    levels = np.unique(probabilities)[::-1]
    best, best_f1 = float(levels[0]), -1.0
    for place, level in enumerate(levels):
        accepted = probabilities >= level
        if related.any() and accepted[related].mean() > max_false:
            break
        f1 = _f1(accepted, truth)
        if f1 > best_f1:
            below = levels[place + 1] if place + 1 < len(levels) else level
            best, best_f1 = float((level + below) / 2), f1
    return best


def measure(probabilities: Vector, truth: Vector, related: Vector, threshold: float) -> Figures:
    """Figures of accepting what has at least a certain probability.

    Args:
        probabilities: (n,) of the labelled pairs, each from a model that hasn't seen it.
        truth, related: (n,) whether each is true, or related but different.
        threshold: the probability from which on a pair is accepted.
    """
    accepted = probabilities >= threshold
    rows = np.arange(len(truth))

    def share(flags: Vector, among: Vector) -> tuple[float, float, float]:
        chosen = np.flatnonzero(among)
        return (
            _bootstrap(lambda r: float(flags[r].mean()), chosen) if len(chosen) else (0.0, 0.0, 0.0)
        )

    return Figures(
        len(truth),
        int(truth.sum()),
        _bootstrap(lambda r: _f1(accepted[r], truth[r]), rows),
        share(truth, accepted),
        share(accepted, truth),
        share(accepted, related),
        float(_losses(probabilities, truth).mean()),
    )


def _bootstrap(statistic: Any, rows: Vector) -> tuple[float, float, float]:
    """(value, 2.5 %, 97.5 %) of a statistic of rows, resampled with a fixed seed."""
    found = resampled(statistic, rows, RESAMPLES, seed=0)
    return round(found.mean, 4), round(found.low, 4), round(found.high, 4)


def _f1(accepted: Vector, truth: Vector) -> float:
    return f1(int((accepted & truth).sum()), int(accepted.sum()), int(truth.sum()))


def _auc(scores: Vector, truth: Vector) -> float:
    """Chance that a true one has the higher score; a half where a resample has one side only."""
    return auc(scores[truth], scores[~truth]) if truth.any() and not truth.all() else 0.5


def _losses(probabilities: Vector, truth: Vector) -> Vector:
    kept = np.clip(probabilities, 1e-6, 1 - 1e-6)
    losses: Vector = -np.where(truth, np.log(kept), np.log(1 - kept))
    return losses


def _sigmoid(x: Vector) -> Vector:
    squashed: Vector = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
    return squashed


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
