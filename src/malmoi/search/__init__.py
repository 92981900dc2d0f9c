"""Where vectors live and how they are searched: lexical, dense, fused, sparse."""
