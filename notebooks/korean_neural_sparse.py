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
# # Korean neural sparse search, from pages to a checked encoder
#
# A learned-sparse encoder turns a document into weights of words: of those that stand in it, of
# their translations, and of words that fit. It is searched by an inverted index, and a query needs
# a tokenizer and a table, no network. This notebook makes one for Korean pages that are asked for
# in Korean and in English, and measures what each part adds.
#
# It is small on purpose: sixty short pages and a teacher of 270M parameters, some minutes on two
# cores, without a key, a GPU or a model hub. The figures at the end show how one measures, not
# how good the method is; for those, see `docs/experiments.md`. Each section says what to change
# for a GPU or a paid teacher.
#
# It opens in Jupyter, and runs as a script (`python notebooks/korean_neural_sparse.py`). What it
# writes goes into the folder `korean-neural-sparse`, pictures too.

# %% [markdown]
# ## 1. Environment
#
# Malmoi prints nothing by itself: `table` and `picture` show what it returns, in Jupyter and as a
# script. The pictures are SVG, drawn as Malmoi's reports draw theirs.
#
# *With a GPU:* install the build of torch for your CUDA; nothing below changes.

# %%
from __future__ import annotations

import builtins
import json
import platform
import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path

import torch

import malmoi
from malmoi.models.machine import cores
from malmoi.models.memory import GIB, available_memory
from malmoi.reports.notebook import Picture, Table, bars
from malmoi.reports.plots import lines

WORK = Path("korean-neural-sparse")
WORK.mkdir(exist_ok=True)
warnings.filterwarnings("ignore", message="IProgress not found")
show = getattr(builtins, "display", print)


def table(head, rows):
    """Show a table."""
    show(Table(head, rows))


def picture(name, chart):
    """Keep a chart as a file, and show it."""
    show(Picture(chart).save(WORK / f"{name}.svg"))


table(
    ["what", "here"],
    [
        ["Malmoi", malmoi.__version__],
        ["Python", platform.python_version()],
        ["torch", torch.__version__],
        ["GPU", torch.cuda.get_device_name() if torch.cuda.is_available() else "none"],
        ["processor cores", cores()],
        ["free memory", f"{available_memory() / GIB:.1f} GiB"],
    ],
)

# %% [markdown]
# ## 2. Data
#
# The corpus is LibreOffice's Korean help, which Malmoi fetches as two Debian packages. People wrote
# index entries for each page, in Korean and in English: those are our queries. We take sixty of the
# shorter pages.
#
# Half of the pages are **held out**: their queries are for the last section alone. The others'
# queries (development) may choose between states of a model. The split hangs on a page's id, so a
# corpus that grows moves no page to the other side.
#
# *Your own:* `malmoi.Corpus.load("docs.jsonl")` with `id`, `title` and `text`; drop the selection
# of short pages, which only saves time.

# %%
from malmoi.corpora.readers.beir import write_beir
from malmoi.corpora.splits import free_segments, held_out

