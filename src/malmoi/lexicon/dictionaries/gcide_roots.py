"""Reads Webster's etymologies: from the text of a bracket to an etymon and roots with glosses.

A bracket is a chain of forms ("OE. avisen, F. aviser, fr. LL. advisare"), then often what the last
one is made of ("; ad + visare to look at"), then remarks and references. A gloss is whatever
follows a form until the next form, sign or remark. Where the text is in doubt ("perh.", "or", a
lost Greek letter) the gloss is left empty: a missing gloss is better than a wrong one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from malmoi.lexicon.dictionaries.gcide_gloss import Knows, gloss_of, is_english
from malmoi.lexicon.dictionaries.gcide_markup import decode, transliterate
from malmoi.lexicon.dictionaries.languages import LANGUAGES, PATTERN
from malmoi.lexicon.facts import Root


@dataclass(frozen=True, slots=True)
class Etymon:
    """What a bracket says.

    Attributes:
        etymon: the word it comes from; None where only parts are named.
        roots: what it is made of, in order.
        cognates: English words referred to, without affixes.
        see: those after "See", which share the origin (those after "cf." merely resemble).
    """

    etymon: Root | None
    roots: tuple[Root, ...]
    cognates: tuple[str, ...]
    see: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """A form in a chain.

    Attributes:
        derived: the text says it is the root of the one before.
        note: it stood in a parenthesis behind the one before.
        named: the text names its language (else it is English, or a remark).
    """

    root: Root
    derived: bool
    note: bool = False
    named: bool = True


_REFERENCE = re.compile(r"\{([^{}]*)\}")
_LANGUAGE = re.compile(PATTERN)
# From here on a clause no longer says what the word is made of.
_REMARKS = (
    # references and comparisons
    r"(?<!to )[Ss]ee(?=\s[^;]*\{)", r"[Cc][Ff]\.", r"[Aa]kin", r"[Aa]llied", r"like E\.",
    "corresponding", r"equiv(?:alent|\.)", "the same", "the original", "as in", "as if",
    # how the meaning or the form went on
    "hence", "whence", r"i\. ?e\.", r"[Oo]rig(?:inally|\.)", r"prop(?:erly|\.)", "literally",
    "often", "usually", "also", "formerly", "later,", "now", r"esp\.", r"sc\.",
    r"[Ss]o (?:called|named)", "[Nn]amed", "influenced", "confused", "under the influence",
    "in allusion", "in imitation", "imitative", r"[Oo]nomatop\w*", "being", "but", "in which",
    "which", "whose", "where", "used", "because",
    # doubt
    r"[Pp]erh(?:aps|\.)", r"[Pp]rob(?:ably|\.)", "[Uu]ncertain", "unknown", "[Ss]upposed",
    "[Ss]aid", "possibly", r"conjectur\w*", "apparently", "doubtless", "[Ee]ither",
    r"of \w+ origin", "[Oo]rigin",
)  # fmt: skip
_STOP = re.compile(rf"(?:[;,]\s*)?\b(?:{'|'.join(_REMARKS)})(?![\w-])|√")
_QUALIFIER = re.compile(
    r"^(?:(?:pref|suff|prep|adv|abbrev|contr|dim|corrupt|corrupted|dial|assumed|an|a|hypothetical"
    r"|prefix|suffix|particle|insep|inseparable|intens|intensive|neg|negative|privative|priv"
    r"|fem|masc|neut|pl|gen|dat|acc|inf|imp|imperative|form|the|word|two|old|early|later|older"
    r"|through|the|root|stem|of|from|fr|and|p|pr|superl|compar|adj|freq|incho|inchoative|v|verb"
    r"|noun|n|derivative|formed|compounded|comp|derived|dem|orig)(?:\.\s*|\s+)(?=\S))+",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(
    r",?\s*(?:p\. ?p\.|p\. ?pr\.|perf\. ?p\.|past part\.|pres\. part\.|part\.|imp\."
    r"|superl\.|compar\.|gen\.|acc\.|pl\.|neut\."
    r"|fem\.|f\.|n\.|inf\.|v\. ?t\.|v\. ?i\.|pass\. ?p\.)"
    r"(?:\s*(?:&|and)\s*(?:p\. ?p\.|p\. ?pr\.|v\. ?i\.))?"
    r"(?:,? *(?:fem\.|neut\.|pl\.|pass\.|sing\.))*\s+(?:of|fr\.)\s+"
)
_DERIVED = re.compile(
    r",?\s*(?:a )?(?:v\. )?"
    r"(?:intensive|dim\.|dimin\.|freq\.|incho\.|inchoative|intens\.|frequentative|diminutive"
    r"|a word|from the root|abbrev\.)"
    r"\s+(?:form\s+)?(?:of|fr\.|from)\s+"
)
_MARKUP = frozenset("?[]{}<>")
"""Lost letters, references and notes: no form has them."""
_LITERALLY = re.compile(r"^(.{2,40}?),?\s+lit(?:erally|\.),?\s+(.+)$")
_FROM = re.compile(
    r",?\s*(?:\b[Ff]r\.|(?<=,)\s*from(?!\s+(?:the|a|an|\w+ing)\s)"
    rf"|\bfrom(?=\s+(?:an? assumed\s+|\(assumed\)\s*)?(?:{PATTERN})))\s+"
)
_NEXT_LANGUAGE = re.compile(rf"(?:,|\s+and|\s+&)\s+(?={PATTERN})")
_FORM = re.compile(r"[^\W\d_][\w'’`^\"āēīōūæœ?-]*|-[^\W\d_][\w'’`^\"-]*|['\"][^\W\d_][\w'`^\"-]*")
# Of these languages a form's genitive or participle follows it, of others its spellings.
_DECLINED = frozenset(("Latin", "Late Latin", "New Latin", "Greek", "Late Greek", "Old Latin"))
_ARTICLES = frozenset("el il la le lo les un une al".split())
_STARTS_GLOSS = ("to ", "a ", "an ", "the ", "one ", "that ")
_PREFIX_FORMS = frozenset(
    "a ab abs ad ambi amphi an ana ante anti apo be cata circum com con contra de di dia dis e"
    " ec en epi ex extra for fore hyper hypo im in inter intra meta ob para per peri post prae pre"
    " preter pro re retro se sub super supra sur syn tra trans ultra un".split()
)
# "tres- (L. trans across)": what the form before the parenthesis itself comes from.
_SOURCE_NOTE = re.compile(
    r"\((?:for|fr\.|from|=|popular form (?:of|for))?\s*"
    rf"((?:{PATTERN})\s(?:(?!{_STOP.pattern})[^()<>+;:])*)\)"
)


def parse(text: str, knows: Knows | None = None, headword: str = "") -> Etymon:
    """Read the text of an etymology bracket, with or without its outer brackets. Never raises.

    `knows` tells whether a word is English; it cuts foreign words off the ends of glosses
    ("dicare to make known, dicere to say" gives "to make known"). `headword` is the form that is
    meant where a language is named without one ("L., light").
    """
    text = " ".join(decode(text).split())
    if text.startswith("["):
        text = text[1:]
    text = text.removesuffix("]").strip()
    references = _references(text)
    knows = knows or (lambda word: True)
    items, roots = _clauses(_simplified(text), knows, headword)
    etymon, derived = _choose(items)
    roots = roots or derived
    cognates, see = references
    return Etymon(etymon, tuple(roots), cognates, see)


def _references(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words in braces that are no affixes; and those that "See" introduces."""
    every: list[str] = []
    see: list[str] = []
    for match in _REFERENCE.finditer(text):
        word = re.sub(r"[\"`*]", "", match[1]).strip()
        if not re.fullmatch(r"[A-Za-z][A-Za-z' ]*[A-Za-z]", word) or f"{word}." in LANGUAGES:
            continue
        every.append(word)
        before = re.split(r"(?:\b[Cc]f\.|[;:.] )", text[: match.start()])[-1]
        if re.search(r"\b[Ss]ee\b", before) or re.search(
            r"\b[Ss]ee\b[^;.]*$", text[: match.start()].replace("v. t.", "").replace("cf.", ";")
        ):
            see.append(word)
    return tuple(dict.fromkeys(every)), tuple(dict.fromkeys(see))


