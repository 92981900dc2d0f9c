from __future__ import annotations

from malmoi.text.general_korean import general_forms, general_words


def test_common_words_are_known_with_sensible_frequencies() -> None:
    words = general_words()
    assert len(words) > 50_000
    # Shares in wordfreq's Korean list: 아직 .00032, 매우 .00018, 데이터 .00008, 획득 .00003
    for form, share in (("아직", 3.2e-4), ("매우", 1.8e-4), ("데이터", 7.8e-5), ("획득", 3.1e-5)):
        assert share / 6 < words[form].frequency < share * 6
    assert words["사람"].frequency > words["태어나"].frequency > words["생황"].frequency


def test_content_is_told_from_particles_and_endings() -> None:
    words = general_words()
    assert all(words[form].content for form in ("태어나", "매우", "사람"))
    assert not any(words[form].content for form in ("에서", "는데", "싶", "ᆸ니다"))


def test_the_commonest_come_first_and_none_weighs_too_much() -> None:
    frequencies = [word.frequency for word in general_words().values()]
    assert frequencies == sorted(frequencies, reverse=True)
    assert min(frequencies) > 0
    assert max(frequencies) < 0.01
    assert all(form.strip() and " " not in form for form in general_words())


def test_forms_have_what_endings_make_of_verbs_and_words_do_not() -> None:
    forms, words = general_forms(), general_words()
    assert forms["가르쳐"] == words["가르치"]
    assert forms["어려워"] == forms["어려우"] == words["어렵"]
    assert not forms["갔"].content
    assert not forms["예요"].content
    assert {"가르쳐", "어려워", "갔"}.isdisjoint(words)
    frequencies = [word.frequency for word in forms.values()]
    assert frequencies == sorted(frequencies, reverse=True)
