"""Brackets as the 1913 Webster prints them, in GCIDE's ASCII."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from malmoi.lexicon.dictionaries.gcide_roots import parse
from malmoi.lexicon.facts import Root

FOREIGN = set(
    """abatre abattre aetologia agere alter altus arbor augurare avisen banc bos buculus capillus
    cedere cowle currere dere dicare dicere fere fundere habere jur jurn lagarto mellis mensis ob
    obstinare optare passer poser posterus prae propiare sistere stare sumere tenir venire volens
    coulisse seta"""
    .split()
)  # fmt: skip


def knows(word: str) -> bool:
    return word not in FOREIGN and not word.endswith(("us", "are", "ere"))


Pair = tuple[str, str]
CASES: list[tuple[str, Pair | None, list[Pair]]] = [
    (
        "[L. obstinatus, p. p. of obstinare to set about a thing with firmness, to persist in; "
        "ob (see {Ob-}) + a word from the root of stare to stand. See {Stand}, and cf. {Destine}.]",
        ("obstinare", "to set about a thing with firmness, to persist in"),
        [("ob", ""), ("stare", "to stand")],
    ),
    (
        "[L. incurrere to run into or toward; pref. in- in + currere to run. See {Current}.]",
        ("incurrere", "to run into or toward"),
        [("in-", "in"), ("currere", "to run")],
    ),
    (
        "[L. praeposterus; prae before + posterus coming after, latter. See {Posterior}.]",
        ("praeposterus", ""),
        [("prae", "before"), ("posterus", "coming after, latter")],
    ),
    (
        "[OF. abatre to beat down, F. abattre, LL. abatere; ab or ad + batere, battere (popular "
        "form for L. batuere to beat). Cf. {Bate}, {Batter}.]",
        ("abatre", "to beat down"),
        [("ab", ""), ("batuere", "to beat")],
    ),
    (
        "[L. aetologia, Gr. a'itiologi`a; a'iti`a cause + lo`gos description: cf. F. x.]",
        ("aitiologia", ""),
        [("aitia", "cause"), ("logos", "description")],
    ),
    (
        "[F., fr.L. omnipotens, -entis; omnis all + potens powerful, potent. See {Potent}.]",
        ("omnipotens", ""),
        [("omnis", "all"), ("potens", "powerful, potent")],
    ),
    (
        "[{OF}. trespasser to go across or over, transgress, F. tr['e]passer to die; pref. tres- "
        "(L. trans across, over) + passer to pass. See {Pass}, v. i.]",
        ("trespasser", "to go across or over, transgress"),
        [("trans", "across, over"), ("passer", "to pass")],
    ),
    (
        "[Gr. ? far, far off (cf. Lith. toli) + -graph: cf. F. t['e]l['e]graphe. See {Graphic}.]",
        None,
        [("-graph", "")],
    ),
    ("[F., fr. L. manus hand + curare to cure.]", None, [("manus", "hand"), ("curare", "to cure")]),
    (
        "[L. omittere, omissum; ob (see {Ob-} + mittere to cause to go, let go, send.]",
        ("omittere", ""),
        [("ob", ""), ("mittere", "to cause to go, let go, send")],
    ),
    (
        "[OE. prechen, OF. preechier, fr. L. praedicare to cry in public, to proclaim; prae before "
        "+ dicare to make known, dicere to say; or perhaps from (assumed) LL. praedictare.]",
        ("praedicare", "to cry in public, to proclaim"),
        [("prae", "before"), ("dicare", "to make known")],
    ),
    ("[L. fari to speak: cf. Gr. fhmi` I say.]", ("fari", "to speak"), []),
    ("[Gr. 'an priv. + 'archh` rule.]", None, [("a-", "not, without"), ("arche", "rule")]),
    ("[Gr. gy^ros ring, circle + -scope.]", None, [("gyros", "ring, circle"), ("-scope", "")]),
    ("[Pref. un- not + becoming.]", None, [("un-", "not"), ("becoming", "")]),
    ("[L., light, an opening for light.]", ("lumen", "light, an opening for light"), []),
    ("[L. capillaris, fr. capillus hair. Cf. {X}.]", ("capillaris", ""), [("capillus", "hair")]),
    ("[L. testimonium, from testis a witness.]", ("testimonium", ""), [("testis", "a witness")]),
    (
        "[F. bugle, fr. L. buculus a young bullock, dim. of bos ox. See {Cow} the animal.]",
        ("buculus", "a young bullock"),
        [("bos", "ox")],
    ),
    (
        "[L. mellifluus; mel, mellis, honey (akin to Gr. ?, Goth. milip) + fluere to flow.]",
        ("mellifluus", ""),
        [("mel", "honey"), ("fluere", "to flow")],
    ),
    ("[L. cervix, -icis, neck: cf. F. cervical.]", ("cervix", "neck"), []),
    ("[OE. cule, cowle, AS. cyl, fr. L. culeus a bag.]", ("culeus", "a bag"), []),
    ("[Sp. el lagarto the lizard, fr. L. lacertus.]", ("el lagarto", "the lizard"), []),
    ("[F. par amour, lit., by or with love. See {Amour}.]", ("par amour", "by or with love"), []),
    ("[L. saeta, seta, a thick, stiff hair.]", ("saeta", "a thick, stiff hair"), []),
    ("[AS. mistel mistletoe + t[=a]n twig. AS. mistel is akin of D. mistel.]", None,
     [("mistel", "mistletoe"), ("tān", "twig")]),
    ("[L. adoptare; ad + optare to choose, desire: cf. F. adopter.]", ("adoptare", ""),
     [("ad", ""), ("optare", "to choose, desire")]),
    ("[Cf. OF. braguette codpiece; dim. fr. L. bracae breeches.]", None, []),
    ("[Prob. fr. F. banc. Of German origin, and akin to E. bench. See {Bench}.]", None, []),
    ("[From the city Damascus, L. Damascus.]", ("Damascus", ""), []),
    ("[For vindicative, confused with L. vindicta revenge.]", None, []),
    ("[LL. advisare; ad + visare, fr. L. videre, visum, to see. See {Advice}.]",
     ("advisare", ""), [("ad", ""), ("videre", "to see")]),
    ("[L. incarnare to incarnate, pref. in- in + caro, carnis, flesh. See {Carnal}.]",
     ("incarnare", "to incarnate"), [("in-", "in"), ("caro", "flesh")]),
    ("[F. secte, L. secta, fr. sequi to follow; often confused with L. secare to cut.]",
     ("secta", ""), [("sequi", "to follow")]),
    ("[L. via a way + -duct, as in aqueduct.]", None, [("via", "a way"), ("-duct", "")]),
    ("[L. celareto hide.]", ("celare", "to hide"), []),
    ("[F. cesser, fr. L. cessare, v. intensive fr. cedere to withdraw. See {Cede}.]",
     ("cessare", ""), [("cedere", "to withdraw")]),
    ("[F. caprice, fr. L. caper, capra, goat. Cf {Capriole}.]", ("caper", "goat"), []),
    ("[Gr. ? recent + ? life.]", None, []),
    ("[See {Obstinate}.]", None, []),
    ("[Of uncertain origin; perhaps fr. L. tuber a tumor.]", None, []),
]  # fmt: skip


def pair(root: Root | None) -> Pair | None:
    return (root.form, root.gloss) if root else None


@pytest.mark.parametrize(("text", "etymon", "roots"), CASES, ids=[case[0][:32] for case in CASES])
def test_brackets(text: str, etymon: Pair | None, roots: list[Pair]) -> None:
    said = parse(text, knows, "lumen")
    assert pair(said.etymon) == etymon
    assert [pair(root) for root in said.roots] == roots


def test_languages_hold_until_the_next_one_is_named() -> None:
    said = parse("[OF. enlargier; pref. en- (L. in) + F. large wide, fr. L. largus.]", knows)
    assert said.etymon == Root("enlargier", "", "Old French")
    assert [root.language for root in said.roots] == ["Old French", "French"]
    said = parse("[Pref. co- + L. ordinare to regulate.]", knows)
    assert [root.language for root in said.roots] == ["English", "Latin"]


def test_references_are_cognates_and_see_is_told_from_cf() -> None:
    said = parse('[L. x. See {Pass}, v. i., and {Ob-}; cf. {Trans*pass"}, {Batter}.]', knows)
    assert said.see == ("Pass",)
    assert said.cognates == ("Pass", "Transpass", "Batter")


def test_a_lost_letter_drops_the_root_and_not_its_neighbour() -> None:
    said = parse("[Gr. sy`n with + l?gein to speak.]", knows)
    assert [pair(root) for root in said.roots] == [("syn", "with")]


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    parse(text)


pieces = st.sampled_from(
    ["L.", "Gr.", "OE.", "fr.", "from", "+", ";", ":", ",", "(", ")", "[", "]", "{", "}", "{Ob-}",
     "See", "cf.", "p. p. of", "dim. of", "pref.", "in-", "?", "'a", "priv.", "stare", "to stand",
     "or", "a", "the", "-entis", "lit.,", "perh.", "[=a]", "<", ">", "\n", "hence", "", "ag`w"]
)  # fmt: skip


@given(st.lists(pieces, max_size=25), st.booleans())
@example(["{Ob-}", "lit.,", "L.", "+"], False)
@example(["L.", "See", ",", "lit.,", "L."], False)
def test_no_bracket_raises_and_what_it_gives_is_clean(words: list[str], known: bool) -> None:
    said = parse("[" + " ".join(words) + "]", lambda word: known, "term")
    for root in (said.etymon, *said.roots):
        if root is not None:
            assert root.form.strip() == root.form != ""
            assert not set(root.form + root.gloss) & set("?[]{}<>+\0\1\n")
            assert root.gloss == root.gloss.strip(" ,;.")