def _simplified(text: str) -> str:
    """Without parentheses and references, abbreviations set apart."""
    text = re.sub(r"\{([A-Z]\w*\.?)\}(\.?)", _language_reference, text)
    text = re.sub(r"\((?:assumed|hypothetical)\)\s*", "", text)
    text = re.sub(r"\((?:see|cf\.)[^()+]*?\}\)?", "", text)
    text = _SOURCE_NOTE.sub(r" <\1>", text)
    before = None
    while before != text:
        before, text = text, re.sub(r"\s*\([^()]*\)", "", text)
    text = re.sub(r"\s*\([^)]*$", "", text)
    text = re.sub(r"\b([Ff]r\.)(?=\S)", r"\1 ", text)
    text = text.replace("an assumed ", "").replace(" assumed ", " ")
    text = re.sub(r"\b(\w+[aei]re)to\b", r"\1 to", text)  # a space the book lost
    text = re.sub(r"\ba word from the root of ", "", text)
    return text


def _language_reference(match: re.Match[str]) -> str:
    name = match[1].rstrip(".") + "."
    return name if name in LANGUAGES else match[0]


def _clauses(text: str, knows: Knows, headword: str) -> tuple[list[_Item], list[Root]]:
    """The chain of forms before the parts, and the parts of the first clause that has a "+"."""
    chain: list[_Item] = []
    language = ""
    for clause in _split_clauses(text):
        if clause.startswith(("or ", "For ", "for ")):
            break
        if clause.startswith("hence"):
            continue
        operands, whole = _operands(clause)
        if operands == [""]:
            break
        if len(operands) == 1:
            # A form of another language than the clause before says which.
            items, named = _chain(operands[0], "", knows, headword)
            language = named or language
            chain += [item for item in items if item.named]
            if not whole:
                break
            continue
        roots: list[Root] = []
        for place, operand in enumerate(operands):
            items, language = _chain(operand, language, knows)
            if place == 0 and items:
                before, items = _first_operand(items)
                chain += [item for item in before if item.named]
            if items:
                roots.append(_glossed(items))
        return chain, roots
    return chain, []


