"""Made-up results of a run, as large as a real one, to test the report and to look at it."""

from __future__ import annotations

import random
from typing import Any

SYSTEMS = {
    "BM25 (kiwi)": ("baseline", 0.610, 0.231, "BM25 over kiwi's content morphemes, one field"),
    "BM25F (kiwi; title and text, weights tuned on the development split)": (
        "baseline", 0.672, 0.244, "BM25 with a title field; b, k1 and field weight tuned"),
    "e5 dense": ("baseline", 0.555, 0.315, "multilingual-e5-small, the beginning of the page"),
    "RRF of BM25F and e5": ("baseline", 0.694, 0.329, "reciprocal rank fusion, k = 60"),
    "lexical v0": ("baseline", 0.700, 0.352, "the same vocabulary, IDF only, untrained"),
    "v1": ("ours", 0.708, 0.401, "trained on titles and headings, nothing of the teacher's"),
    "v2": ("ours", 0.724, 0.561, "the same steps, with the teacher's queries and glossary"),
    "v2 with parallel text": ("ours", 0.722, 0.672, "as v2, with aligned segments of train pages"),
    "v2 without its neural part": ("ablation", 0.704, 0.523, ""),
    "v2 without the glossary": ("ablation", 0.721, 0.436, "queries alone"),
    "v2 without the Korean queries": ("ablation", 0.725, 0.558, ""),
    "v2 without the English queries": ("ablation", 0.723, 0.530, ""),
}  # fmt: skip
METRICS = ("nDCG@10", "MRR@10", "Recall@10", "Recall@100", "hit@1")
PAIRS = [
    ("v2", "v1"),
    ("v2", "BM25F (kiwi; title and text, weights tuned on the development split)"),
    ("v2", "v2 without its neural part"),
    ("v2", "v2 without the glossary"),
    ("v2", "v2 without the Korean queries"),
]
HOSTILE = '<script>alert("x")</script>\x00\x1b[31m\u202e\ud800&\'"</pre></style>'


def made_up() -> dict[str, Any]:
    """Results with twelve systems, two trainings, ten examples and hostile text."""
    draw = random.Random(13)
    comparison: dict[str, Any] = {
        "settings": {"level": 0.95},
        "queries": {"en": 978, "ko": 870},
        "pages": {"en": 341, "ko": 352},
        "scores": {"en": {}, "ko": {}},
        "comparisons": [],
    }
    for name, (_, korean, english, _) in SYSTEMS.items():
        for language, head in (("ko", korean), ("en", english)):
            comparison["scores"][language][name] = {
                metric: {
                    "mean": head + shift,
                    "low": head + shift - 0.021,
                    "high": head + shift + 0.019,
                }
                for metric, shift in zip(METRICS, (0, -0.03, 0.09, 0.2, -0.14), strict=True)
            }
    for language, column in (("en", 2), ("ko", 1)):
        for a, b in PAIRS:
            difference = SYSTEMS[a][column] - SYSTEMS[b][column]
            gain = difference > 0.012
            comparison["comparisons"].append(
                {"language": language, "metric": "nDCG@10", "a": a, "b": b}
                | {"difference": difference, "low": difference - 0.012, "high": difference + 0.011}
                | {"p": 0.0001 if gain else 0.4, "p_holm": 0.0006 if gain else 1.0}
                | {"verdict": "gain" if gain else "no gain"}
            )
    return {
        "name": "korean-search",
        "title": "Korean help pages: what a small teacher taught a sparse encoder",
        "malmoi": "0.1.0",
        "recipe": {
            "name": "korean-search", "seed": 13,
            "corpus": {"kind": "libreoffice", "limit": 0, "parallel": False},
            "queries": {"kinds": {"english": 2, "keywords": 1}, "min_yield": 0.1},
        },
        "seconds": {"corpus": 21.3, "vocabulary": 34.0, "queries": 2411.0, "filters": 96.2,
                    "glossary": 331.0, "negatives": 44.9, "train v1": 1205.2, "train v2": 1289.8,
                    "evaluate": 71.4},
        "memory": {"corpus": 310_000_000, "glossary": 0, "train v2": 2_150_000_000},
        "corpus": {"documents": 1212, "passages": 4310, "queries": {"ko": 2904, "en": 3261},
                   "licence": "MPL-2.0", "split": {"dev": 121, "test": 364}, "pool": {}},
        "verdicts": [
            "With the teacher's glossary and queries the encoder finds English queries' Korean "
            "pages far better: nDCG@10 .561 instead of .401.",
            "For Korean queries the gain over v1 is .016, and over BM25F .052.",
            "The teacher's Korean queries added nothing that we could measure, so the default "
            "leaves them out.",
        ],
        "comparison": comparison,
        "systems": {
            name: {
                "description": description, "group": group,
                "document_dimensions": None if "e5" in name or "BM25" in name else
                {"mean": 163.4, "p5": 52, "p50": 150, "p95": 371, "zero": 2 if name == "v1" else 0},
                "query_dimensions": None if "e5" in name or "BM25" in name else
                {"mean": 3.4, "p5": 1, "p50": 3, "p95": 7, "zero": 0},
                "flops": None if "e5" in name else draw.uniform(0.4, 1.6),
                "index_bytes": 5_100_000 if group != "baseline" else None,
            }
            for name, (group, _, _, description) in SYSTEMS.items()
        },
        "teacher": teacher(),
        "synonyms": synonyms(),
        "training": {
            name: [
                {"step": step, "loss": 3.2 * 0.995**step * faster + draw.uniform(0.2, 0.5)}
                | ({"document_dimensions": 420 - step * 0.6 + draw.uniform(0, 15),
                    "dev_ko": 0.69 + top * step / 400, "dev_en": 0.33 + 6 * top * step / 400}
                   if step % 50 == 0 else {})
                for step in range(0, 401)
            ]
            for name, faster, top in (("v1", 1.0, 0.012), ("v2", 0.9, 0.037))
        },
        "examples": [example(number) for number in range(10)],
    }  # fmt: skip


