"""Counted bitexts in a file, so that text is read and aligned once: NumPy's .npz, no pickle.

bitext = counted(segments, folder)   # from the folder where it is there, else counted and kept
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from malmoi.core.files import stable_hash, write_atomically
from malmoi.corpora.corpus import Segment
from malmoi.synonyms.sources.aligned import (
    ITERATIONS,
    MAX_SEGMENT_WORDS,
    MIN_LINK,
    VERSION,
    Bitext,
    Side,
)


def counted(segments: Sequence[Segment], folder: Path | None, version: int = VERSION) -> Bitext:
    """`Bitext.from_segments`, kept in `folder` (None: nowhere); a damaged file is made again."""
    if folder is None:
        return Bitext.from_segments(segments)
    settings = version, MIN_LINK, MAX_SEGMENT_WORDS, ITERATIONS
    name = stable_hash([*settings, [(s.korean, s.english) for s in segments]])
    path = folder / f"bitext-{name}.npz"
    try:
        return _read(path, segments)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        bitext = Bitext.from_segments(segments)
        write_atomically(path, _bytes(bitext))
        return bitext


def _bytes(bitext: Bitext) -> bytes:
    cells = sorted(bitext.aligned)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        korean=_text(bitext.korean.index),
        korean_starts=bitext.korean.starts,
        korean_segments=bitext.korean.segments,
        english=_text(bitext.english.index),
        english_starts=bitext.english.starts,
        english_segments=bitext.english.segments,
        kept=np.array(bitext.kept, np.int64),
        cells=np.array(
            [(*cell, bitext.aligned[cell], bitext.example[cell]) for cell in cells], np.int64
        ).reshape(-1, 4),
    )
    return buffer.getvalue()


def _text(index: dict[str, int]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer("\n".join(index).encode(), np.uint8)


def _read(path: Path, segments: Sequence[Segment]) -> Bitext:
    with np.load(path) as file:
        sides = []
        for language in ("korean", "english"):
            text = file[language].tobytes().decode()
            terms = text.split("\n") if text else []
            index = {term: number for number, term in enumerate(terms)}
            sides.append(Side(index, file[f"{language}_starts"], file[f"{language}_segments"]))
        rows = file["cells"].tolist()
        return Bitext.from_counts(
            sides[0],
            sides[1],
            {(k, e): count for k, e, count, _ in rows},
            {(k, e): example for k, e, _, example in rows},
            segments,
            file["kept"].tolist(),
        )