def _first_operand(items: list[_Item]) -> tuple[list[_Item], list[_Item]]:
    """The chain that led to the first part, and the part with what it is derived from."""
    place = len(items) - 1
    while place and items[place].note:
        place -= 1
    return items[:place], items[place:]


def _glossed(items: list[_Item]) -> Root:
    return next((item.root for item in items if item.root.gloss), items[0].root)


def _split_clauses(text: str) -> list[str]:
    """Clauses of the first sentence, between semicolons and colons; what follows is remarks."""
    for match in re.finditer(r"\.\s+(?=[A-Z{])", text):
        word = text[: match.start() + 1].rsplit(" ", 1)[-1].lstrip("(<")
        short = len(word) <= 6 and word[0].isupper()
        if not (short or word in LANGUAGES or word.lower() in _ABBREVIATIONS or len(word) == 2):
            text = text[: match.start()]
            break
    clauses = (clause.strip().rstrip(".") for clause in re.split(r"[;:]\s*|,\s+(?=pref\. )", text))
    return [clause for clause in clauses if clause]


_ABBREVIATIONS = frozenset(
    "fr. pref. suff. prep. adv. p. pr. pl. gen. acc. dim. freq. prop. orig. abbrev. contr. perh."
    " prob. cf. prov. norm. amer. v. t. i. n. a. st. neut. fem. masc. imp. inf. equiv."
    " corrupt. dial. obs. akin. late. low. law. f. m. e. comp. superl. compar. intens."
    " incho.".split()
)


def _operands(clause: str) -> tuple[list[str], bool]:
    """The pieces between plus signs, cut at the first remark; and whether nothing was cut."""
    found = _STOP.search(clause)
    whole = found is None
    if found:
        clause = clause[: found.start()]
    return [piece.strip(" ,.") for piece in re.split(r"\s*\+\s*", clause)], whole


def _chain(text: str, language: str, knows: Knows, headword: str = "") -> tuple[list[_Item], str]:
    """The forms of one operand or clause; the language that holds at its end."""
    items: list[_Item] = []
    notes = re.findall(r"<([^<>]*)>", text)
    for part, joint in _parts(re.sub(r"\s*<[^<>]*>?", "", text)):
        found = _LANGUAGE.match(part)
        before, formless = language, False
        while found:
            language = LANGUAGES[found[0]]
            formless = part[found.end() :].startswith(",")
            part = part[found.end() :].lstrip(" ,&")
            part = re.sub(r"^(?:and|or)\s+", "", part)
            found = _LANGUAGE.match(part)
        if formless:
            gloss = gloss_of([piece.strip() for piece in part.split(",")], headword, knows)
            root = Root(headword.lower(), gloss, language) if headword and gloss else None
        else:
            root = _root(part, language, knows)
        if root is None:
            continue
        derived = joint == "derived" or (joint == "from" and language == before and bool(items))
        if joint == "participle" and items and not items[-1].root.gloss:
            items.pop()
        items.append(_Item(root, derived, named=bool(language)))
    if items:
        for note in notes:
            inner = [_Item(item.root, True, True) for item in _chain(note, "", knows)[0]]
            items += [item for item in inner if item.root.gloss]
    return items, language


