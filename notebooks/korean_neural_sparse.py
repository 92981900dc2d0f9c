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
# A learned-sparse encoder turns a document into weights of words: its own, their translations, and
# words that fit. A query needs a tokenizer and a table, no network. This notebook makes one for
# Korean pages that are asked for in Korean and in English, and measures what each part adds.
#
# It is small on purpose: sixty pages and a teacher of 270M parameters, some minutes on two cores,
# without a key, a GPU or a model hub. Its figures show how one measures, not how good the method is
# (`docs/experiments.md`). It opens in Jupyter, and runs as a script.

# %% [markdown]
# ## 1. Environment
#
# *With a GPU:* install the build of torch for your CUDA. Each section says what else to change.

# %%
from __future__ import annotations

import json
import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path

import torch

import malmoi
from malmoi.models.memory import GIB, available_memory
from malmoi.reports import notebook
from malmoi.reports.notebook import bars, hits, points
from malmoi.reports.plots import lines

warnings.filterwarnings("ignore", message="IProgress not found")
WORK = Path("korean-neural-sparse")
page = notebook.Notebook(WORK)
show, table, picture = page.show, page.table, page.picture
show(notebook.environment({"free memory": f"{available_memory() / GIB:.1f} GiB"}))

# %% [markdown]
# ## 2. Data
#
# The corpus is LibreOffice's Korean help, which Malmoi fetches as two Debian packages. People wrote
# index entries for each page, in Korean and in English: our queries. We take sixty of the shorter
# pages. Half of them are **held out**: their queries are for the last section alone; the others'
# (development) may choose between states of a model. The split hangs on a page's id.
#
# *Your own:* `malmoi.Corpus.load("docs.jsonl")` with `id`, `title` and `text`, and no selection.

# %%
from malmoi.corpora.readers.beir import write_beir
from malmoi.corpora.splits import free_segments, held_out