HELD_OUT = 0.5
everything = malmoi.Corpus.load("libreoffice-help")
short = sorted(d.id for d in everything.documents if 25 <= len(d.text.split()) <= 70)
corpus = everything.only(short[:: len(short) // 60][:60])
development, test = held_out(corpus, HELD_OUT)
# Aligned text of pages that are held out is never learned from.
corpus = replace(corpus, segments=free_segments(corpus, HELD_OUT))
for split, asked in (("dev", development), ("test", test)):
    ids = {query.id for query in asked}
    judged = {name: judgements for name, judgements in corpus.qrels.items() if name in ids}
    write_beir(replace(corpus, qrels=judged), WORK / "beir", split)

print(everything)
counts = [(len(asked), Counter(query.language for query in asked)) for asked in (development, test)]
table(
    ["split", "queries", "Korean", "English"],
    [
        [name, size, by["ko"], by["en"]]
        for name, (size, by) in zip(("development", "held out"), counts, strict=True)
    ],
)
page = next(d for d in corpus.documents if d.id == next(iter(corpus.qrels[development[0].id])))
print(page.title, "\n", page.text[:200])
print([q.text for q in corpus.queries if page.id in corpus.qrels[q.id]])

# %% [markdown]
# ## 3. Tokenizer and IDF
#
# Korean glues particles and endings to words (행 + 을, 삽입 + 하는): whitespace finds little.
# Malmoi lets the analyser kiwi read the corpus once, and makes one `tokenizer.json` of the words
# that it finds; searching needs no kiwi. A query's word weighs its IDF: the fewer documents hold
# it, the more. Particles and endings weigh nothing, and a word that the corpus doesn't have is told
# apart.
#
# *With a GPU or a larger corpus:* nothing; this takes seconds for a thousand pages.

# %%
lexical = malmoi.Encoder.fit(corpus, config=malmoi.EncoderConfig(neural=False))
asking = lexical.search_encoder
for text in ("문서에 새로운 표를 삽입하는 방법", "셀을 보호하려면 어떻게 하나요?", "양자역학"):
    analysed = asking.analyse(text)
    print(text, "→", {token: round(weight, 2) for token, weight in analysed.weights.items()})
    print("  ", "; ".join(analysed.notes()) or "all words are known")

vectors = lexical.encode_documents([d.full_text for d in corpus.documents])
frequency = Counter(vectors.indices.tolist())
by_token = asking.dimensions(asking.weights)
curve = sorted({(frequency[i], weight) for i, weight in by_token.items() if frequency[i]})
mean = {df: sum(w for f, w in curve if f == df) / sum(f == df for f, _ in curve) for df, _ in curve}
picture(
    "idf",
    lines(
        {"mean weight": sorted(mean.items())},
        "The more documents hold a word, the less it weighs",
        "documents that hold it",
        "weight in queries",
    ),
)

# %% [markdown]
# ## 4. Trend weights
#
# Where documents have dates, a word that rises may weigh more: in the latest fifth of them its
# share is compared with that of the earlier ones. The help pages have no dates, so here are twelve
# notices of a town hall. 충전 (charging) comes up in the last ones and gains; 주차 (parking) was
# always there and stays.
#
# *For your corpus:* `date_field` names the field, `EncoderConfig(trend_boost=…)` switches it on;
# it is off by default, since old documents are asked for as well.

# %%
NOTICES = [
    "주차 요금을 안내합니다", "주차 구역을 다시 정합니다", "도서관 휴관을 알립니다",
    "주차 등록을 받습니다", "수영장 강좌를 모집합니다", "도서관 강좌를 엽니다",
    "주차 단속을 시작합니다", "공원 공사를 합니다", "수영장 청소를 합니다",
    "주차 요금을 내립니다", "전기차 충전 구역을 만듭니다", "충전 요금과 주차 안내입니다",
]  # fmt: skip
dated = WORK / "notices.jsonl"
notices = [
    {"id": f"n{n}", "title": text, "text": text, "date": f"2026-{n + 1:02}-01"}
    for n, text in enumerate(NOTICES)
]
dated.write_text("\n".join(json.dumps(n, ensure_ascii=False) for n in notices), encoding="utf-8")
town = malmoi.Corpus.load(dated, date_field="date")
plain, boosted = (
    malmoi.Encoder.fit(town, config=malmoi.EncoderConfig(neural=False, trend_boost=boost))
    for boost in (0.0, 1.0)
)
table(
    ["word", "weight", "with trend"],
    [
        [
            word,
            f"{sum(plain.search_encoder.encode(word).values()):.2f}",
            f"{sum(boosted.search_encoder.encode(word).values()):.2f}",
        ]
        for word in ("충전", "주차", "도서관", "수영장")
    ],
)

# %% [markdown]
# ## 5. Bilingual synonyms
#
# English queries meet Korean pages by translations: a Korean word in a page makes its English ones
# active. Two sources need no teacher: the corpus's **aligned text** (the same paragraph in both
# languages), and **vectors** of words, whose nearest ones in the other language are candidates. All
# that is said of a word competes, and each pair keeps who said so.
#
# *With a better multilingual model:* `DictionaryConfig(vectors_model="…")`. Most corpora have no
# aligned text; below, the encoders do without it and it serves as evidence alone.

# %%
from malmoi.encoder.dictionary import aligned_source, corpus_vocabulary, merge_sources
from malmoi.models.dense import word_encoder

texts = [d.full_text for d in corpus.documents]
vocabulary = corpus_vocabulary(texts, [s.english for s in corpus.segments], 3000)
aligned = aligned_source(corpus.segments, vocabulary, texts)
dictionary = merge_sources([aligned], vocabulary, word_encoder(""))
rows = sorted(dictionary.rows(vocabulary), key=lambda row: -row["share"])
print(f"{len(rows)} pairs; by source: {dictionary.counts()}")
table(
    ["Korean", "English (share)", "said by"],
    [
        [
            word,
            ", ".join(f"{r['english']} ({r['share']:.2f})" for r in rows if r["korean"] == word),
            ", ".join(sorted({name for r in rows if r["korean"] == word for name in r["sources"]})),
        ]
        for word in ("문서", "행", "인쇄", "그림", "확대")
        if any(r["korean"] == word for r in rows)
    ],
)

# %% [markdown]
# ## 6. Negatives
#
# The network learns from pairs that every corpus has: a title or heading, and its page. What it
# should tell apart from that page are **hard negatives**: pages that BM25F or a dense model ranks
# high for the query. One that the dense model finds as near as the page itself may well be
# relevant, and is left out.
#
# *With a GPU:* a larger dense model (`dense_model="BAAI/bge-m3"` in `Encoder.fit`) mines better.

# %%
from malmoi.encoder.pairs import distinct, own_pairs, with_negatives
from malmoi.retrieval.bm25 import BM25F, analyse
from malmoi.retrieval.passages import DensePassages

words = BM25F(analyse((d.id, d.title, d.text) for d in corpus.documents))
passages = DensePassages(corpus.documents, 80, "", WORK / "embeddings")
own = distinct(own_pairs(corpus.documents, False), corpus.query_texts)
few = malmoi.TrainingConfig(num_negatives=4)
mined = list(with_negatives(own, few, words.search, passages))
titles = {d.id: d.title for d in corpus.documents}
print(f"{len(own)} pairs, {sum(len(pair['negatives']) for pair in mined)} negatives")
example = max(mined, key=lambda pair: (len(pair["negatives"]), len(pair["query"])))
print("query:", example["query"])
names = [example["document"], *example["negatives"]]
picture(
    "negatives",
    bars(
        "Cosine of the query with its page (first) and with negatives",
        [(titles[i], score) for i, score in zip(names, example["scores"], strict=True)],
    ),
)

# %% [markdown]
# ## 7. Model
#
# A document's vector has two parts. The **lexical** part weighs its words as BM25 does, titles and
# first words more, and adds translations. The **neural** part reads the document in windows with a
# frozen multilingual-e5-small, and a head gives each word of the vocabulary an activation. It
# raises words that are there and adds a few that are not. Queries have a table of weights, nothing
# more, so they are encoded in microseconds.
#
# Without development queries nobody can tell whether training helps; then the head stays as it
# begins, fitted to the corpus's sentences. That is the encoder of this section.
#
# *With a GPU:* `EncoderConfig(unfreeze_layers=2)` trains the body's last layers, too.

# %%
from malmoi.encoder.building import document_encoder

config = malmoi.EncoderConfig(max_windows=2)
begun = malmoi.Encoder.fit(corpus, config=config)
document_side = document_encoder(begun.model)


def sizes(module):
    """Numbers of a module: all, and those that are trained."""
    counts = [(p.numel(), p.requires_grad) for p in module.parameters()]
    return sum(n for n, _ in counts), sum(n for n, trained in counts if trained)


query_side = begun.model[0].sub_modules["query"][0]
table(
    ["part", "numbers", "trained"],
    [
        [name, *(f"{n:,}" for n in sizes(module))]
        for name, module in (
            ("queries: weights of words", query_side),
            ("documents: body", document_side.body),
            ("documents: all", document_side),
        )
    ],
)

# %% [markdown]
# ## 8. Losses
#
# Three things are asked of a batch, here of eight titles and their pages, before any training:
#
# - **contrastive** (InfoNCE): a query scores its own page above all others of the batch;
# - **distillation**: the scores are spread as the lexical scores with the dense model's opinion on
#   top are (Kullback–Leibler divergence). It weighs most;
# - **FLOPS**: words that the network makes active in many documents at once cost, so that vectors
#   stay sparse. A fourth part asks the same of common words.
#
# *With a GPU:* `TrainingConfig(batch_size=256)` gives the first two more to compare with.

# %%
from malmoi.encoder.losses import distillation, flops, info_nce

own_titles = [pair for pair in own if pair["kind"] == "title"][:8]
asked, ids = [p["query"] for p in own_titles], [p["document"] for p in own_titles]
by_id = {d.id: d.full_text for d in corpus.documents}
queries = begun.encode_queries(asked)
with_network = begun.encode_documents([by_id[i] for i in ids])
without = lexical.encode_documents([by_id[i] for i in ids])
embedded = passages.encoder().embed_queries(asked)
near = passages.similarities(embedded, [d.id for d in corpus.documents])
here = passages.similarities(embedded, ids)
opinion = (here - near.mean(1, keepdims=True)) / near.std(1, keepdims=True)
scores = torch.tensor((queries @ with_network.T).toarray())
targets = torch.tensor((queries @ without.T).toarray() + 2 * opinion)
positive, allowed = torch.arange(len(ids)), torch.ones(len(ids), len(ids), dtype=torch.bool)
added = torch.tensor((with_network - without).toarray())
table(
    ["part", "value", "weight by default"],
    [
        ["contrastive", f"{info_nce(scores * 0.3, positive, allowed):.4f}", 0.1],
        ["distillation", f"{distillation(scores, targets, 2.0):.4f}", 1.0],
        ["FLOPS of the neural part", f"{flops(added):.4f}", 0.001],
    ],
)

# %% [markdown]
# ## 9. Training
#
# `v1` learns from titles and headings alone. Every ten steps it is measured on development queries,
# and the best state is kept: that of step 0 where training makes nothing better. The body is
# frozen, so that what it reads is computed once and a step takes milliseconds. By default a network
# that shows no gain on development queries is left out; with so few of them nothing could be shown,
# so we keep it to look at (`require_gain=False`).
#
# On sixty pages the development queries gain nothing by training: titles are words of the pages
# themselves, which the lexical part already finds. So v1 is kept as it began. What the network adds
# on a larger corpus is in the README.
#
# *With a GPU:* leave `steps` at its default of 300 and `max_windows` at 8.

# %%
training = malmoi.TrainingConfig(
    steps=60,
    evaluate_every=10,
    log_every=5,
    batch_size=16,
    head_learning_rate=0.0005,
    query_learning_rate=0.001,
    require_gain=False,
)
v1 = malmoi.Encoder.fit(
    corpus, config=config, training=training, development=development, folder=WORK / "fit-v1"
)
v1.save(WORK / "v1")


def history(folder):
    """The lines that a training has written: its figures by step."""
    return [json.loads(line) for line in (folder / "training" / "metrics.jsonl").open()]


def points(records, name):
    """(step, value) of one figure."""
    return [(record["step"], record[name]) for record in records if name in record]


log = history(WORK / "fit-v1")
parts = ("contrastive", "distillation", "flops", "idf_penalty")
picture("loss", lines({p: points(log, p) for p in parts}, "Parts of the loss", "step", "weighted"))
picture(
    "development",
    lines(
        {"Korean queries": points(log, "dev_ko"), "English queries": points(log, "dev_en")},
        "Development queries while v1 learns",
        "step",
        "nDCG@10",
    ),
)

# %% [markdown]
# ## 10. Encoding
#
# A vector is a row of a sparse matrix. The picture has the heaviest words of one page; the table
# says how many dimensions are active, with and without the network, and how many a query has.
#
# *For a large corpus:* `malmoi.Index.build` encodes in batches; for a cluster see
# `docs/cluster.md`.

# %%
from malmoi.text.unicode import readable

tokenizer = document_encoder(v1.model).lexical.tokenizer
encoded = v1.encode_documents([d.full_text for d in corpus.documents])
row = encoded[[d.id for d in corpus.documents].index(page.id)]
heaviest = sorted(zip(row.data.tolist(), row.indices.tolist(), strict=True), reverse=True)[:12]
picture(
    "encoding",
    bars(
        f"Heaviest words of {page.title}",
        [(readable(tokenizer.id_to_token(i)), w) for w, i in heaviest],
    ),
)
asked = v1.encode_queries([query.text for query in development])
table(
    ["vectors", "active dimensions"],
    [
        ["documents, lexical part", f"{vectors.nnz / vectors.shape[0]:.1f}"],
        ["documents, v1", f"{encoded.nnz / encoded.shape[0]:.1f}"],
        ["queries", f"{asked.nnz / asked.shape[0]:.1f}"],
        ["of", encoded.shape[1]],
    ],
)

# %% [markdown]
# ## 11. Retrieval
#
# An index is a folder; searching it takes neither torch nor the model. Each result says which
# words matched and what each added, so that a ranking can be read. So far English finds what stands
# on a page in Latin letters, names of functions and menus; nothing has told v1 what Korean words
# mean. The second query is the English one that matches least.
#
# *For more:* `malmoi.Index.build(…, dense="e5+use")` keeps vectors of passages beside the words.

# %%
index = malmoi.Index.build(WORK / "index", v1, corpus)
korean = next(query for query in development if query.language == "ko" and " " in query.text)
english = min(
    (query for query in development if query.language == "en"),
    key=lambda query: sum(result.score for result in index.search(query.text, k=1)),
)
for query in (korean, english):
    print(f"\n{query.text}  (right: {[titles[i] for i in corpus.qrels[query.id]]})")
    table(
        ["rank", "score", "page", "matches"],
        [
            [
                result.rank,
                f"{result.score:.2f}",
                result.title,
                ", ".join(f"{m.token} {m.contribution:.2f}" for m in result.matches[:4]),
            ]
            for result in index.search(query.text, k=3)
        ],
    )

# %% [markdown]
# ## 12. OpenSearch export
#
# In OpenSearch a document's vector is a field `rank_features`, token by token, beside the text for
# BM25; a query is a `neural_sparse` clause with its tokens and weights, so that the cluster needs
# no model. Here is what would be sent, as files. A finished run does all of it with one command,
# and compares the cluster with the embedded index: `malmoi opensearch push runs/NAME`.
#
# *For a cluster:* set `OPENSEARCH_URL`; `malmoi opensearch check` says what it has and lacks.

# %%
from malmoi.retrieval.opensearch.check import Capabilities
from malmoi.retrieval.opensearch.mapping import Ranges, index_body
from malmoi.retrieval.opensearch.queries import Question, body
from malmoi.retrieval.opensearch.source import SourceDocument, fields

cluster = Capabilities(
    "3.6.0", rank_features=True, nori=True, neural=True, sparse_vector=True, ml=True, nodes=1
)
ranges = Ranges.over(float(encoded.data.max()), float(asked.data.max()))
mapping = index_body(cluster, ranges, len(corpus.documents), vector=False)
tokens = [tokenizer.id_to_token(i) for i in range(encoded.shape[1])]
bulk = []
for document, vector in zip(corpus.documents, encoded, strict=True):
    weights = dict(zip(vector.indices.tolist(), vector.data.tolist(), strict=True))
    source = SourceDocument(document.id, document.title, document.text, weights)
    bulk += [{"index": {"_id": document.id}}, fields(source, tokens, vector=False)]
(WORK / "mapping.json").write_text(json.dumps(mapping, ensure_ascii=False), encoding="utf-8")
(WORK / "bulk.ndjson").write_text(
    "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in bulk), encoding="utf-8"
)
print(json.dumps(mapping["mappings"]["properties"], indent=1)[:400])
question = Question.of(korean.text, v1.search_encoder)
print(json.dumps(body(question, "neural_sparse", 10)["query"], ensure_ascii=False))
print(f"{len(bulk) // 2} documents, {(WORK / 'bulk.ndjson').stat().st_size / 1024:.0f} KiB")

# %% [markdown]
# ## 13. Loading a teacher
#
# A teacher is a large language model that writes. Before weights are loaded, Malmoi adds up what
# they need (weights, keys and values of all sequences at once, working space) and compares it with
# what is free: better an error that says what to do than a machine that swaps or kills.
#
# *With a GPU:* `malmoi.open_teacher("gpt-oss-20b")` or any model of the hub. *A paid one:*
# `malmoi.open_teacher(url="https://…/v1", model="…", api_key_env="MY_KEY", money_budget=5)`, which
# stops at the budget. `malmoi teachers` lists those that are known.

# %%
from transformers import Gemma3TextConfig

from malmoi.models.memory import check_fits, need_of

SHAPES = {  # parameters, layers, key-value heads, size of a head
    "Gemma 3 270M": (0.27e9, 18, 1, 256),
    "Gemma 3 4B": (4.3e9, 34, 4, 256),
    "Gemma 3 27B": (27.4e9, 62, 16, 128),
}
rows, refused = [], ""
for name, (parameters, layers, heads, size) in SHAPES.items():
    shape = Gemma3TextConfig(
        num_hidden_layers=layers,
        num_key_value_heads=heads,
        head_dim=size,
        num_attention_heads=heads,
    )
    need = need_of(shape, int(parameters * 2), context=1024, batch=32)
    rows.append(
        [name, f"{need.weights / GIB:.1f}", f"{need.cache / GIB:.1f}", f"{need.total / GIB:.1f}"]
    )
    try:
        check_fits(name, need, available_memory(), "memory", batch=32, context=1024)
    except malmoi.MalmoiError as error:
        refused = str(error)
table(["model, 16 bits", "weights, GiB", "cache, GiB", "together, GiB"], rows)
print(refused or "all of them would fit here")

teacher = malmoi.open_teacher("gemma-3-270m", cache=WORK / "teacher.sqlite")
print(teacher.identity)

# %% [markdown]
# ## 14. Writing and checking queries
#
# For each page the teacher writes a query in English and Korean keywords. A small teacher writes a
# lot of nonsense, so nothing is believed: filters drop chatter, copies, the wrong script and empty
# words, and what is left must **find its own page again** among the first three of all pages (of
# ten by default, in a larger corpus). Every reject keeps its
# reason. The teacher also writes a glossary of the corpus's own terms.
#
# *With a paid teacher:* more samples and more kinds (`QueriesSection(kinds={"english": 3,
# "question": 2, "mixed": 1})`), and all terms (`max_terms=0`); `malmoi run … --dry-run` says
# beforehand what it costs at most.

# %%
from malmoi.recipe import QueriesSection
from malmoi.synthesis import filters
from malmoi.synthesis.queries import load_prompts, parse, plan
from malmoi.synthesis.roundtrip import round_trip

asking = QueriesSection(kinds={"english": 1, "keywords": 1}, max_passages=1, round_trip_k=3)
prompts = load_prompts(asking)
asks = plan(corpus.documents, asking, teacher.chat, 80, prompts)
written, rejects = [], []
for ask, reply in zip(asks, teacher.write([ask.request for ask in asks]), strict=True):
    parsed = parse(ask, reply)
    if isinstance(parsed, list):
        written += parsed
    else:
        rejects.append(parsed)
context = filters.make_context(written, corpus.documents, asking, prompts)
passed, dropped, _ = filters.apply(written, context)
kept, lost, _ = round_trip(passed, passages.search, words.search, asking, "ko")
rejects += [*dropped, *lost]
print(f"{len(asks)} asked, {len(kept)} kept")
reasons = Counter(reject.reason for reject in rejects)
picture("rejects", bars("Rejected queries by reason", reasons.most_common()))
table(
    ["page", "query", "verdict"],
    [
        *([titles[c.document], c.text, "kept"] for c in kept[:3]),
        *([titles[c.document], c.text, "kept"] for c in kept[-2:]),
        *(
            [titles[r.candidate["document"]], r.candidate.get("text", ""), r.reason]
            for r in rejects[-3:]
        ),
    ],
)
glossary = malmoi.write_glossary(
    corpus, teacher, subject="office software", max_terms=100, samples=2
)
teacher.close()
print(f"{len(glossary)} terms, {len(glossary.rejects)} replies rejected")

# %% [markdown]
# ## 15. Verifying synonyms
#
# What the teacher says of a term is a candidate, no more. The verifier looks for evidence it did
# not write (packaged dictionaries, aligned text, sound, nearness) and makes one calibrated
# probability of it, fitted on pairs whose answer is known (F1 is cross-validated, each pair being
# kept from the source that it was taken from). A pair that is related but different
# (행 is a row, no column) is what it must refuse.
#
# *With a paid teacher:* `SynonymVerifier.open(corpus, teacher)` tries it as a judge, and keeps it
# only where that helps.

# %%
verifier = malmoi.SynonymVerifier.open(corpus=corpus)
figures = verifier.calibration.figures
f1, low, high = figures.f1
print(f"calibrated on {figures.canaries} labelled pairs: F1 {f1:.3f} [{low:.3f}, {high:.3f}]")
pairs = [(record["term"], word) for record in glossary for word in record["english"]]
verdicts = verifier.verify([("행", "row"), ("행", "column"), *pairs])
accepted = {(v.korean, v.english) for v in verdicts[2:] if v.accepted}
print(f"{len(accepted)} of {len(pairs)} pairs of the glossary accepted")
ranked = sorted(verdicts[2:], key=lambda v: -v.probability)
table(
    ["Korean", "English", "probability", "accepted"],
    [
        [v.korean, v.english, f"{v.probability:.3f}", v.accepted]
        for v in [*verdicts[:2], *ranked[:4], *ranked[-4:]]
    ],
)

# %% [markdown]
# ## 16. Retraining
#
# `v2` is v1 with what was learned of words: a dictionary of vectors in which the accepted pairs
# of the glossary speak as well. Everything else is as before: same pages, steps and seed, so that
# the difference is the words. The teacher's queries are checked, not trained on: on the larger
# corpus that adds nothing that can be shown (`docs/experiments.md`).
#
# The picture says where the gain comes from: the words are in the pages from step 0 on.
#
# *With a GPU:* as in section 9, and leave `common_words` (English words that a query may have) at
# its default of 20,000. A recipe's run adds packaged dictionaries and all ablations.

# %%
verified = malmoi.Glossary(
    tuple(
        {**record, "english": kept_words}
        for record in glossary
        if (
            kept_words := {
                word: share
                for word, share in record["english"].items()
                if (record["term"], word) in accepted
            }
        )
    )
)
v2 = malmoi.Encoder.fit(
    corpus,
    translations=[verified],
    config=config,
    training=training,
    dictionary=malmoi.DictionaryConfig(common_words=3000),
    development=development,
    folder=WORK / "fit-v2",
)
v2.save(WORK / "v2")
picture(
    "curves",
    lines(
        {name: points(history(WORK / f"fit-{name}"), "dev_en") for name in ("v1", "v2")},
        "English development queries: with the words, and without",
        "step",
        "nDCG@10",
    ),
)

# %% [markdown]
# ## 17. Comparison
#
# Held-out queries, which nothing above has seen. Means come with 95 % intervals, resampled by
# page; differences are taken query by query. Sixty pages are easy in Korean, where hardly anything
# is left to gain. In English the words lift nDCG@10 from .60 to .90, and the interval of the
# difference lies above 0. The verdict asks for more: a permutation test by page, corrected for the
# number of tests, which so few pages can hardly pass. It says "no gain" wherever one of the two is
# missing; on 1,202 pages the same comparison is a gain (README).
#
# *With your own corpus:* `malmoi run my-recipe.toml` does all of this for v1, v2 and each part left
# out, and writes a report.

# %%
from malmoi.encoder.vectors import encoded
from malmoi.evaluation.compare import compare
from malmoi.retrieval.scores import search_matrix

names = [d.id for d in corpus.documents]
languages = {query.id: query.language for query in test}


def ranking(encoder):
    """The best pages of each held-out query."""
    documents = encoder.encode_documents([d.full_text for d in corpus.documents])
    # As an index encodes them: unknown words are corrected where it is clear what is meant.
    asked = encoded([query.text for query in test], encoder.search_encoder, documents.shape[1])
    found = search_matrix(asked, documents, names, 100)
    return {query.id: hits for query, hits in zip(test, found, strict=True)}


for name in ("v1", "v2"):
    results = malmoi.evaluate(WORK / name, beir=WORK / "beir", baselines=("bm25f",))
    print(
        name,
        {
            k: round(v[name]["nDCG@10"]["mean"], 3)
            for k, v in results["comparison"]["scores"].items()
        },
    )
systems = {"lexical": lexical, "as it begins": begun, "v1": v1, "v2": v2}
runs = {"BM25F": words.run([(query.id, query.text) for query in test], 100)}
runs |= {name: ranking(encoder) for name, encoder in systems.items()}
compared = compare(runs, corpus.qrels, languages, [("v1", "BM25F"), ("v2", "v1")])


def spoken(figure, sign=""):
    """A mean with its interval."""
    mean = figure["mean"] if "mean" in figure else figure["difference"]
    return f"{mean:{sign}.3f} [{figure['low']:{sign}.3f}, {figure['high']:{sign}.3f}]"


table(
    ["nDCG@10", "Korean queries", "English queries"],
    [
        [name, *(spoken(compared["scores"][lang][name]["nDCG@10"]) for lang in ("ko", "en"))]
        for name in runs
    ],
)
table(
    ["difference", "queries", "nDCG@10", "verdict"],
    [
        [f"{c['a']} − {c['b']}", c["language"], spoken(c, "+"), c["verdict"]]
        for c in compared["comparisons"]
    ],
)
picture(
    "comparison",
    bars(
        "nDCG@10 on held-out English queries",
        [(name, compared["scores"]["en"][name]["nDCG@10"]["mean"]) for name in runs],
    ),
)

# %% [markdown]
# Two kinds of examples: English queries that v2 answers and v1 doesn't, with the page that it
# finds, and queries that both miss. The second kind says what to do next.


# %%
def place(run, query):
    """The rank of the first right page, 0 where there is none."""
    found = [name for name, _ in runs[run][query.id]]
    return next((n for n, name in enumerate(found, 1) if name in corpus.qrels[query.id]), 0)


def right(query):
    """The titles of a query's pages."""
    return ", ".join(titles[i] for i in corpus.qrels[query.id] if i in titles)


asked = [query for query in test if query.language == "en"]
gained = [query for query in asked if place("v2", query) == 1 and place("v1", query) != 1]
missed = [query for query in test if not 0 < place("v2", query) <= 10]
table(
    ["query", "page", "v1's rank", "v2's rank"],
    [
        [query.text, right(query), place("v1", query) or "–", place("v2", query) or "–"]
        for query in (*gained[:5], *missed[:3])
    ],
)