def synonyms() -> dict[str, Any]:
    pair = {"korean": "행", "english": "row", "probability": 0.97, "direction": "both"}
    test = {"language": "en", "metric": "nDCG@10", "a": "v2 + synonyms", "b": "v2"}
    found = {"difference": 0.104, "low": 0.074, "high": 0.14, "p": 0.0002, "p_holm": 0.0004}
    found["verdict"] = "gain"
    return {
        "candidates": 12_104,
        "accepted": 8_857,
        "teacher": "No teacher was asked for verdicts.",
        "verifier": {
            "canaries": 4_210,
            "true": 999,
            "log_loss": 0.179,
            "f1": [0.8475, 0.8287, 0.866],
            "precision": [0.9867, 0.9774, 0.9947],
            "recall": [0.7427, 0.7147, 0.7708],
            "false_related": [0.0036, 0.0018, 0.0062],
        },
        "coverage": {"ko": [2_410, 4_000], "en": [1_203, 3_008]},
        "examples": [pair | {"sources": "packaged, alignment", "contradicted": False}],
        "rejected": [
            pair
            | {"english": HOSTILE, "probability": 0.61, "sources": "glossary"}
            | {"contradicted": False},
            pair | {"english": "order", "sources": "packaged", "contradicted": True},
        ],
        "effect": {
            "comparison": {
                "settings": {"level": 0.95},
                "queries": {"en": 978},
                "pages": {"en": 341},
                "scores": {"en": {}},
                "comparisons": [test | found],
            },
        },
    }