print(everything := malmoi.Corpus.load("libreoffice-help"))
short = sorted(d.id for d in everything.documents if 25 <= len(d.text.split()) <= 70)
corpus = everything.only(short[:: len(short) // 60][:60])
development, test = held_out(corpus, 0.5)
# Aligned text of pages that are held out is never learned from.
corpus = replace(corpus, segments=free_segments(corpus, 0.5))
rows = []
for split, queries in (("dev", development), ("test", test)):
    qrels = {query.id: corpus.qrels[query.id] for query in queries}
    write_beir(replace(corpus, qrels=qrels), WORK / "beir", split)
    languages = Counter(query.language for query in queries)
    rows.append([split, len(queries), languages["ko"], languages["en"]])
table(["split", "queries", "Korean", "English"], rows)
texts = [d.full_text for d in corpus.documents]
titles = {d.id: d.title for d in corpus.documents}
first = next(d for d in corpus.documents if d.id in corpus.qrels[development[0].id])
print(first.text[:200], "\n", [q.text for q in corpus.queries if first.id in corpus.qrels[q.id]])

# %% [markdown]
# ## 3. Tokenizer and IDF
#
# Korean glues particles and endings to words (행 + 을, 삽입 + 하는): whitespace finds little.
# The analyser kiwi reads the corpus once, and what it finds becomes one `tokenizer.json`. A query's
# word weighs its IDF; particles and endings weigh nothing; words that the corpus lacks are named.
#
# *With a GPU or a larger corpus:* nothing; this takes seconds for a thousand pages.

# %%
lexical = malmoi.Encoder.fit(corpus, config=malmoi.EncoderConfig(neural=False))
asking = lexical.search_encoder
for text in ("문서에 새로운 표를 삽입하는 방법", "셀을 보호하려면 어떻게 하나요?", "양자역학"):
    analysed = asking.analyse(text)
    print(text, "→", {token: round(weight, 2) for token, weight in analysed.weights.items()})
    print("  ", "; ".join(analysed.notes()) or "all words are known")

vectors = lexical.encode_documents(texts)
frequency = Counter(vectors.indices.tolist())
by_token = asking.dimensions(asking.weights)
curve = sorted({(frequency[i], weight) for i, weight in by_token.items() if frequency[i]})
mean = {df: sum(w for f, w in curve if f == df) / sum(f == df for f, _ in curve) for df, _ in curve}
title = "The more documents hold a word, the less it weighs"
picture("idf", lines({"mean": sorted(mean.items())}, title, "documents with it", "query weight"))

# %% [markdown]
# ## 4. Trend weights
#
# Where documents have dates, a word that rises may weigh more: its share of the latest fifth of
# them is compared with that of the earlier ones. In these twelve notices of a town hall 충전
# (charging) comes up in the last ones and gains; 주차 (parking) was always there and stays.
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
(WORK / "notices.csv").write_text(
    "id,title,text,date\n"
    + "".join(f"n{n},{text},{text},2026-{n:02}-01\n" for n, text in enumerate(NOTICES, 1)),
    encoding="utf-8",
)
town = malmoi.Corpus.load(WORK / "notices.csv", date_field="date")
configs = [malmoi.EncoderConfig(neural=False, trend_boost=boost) for boost in (0.0, 1.0)]
fitted = [malmoi.Encoder.fit(town, config=each).search_encoder for each in configs]
rows = [
    [word, *(f"{sum(each.encode(word).values()):.2f}" for each in fitted)]
    for word in ("충전", "주차", "도서관", "수영장")
]
table(["word", "weight", "with trend"], rows)

# %% [markdown]
# ## 5. Bilingual synonyms
#
# A Korean word in a page makes its English ones active. Two sources of translations need no
# teacher: **aligned text** (the same paragraph in both languages; few corpora have it), and
# **vectors** of words, whose nearest ones are candidates. Each pair keeps who said so.
#
# *With a better multilingual model:* `DictionaryConfig(vectors_model="…")`.

# %%
from malmoi.encoder.dictionary import aligned_source, corpus_vocabulary, merge_sources
from malmoi.models.dense import word_encoder

vocabulary = corpus_vocabulary(texts, [s.english for s in corpus.segments], 3000)
aligned = aligned_source(corpus.segments, vocabulary, texts)
dictionary = merge_sources([aligned], vocabulary, word_encoder(""))
pairs = sorted(dictionary.rows(vocabulary), key=lambda pair: -pair["share"])
print(f"{len(pairs)} pairs; by source: {dictionary.counts()}")
show(notebook.translations(pairs, ["문서", "행", "인쇄", "그림", "확대"]))

# %% [markdown]
# ## 6. Negatives
#
# The network learns from a title or heading, its page, and **hard negatives**: pages that BM25F or
# a dense model ranks high. One that is as near as the page itself may be relevant, and is left out.
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
print(f"{len(own)} pairs, {sum(len(pair['negatives']) for pair in mined)} negatives")
example = max(mined, key=lambda pair: (len(pair["negatives"]), len(pair["query"])))
print("query:", example["query"])
names = [titles[i] for i in (example["document"], *example["negatives"])]
title = "Cosine of the query with its page (first) and with negatives"
picture("negatives", bars(title, list(zip(names, example["scores"], strict=True))))

# %% [markdown]
# ## 7. Model
#
# A document's vector has two parts. The **lexical** part weighs its words as BM25 does, titles and
# first words more, and adds translations. The **neural** part reads the document in windows with a
# frozen multilingual-e5-small, and a head gives each word of the vocabulary an activation: it
# raises words that are there and adds a few that are not. Queries have a table of weights. Without
# development queries, as here, the head stays as it begins, fitted to the corpus's sentences.
#
# *With a GPU:* `EncoderConfig(unfreeze_layers=2)` trains the body's last layers, too.

# %%
from malmoi.encoder.building import document_encoder, query_parameter

config = malmoi.EncoderConfig(max_windows=2)
begun = malmoi.Encoder.fit(corpus, config=config)
side = document_encoder(begun.model)
parts = {"documents: all": side.parameters(), "documents: body": side.body.parameters()}
show(notebook.sizes({"queries": [query_parameter(begun.model)], **parts}))

# %% [markdown]
# ## 8. Losses
#
# Three things are asked of a batch, here of eight titles and their pages:
# - **contrastive** (InfoNCE): a query scores its own page above all others of the batch;
# - **distillation**: scores are spread as the lexical ones with the dense model's opinion on top;
# - **FLOPS**: words that the network makes active in many documents cost, so that vectors stay
#   sparse. A fourth part asks the same of common words.
#
# *With a GPU:* `TrainingConfig(batch_size=256)` gives the first two more to compare with.

# %%
from malmoi.encoder.losses import distillation, flops, info_nce

batch = [pair for pair in own if pair["kind"] == "title"][:8]
asked, ids = [pair["query"] for pair in batch], [pair["document"] for pair in batch]
full = {d.id: d.full_text for d in corpus.documents}
queries = begun.encode_queries(asked)
with_network = begun.encode_documents([full[i] for i in ids])
without = lexical.encode_documents([full[i] for i in ids])
embedded = passages.encoder().embed_queries(asked)
near = passages.similarities(embedded, list(full))
opinion = passages.similarities(embedded, ids) - near.mean(1, keepdims=True)
opinion /= near.std(1, keepdims=True)
scores = torch.tensor((queries @ with_network.T).toarray())
targets = torch.tensor((queries @ without.T).toarray() + 2 * opinion)
positive, allowed = torch.arange(len(ids)), torch.ones(len(ids), len(ids), dtype=torch.bool)
added = torch.tensor((with_network - without).toarray())
rows = [
    ["contrastive", f"{info_nce(scores * 0.3, positive, allowed):.4f}", 0.1],
    ["distillation", f"{distillation(scores, targets, 2.0):.4f}", 1.0],
    ["FLOPS of the neural part", f"{flops(added):.4f}", 0.001],
]
table(["part", "value", "weight by default"], rows)

# %% [markdown]
# ## 9. Training
#
# `v1` learns from titles and headings alone. Every ten steps it is measured on development queries,
# and the best state is kept. Here that is step 0: titles are words of the pages themselves, which
# the lexical part already finds (what the network adds on a larger corpus is in the README). By
# default a network without a gain is left out; we keep it to look at (`require_gain=False`).
#
# *With a GPU:* leave `steps` at its default of 300 and `max_windows` at 8.

# %%
training = malmoi.TrainingConfig(
    steps=60, evaluate_every=10, log_every=5, batch_size=16, require_gain=False,
    head_learning_rate=0.0005, query_learning_rate=0.001,
)  # fmt: skip
fitting = {"config": config, "training": training, "development": development}
v1 = malmoi.Encoder.fit(corpus, **fitting, folder=WORK / "fit-v1")
v1.save(WORK / "v1")

log = notebook.training_log(WORK / "fit-v1")
parts = ("contrastive", "distillation", "flops", "idf_penalty")
picture("loss", lines({p: points(log, p) for p in parts}, "Parts of the loss", "step", "weighted"))
series = {"Korean queries": points(log, "dev_ko"), "English queries": points(log, "dev_en")}
title = "Development queries while v1 learns"
picture("development", lines(series, title, "step", "nDCG@10"))

# %% [markdown]
# ## 10. Encoding
#
# A vector is a row of a sparse matrix. The picture has the heaviest words of one page; the table
# says how many dimensions are active.
#
# *For a large corpus:* `malmoi.Index.build` encodes in batches; `docs/cluster.md` for a cluster.

# %%
from malmoi.text.unicode import readable

tokenizer = document_encoder(v1.model).lexical.tokenizer
tokens = [tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())]
encoded = v1.encode_documents(texts)
row = encoded[list(full).index(first.id)]
heaviest = sorted(zip(row.data.tolist(), row.indices.tolist(), strict=True), reverse=True)[:12]
title = f"Heaviest words of {first.title}"
picture("encoding", bars(title, [(readable(tokens[i]), weight) for weight, i in heaviest]))
asked = v1.encode_queries([query.text for query in development])
sets = {"documents, lexical part": vectors, "documents, v1": encoded, "queries": asked}
show(notebook.active_dimensions(sets))

# %% [markdown]
# ## 11. Retrieval
#
# Searching an index takes neither torch nor the model. So far English finds what stands on a page
# in Latin letters; nothing has told v1 what Korean words mean. The second query matches least.
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
    show(hits(index.search(query.text, k=3)))

# %% [markdown]
# ## 12. OpenSearch export
#
# A document's vector is a field `rank_features` beside the text for BM25; a query is a clause with
# tokens and weights: the cluster needs no model. `malmoi opensearch push runs/NAME` sends it all.
#
# *For a cluster:* set `OPENSEARCH_URL`; `malmoi opensearch check` says what it has and lacks.

# %%
from malmoi.retrieval.opensearch.check import Capabilities
from malmoi.retrieval.opensearch.mapping import Ranges, index_body
from malmoi.retrieval.opensearch.queries import Question, body
from malmoi.retrieval.opensearch.source import SourceDocument, fields

has = dict.fromkeys(("rank_features", "nori", "neural", "sparse_vector", "ml"), True)
cluster = Capabilities("3.6.0", **has, nodes=1)
ranges = Ranges.over(float(encoded.data.max()), float(asked.data.max()))
mapping = index_body(cluster, ranges, len(texts), vector=False)
(WORK / "mapping.json").write_text(json.dumps(mapping, ensure_ascii=False), encoding="utf-8")
with (WORK / "bulk.ndjson").open("w", encoding="utf-8") as bulk:
    for each, vector in zip(corpus.documents, encoded, strict=True):
        weights = dict(zip(vector.indices.tolist(), vector.data.tolist(), strict=True))
        source = SourceDocument(each.id, each.title, each.text, weights)
        for line in ({"index": {"_id": each.id}}, fields(source, tokens, vector=False)):
            bulk.write(json.dumps(line, ensure_ascii=False) + "\n")
print(json.dumps(mapping["mappings"]["properties"], indent=1)[:400])
asked_for = body(Question.of(korean.text, v1.search_encoder), "neural_sparse", 10)
print(json.dumps(asked_for["query"], ensure_ascii=False))
print(f"{len(texts)} documents, {(WORK / 'bulk.ndjson').stat().st_size / 1024:.0f} KiB")

# %% [markdown]
# ## 13. Loading a teacher
#
# A teacher is a large language model that writes. Before one is loaded, Malmoi adds up what it
# needs (weights, keys and values of all sequences, working space): better an error than swapping.
#
# *With a GPU:* `malmoi.open_teacher("gpt-oss-20b")` or any model of the hub. *A paid one:*
# `malmoi.open_teacher(url="https://…/v1", model="…", api_key_env="MY_KEY", money_budget=5)`.

# %%
from transformers import Gemma3TextConfig

from malmoi.models.memory import check_fits, need_of

rows, refused = [], "all of them would fit here"
for name, parameters, layers, heads, size in (  # heads: of keys and values, each of `size`
    ("Gemma 3 270M", 0.27e9, 18, 1, 256),
    ("Gemma 3 4B", 4.3e9, 34, 4, 256),
    ("Gemma 3 27B", 27.4e9, 62, 16, 128),
):
    shape = Gemma3TextConfig(num_hidden_layers=layers, num_key_value_heads=heads, head_dim=size)
    need = need_of(shape, int(parameters * 2), context=1024, batch=32)
    rows.append([name, *(f"{n / GIB:.1f}" for n in (need.weights, need.cache, need.total))])
    try:
        check_fits(name, need, available_memory(), "memory", batch=32, context=1024)
    except malmoi.MalmoiError as error:
        refused = str(error)
table(["model, 16 bits", "weights, GiB", "cache, GiB", "together, GiB"], rows)
print(refused)

teacher = malmoi.open_teacher("gemma-3-270m", cache=WORK / "teacher.sqlite")
print(teacher.identity)

# %% [markdown]
# ## 14. Writing and checking queries
#
# For each page the teacher writes a query in English and one of Korean keywords, and a glossary of
# the corpus's own terms. A small teacher writes a lot of nonsense, so nothing is believed: filters
# drop chatter, copies, the wrong script and empty words, and what is left must **find its own page
# again** among the first three of all pages. Every reject keeps its reason.
#
# *With a paid teacher:* more samples and kinds (`kinds={"english": 3, "question": 2}`), and all
# terms (`max_terms=0`); `malmoi run … --dry-run` says beforehand what it costs at most.

# %%
from malmoi.recipe import QueriesSection
from malmoi.synthesis import filters
from malmoi.synthesis.queries import load_prompts, parse, plan
from malmoi.synthesis.roundtrip import round_trip

section = QueriesSection(kinds={"english": 1, "keywords": 1}, max_passages=1, round_trip_k=3)
prompts = load_prompts(section)
asks = plan(corpus.documents, section, teacher.chat, 80, prompts)
replies = teacher.write([ask.request for ask in asks])
parsed = [parse(ask, reply) for ask, reply in zip(asks, replies, strict=True)]
written = [query for each in parsed if isinstance(each, list) for query in each]
context = filters.make_context(written, corpus.documents, section, prompts)
passed, dropped, _ = filters.apply(written, context)
kept, lost, _ = round_trip(passed, passages.search, words.search, section, "ko")
rejects = [*(each for each in parsed if not isinstance(each, list)), *dropped, *lost]
print(f"{len(asks)} asked, {len(kept)} kept")
reasons = Counter(reject.reason for reject in rejects)
picture("rejects", bars("Rejected queries by reason", reasons.most_common()))
rows = [[titles[query.document], query.text, "kept"] for query in (*kept[:3], *kept[-2:])]
for reject in rejects[-3:]:
    said = reject.candidate
    rows.append([titles[said["document"]], said.get("text", ""), reject.reason])
table(["page", "query", "verdict"], rows)
glossary = malmoi.write_glossary(corpus, teacher, "office software", max_terms=100, samples=2)
teacher.close()
print(f"{len(glossary)} terms, {len(glossary.rejects)} replies rejected")

# %% [markdown]
# ## 15. Verifying synonyms
#
# What the teacher says of a term is a candidate, no more. The verifier looks for evidence it did
# not write (packaged dictionaries, aligned text, sound, nearness) and makes one calibrated
# probability of it, fitted on pairs whose answer is known (F1 is cross-validated). A pair that is
# related but different (행 is a row, no column) is what it must refuse.
#
# *With a paid teacher:* `SynonymVerifier.open(corpus, teacher)` tries it as a judge, and keeps it
# only where that helps.

# %%
verifier = malmoi.SynonymVerifier.open(corpus=corpus)
figures = verifier.calibration.figures
f1, low, high = figures.f1
print(f"calibrated on {figures.canaries} labelled pairs: F1 {f1:.3f} [{low:.3f}, {high:.3f}]")
pairs = [(record["term"], word) for record in glossary for word in record["english"]]
verdicts = verifier.verify(pairs)
accepted = {(v.korean, v.english) for v in verdicts if v.accepted}
print(f"{len(accepted)} of {len(pairs)} pairs of the glossary accepted")
ranked = sorted(verdicts, key=lambda v: -v.probability)
chosen = [*verifier.verify([("행", "row"), ("행", "column")]), *ranked[:4], *ranked[-4:]]
rows = [[v.korean, v.english, f"{v.probability:.3f}", v.accepted] for v in chosen]
table(["Korean", "English", "probability", "accepted"], rows)

# %% [markdown]
# ## 16. Retraining
#
# `v2` is v1 with what was learned of words: a dictionary of vectors in which the accepted pairs
# of the glossary speak as well. Pages, steps and seed are the same. The teacher's queries are
# checked, not trained on: that adds nothing that can be shown. The gain is there from step 0 on.
#
# *With a GPU:* as in section 9, and leave `common_words` (English words that a query may have) at
# its default of 20,000. A recipe's run adds packaged dictionaries and all ablations.

# %%
records = []
for record in glossary:
    of_term = {w: s for w, s in record["english"].items() if (record["term"], w) in accepted}
    records += [{**record, "english": of_term}] * bool(of_term)
v2 = malmoi.Encoder.fit(
    corpus,
    translations=[malmoi.Glossary(tuple(records))],
    **fitting,
    dictionary=malmoi.DictionaryConfig(common_words=3000),
    folder=WORK / "fit-v2",
)
v2.save(WORK / "v2")
logs = {name: notebook.training_log(WORK / f"fit-{name}") for name in ("v1", "v2")}
series = {name: points(log, "dev_en") for name, log in logs.items()}
title = "English development queries: with the words, and without"
picture("curves", lines(series, title, "step", "nDCG@10"))

# %% [markdown]
# ## 17. Comparison
#
# Held-out queries, which nothing above has seen. Means come with 95 % intervals, resampled by
# page. Sixty pages are easy in Korean. In English the words lift nDCG@10 from .60 to .90, and the
# interval of the difference lies above 0. The verdict asks for more: a permutation test by page,
# corrected for the number of tests, which so few can hardly pass; on 1,202 pages it does (README).
#
# *With your own corpus:* `malmoi evaluate MODEL --data BEIR` measures one encoder, as the first
# table does; `malmoi run my-recipe.toml` does all of this and each part left out, with a report.

# %%
from malmoi.evaluation.compare import compare

measured = malmoi.evaluate(WORK / "v2", beir=WORK / "beir", baselines=("bm25f",))
show(notebook.scores(measured["comparison"]))

runs = {"BM25F": words.run([(query.id, query.text) for query in test], 100)}
for name, encoder in {"lexical": lexical, "as it begins": begun, "v1": v1, "v2": v2}.items():
    index = malmoi.Index.build(WORK / "indexes" / name, encoder, corpus)
    found = {query.id: index.search(query.text, k=100) for query in test}
    runs[name] = {query: [(hit.id, hit.score) for hit in each] for query, each in found.items()}
languages = {query.id: query.language for query in test}
compared = compare(runs, corpus.qrels, languages, [("v1", "BM25F"), ("v2", "v1")])
show(notebook.scores(compared))
show(notebook.differences(compared))
means = [(name, compared["scores"]["en"][name]["nDCG@10"]["mean"]) for name in runs]
picture("comparison", bars("nDCG@10 on held-out English queries", means))

# %% [markdown]
# Two kinds of examples: English queries that v2 answers and v1 doesn't, with the page that it
# finds, and queries that both miss. The second kind says what to do next.

# %%
both = {name: runs[name] for name in ("v1", "v2")}
before, after = (notebook.first_right(run, corpus.qrels) for run in both.values())
gained = [q for q in test if q.language == "en" and after[q.id] == 1 != before[q.id]]
missed = [q for q in test if not 0 < after[q.id] <= 10]
show(notebook.examples([*gained[:5], *missed[:3]], both, corpus.qrels, titles))
