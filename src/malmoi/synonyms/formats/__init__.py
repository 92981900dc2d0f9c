"""Files of synonyms, as search engines read and people keep them."""