def teacher() -> dict[str, Any]:
    kinds = {"english": (2424, 1391), "keywords": (1212, 803), "question": (1212, 512),
             "mixed": (1212, 430)}  # fmt: skip
    filters = [("length", 6060, 312), ("script", 5748, 804),
               ("copied from the document", 4944, 390),
               ("near-duplicate", 4554, 610), ("round trip", 3944, 808)]  # fmt: skip
    return {
        "identity": "gemma-3-270m Q4_K_M, embedded",
        "tokens_in": 4_120_311, "tokens_out": 133_120, "cost": 0, "seconds": 2411.0,
        "queries": {
            "written": 6060, "kept": 3136,
            "kinds": {kind: {"written": w, "kept": k} for kind, (w, k) in kinds.items()},
            "filters": [
                {"name": name, "seen": seen, "dropped": dropped, "examples": [
                    {"text": "이 문서에서 설명하는 내용은?", "reason": "in 14 documents"},
                    {"text": HOSTILE, "reason": "no Hangul in a Korean query"},
                ]} for name, seen, dropped in filters
            ],
            "kept_examples": [
                {"kind": "english", "document": "차트 축 편집", "text": "edit chart axis scale"},
                {"kind": "keywords", "document": "셀 서식 지정", "text": "셀 서식 통화 기호"},
                {"kind": "mixed", "document": "PDF로 내보내기", "text": "PDF 내보내기 암호 설정"},
                {"kind": "question", "document": "머리글", "text": "첫 페이지에만 넣으려면?"},
            ] * 2,
            "judged": judged(),
        },
        "glossary": {"terms": 1679, "translated": 1530, "examples": [
            {"term": term, "english": english} for term, english in (
                ("제곱", [["square", 0.8], ["power", 0.2]]), ("글꼴", [["font", 1.0]]),
                ("머리글", [["header", 0.6], ["heading", 0.4]]),
                ("행", [["row", 0.8], ["line", 0.2]]),
                ("조건부서식", [["conditional formatting", 1.0]]),
                ("피벗테이블", [["pivot table", 1.0]]),
                ("레이", [["train", 0.4], ["radio", 0.4], ["ray", 0.2]]),
                (HOSTILE, [[HOSTILE, 0.2]]),
            )]},
    }  # fmt: skip


def judged() -> dict[str, Any]:
    rows = [
        {"name": name, "group": group, "language": language, "texts": 900, "compared": compared,
         "bleu": figure, "rouge_l": figure, "chrf": figure, "self_bleu": 0.3, "distinct_1": 0.3,
         "distinct_2": 0.8, "new_words": 0.15, "words": 3.1}
        for name, group, language, compared, figure in (
            ("keywords", "teacher", "ko", 254, 0.418), (HOSTILE, "teacher", "en", 0, None),
            ("people, another query of the document", "people", "ko", 488, 0.491),
        )
    ]  # fmt: skip
    ranks = [
        {"name": "keywords", "queries": 900, "dense_first": 0.5, "dense_found": 0.8,
         "lexical_first": 0.6, "lexical_found": 0.9, "mrr": 0.7},
        {"name": "english", "queries": 400, "dense_first": 0.3, "dense_found": 0.5,
         "lexical_first": None, "lexical_found": None, "mrr": 0.4},
    ]  # fmt: skip
    return {"missing": "", "rows": rows, "ranks": ranks}


def example(number: int) -> dict[str, Any]:
    if number % 2:
        query, language = "conditional formatting; applying to cells", "en"
        weights = [["conditional", 4.1], ["formatting", 3.0], ["cell", 1.9], ["apply", 1.4]]
    else:
        query, language = "조건부 서식; 셀에 적용", "ko"
        weights = [["조건부", 4.4], ["서식", 2.7], ["셀", 1.8], ["적용", 1.2]]
    before = [["조건부", 2.4], ["서식", 2.1], ["셀", 1.5], ["스타일", 1.1], ["적용", 0.9],
              ["범위", 0.8], ["규칙", 0.7], ["대화상자", 0.4]]  # fmt: skip
    new = [["conditional", 1.7], ["formatting", 1.5], ["cell", 1.0], ["style", 0.6], ["rule", 0.5]]
    documents = [
        {"title": "조건부 서식 적용", "relevant": True, "before": before, "after": before + new},
        {"title": "Supercalifragilisticexpialidocious" * 3 + " 셀 보호", "relevant": False,
         "before": before[2:], "after": [] if number == 3 else before[3:] + new[:2]},
    ]  # fmt: skip
    return {"query": query, "language": language, "weights": weights, "documents": documents}
