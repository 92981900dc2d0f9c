"""Bilingual synonyms: Korean and English terms that mean the same, and how likely that is.

    discover → verify → write → use

A *candidate* is a pair (Korean term, English term) with its *evidence*: what each source saw of it
(`candidates.py`). No source decides. `discover.py` collects candidates from all of them; `Sources`
(`sources.py`) says the same of any pair that someone brings, such as an entry of a dictionary that
is to be enhanced. The sources:

    packaged.py         pairs that people translated: menus, countries, languages, units, emoji
    aligned.py          phrases that stand for each other in aligned text
    parentheses.py      "검색(search)" in running text
    neighbours.py       close to each other, and to nothing else, in a dense model's space
    reverse_glossary.py a teacher's glossary, both directions, with a sentence of context

`verify.py` weighs the evidence and a teacher's verdict with a model that is fitted on pairs whose
answer is known (`labelled_pairs.py`, `calibration.py`). What survives is written in Solr's format
with a table beside it, and used: BM25 at search time, the encoder's queries, its training.

    sources = Sources.open(corpus)
    candidates = discover(corpus, glossary_records, recipe.synonyms, sources)
    verdicts = SynonymVerifier.calibrated(sources).verify(candidates)
"""