def _parts(text: str) -> list[tuple[str, str]]:
    """Pieces of a chain, each with what joins it to the one before."""
    marked = _PARTICIPLE.sub("\0participle\1", text)
    marked = _DERIVED.sub("\0derived\1", marked)
    marked = _FROM.sub("\0from\1", marked)
    marked = _NEXT_LANGUAGE.sub("\0next\1", marked)
    pieces = marked.split("\0")
    parts = [(pieces[0].strip(" ,"), "")] if pieces[0].strip(" ,") else []
    for piece in pieces[1:]:
        joint, _, rest = piece.partition("\1")
        if rest.strip(" ,"):
            parts.append((rest.strip(" ,"), joint))
    return parts


def _root(text: str, language: str, knows: Knows) -> Root | None:
    """A form and its gloss; None where there is no form, or its letters are lost."""
    stripped = _QUALIFIER.sub("", text).strip(" ,")
    privative = bool(re.match(r"^['\"]?an?-?,? priv", text))
    if privative:
        return Root("a-", "not, without", language or "Greek")
    text = stripped or text
    literally = _LITERALLY.match(text)
    form = literally[1].split(",")[0].strip() if literally else ""
    if literally and form and not set(literally[1]) & _MARKUP:
        return Root(_spelled(form, language), gloss_of([literally[2]], form, knows), language)
    match = _FORM.match(text)
    if text.startswith(_STARTS_GLOSS):
        return None
    if match is None or "?" in match[0]:
        return None
    form, rest = match[0], text[match.end() :].strip()
    if form in _ARTICLES and (match := _FORM.match(rest)):
        form, rest = f"{form} {match[0]}", rest[match.end() :].strip()
    alternative = re.match(r"^(?:or|and|&)\s+(\S+)", rest)
    if alternative:
        return Root(_spelled(form, language), "", language or "English")
    first, *others = [piece.strip() for piece in rest.split(",")]
    # Other forms of the same word stand between commas before the gloss.
    explained = any(piece.startswith(_STARTS_GLOSS) for piece in others)
    while not first and others and not others[0].startswith(_STARTS_GLOSS):
        word, _, after = others[0].partition(" ")
        if word in _PREFIX_FORMS and not after and form not in _PREFIX_FORMS:
            form, others = word, others[1:]
        elif not after and (
            explained or language not in _DECLINED or _another_form(word, form, knows)
        ):
            others = others[1:]
        elif after and not is_english(word, knows):
            others = [after, *others[1:]]
            break
        else:
            break
    follower = others[0] if others else ""
    if first and " " not in first + follower and follower and not is_english(follower, knows):
        # "porte coulisse, coleïce": another spelling follows, so that was no gloss.
        first, others = "", []
    pieces = ([first] if first else []) + others
    gloss = gloss_of(pieces, form, knows)
    name = language or "English"
    if form.startswith("-") and not language:
        name = ""
    return Root(_spelled(form, name), gloss, name)


def _spelled(form: str, language: str) -> str:
    form = transliterate(form) if "Greek" in language else form
    form = form.strip("'`^\"’")
    return form.lower() if language in ("English", "Greek", "Late Greek") else form


def _another_form(word: str, form: str, knows: Knows) -> bool:
    """Whether a word behind a Latin or Greek one is its genitive, participle or variant."""
    ending = len(word) <= 3 or word.endswith(("is", "us", "um", "re", "ae", "i", "os"))
    alike = 2 if ending else 3
    return not is_english(word, knows) or word[:alike].lower() == form[:alike].lower()


def _choose(items: list[_Item]) -> tuple[Root | None, list[Root]]:
    """The etymon (the first glossed form that the word came through, else the last) and roots."""
    carried = [item.root for item in items if not item.derived]
    derived = [item.root for item in items if item.derived]
    etymon = next((root for root in carried if root.gloss), carried[-1] if carried else None)
    if etymon is None and derived:
        etymon, derived = derived[0], derived[1:]
    return etymon, [replace(root) for root in derived if root != etymon]
