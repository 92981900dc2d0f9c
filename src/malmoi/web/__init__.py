"""The pages of `malmoi serve`: search, compare, judge, look at runs and cards.

    serve(Settings(runs=Path("runs")), port=8765)

Pages are rendered here and work without JavaScript; nothing is loaded from elsewhere. A handler
takes a `Visit` and gives a response; what it shows comes from the library.
"""
