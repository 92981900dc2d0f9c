"""The encoder in an OpenSearch cluster: what `malmoi opensearch` does.

    run's folder ──source──▶ documents ──push──▶ NAME-000001 ◀── alias NAME ◀── searches

`connection.py` finds and opens the cluster (address and secrets from the environment), `check.py`
says what it has and lacks, `mapping.py` is what an index looks like there, `pipelines.py` the
search pipelines beside it, `source.py` reads a run's documents, `bulk.py` sends them under
back-pressure, `push.py` fills a new index and switches the alias, `pull.py`, `status.py` and
`remove.py` do what they say. Only this package knows opensearch-py, and imports it where it is
used.

Principles: an index is never changed under its readers (a push fills NAME-000002 beside
NAME-000001, verifies it and moves the alias in one call); what the server acknowledged is not sent
again, whatever was killed in between; what malmoi did not make it does not touch.
docs/opensearch.md is the way from a laptop to a cluster.
"""
