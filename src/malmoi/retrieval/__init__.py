"""Where vectors live: the embedded index, and the encoding of queries without a model.

    index = Index.open(Path("index"))
    query = QueryEncoder(Path("index"))
    hits = index.search(query.dimensions(query.encode("당뇨병 치료")), k=10)

`index.py` is the index (its docstring is its design), `segment.py` one file of it, `query.py` turns
a query into token weights, `scores.py` ranks a whole matrix of queries, `commands.py` is what
`malmoi index` and `malmoi search` do. docs/search.md says why the index is what it is.
"""
