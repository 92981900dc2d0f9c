"""Where vectors live: the embedded index, and the encoding of queries without a model.

    for result in Index.open("index").search("당뇨병 치료", k=10):
        print(result.rank, result.title)

`index/vector_index.py` is the index of vectors (its docstring is its design), `index/segment.py`
one file of it, `index/index.py` searches it by text; `query.py` turns a query into token weights,
`scores.py` ranks a whole matrix of queries, `index/building.py` fills an index from a corpus.
docs/search.md says why the index is what it is.
"""
