"""The notation of the grammar's sentences."""

import pytest

from embedviz.corpora.templates import Chance, Choice, Phrasebook, Slot, parse
from embedviz.errors import InputError

POOLS = {"name": "<Tom|Anna>", "greeting": "{hello|hi}, [name]"}


def fill(template, bindings=None, gender=0, seed=0):
    return Phrasebook(POOLS, Chance(seed)).fill(template, bindings or {}, gender)


def test_a_template_is_parsed_into_its_parts():
    assert parse("a {b|[c] <d|e>} f") == (
        "a ",
        Choice((("b",), (Slot("c"), " ", Choice((("d",), ("e",)), True))), False),
        " f",
    )
    assert parse("{a|}") == (Choice((("a",), ()), False),)
    assert parse("") == ()


@pytest.mark.parametrize("template", ["{a|b", "<he|", "a}", "a|b", "[slot", "{a>", "<a|b|c>"])
def test_a_broken_template_is_refused(template):
    with pytest.raises(InputError, match="The template"):
        parse(template)


def test_gender_chooses_in_templates_and_pools():
    assert fill("[name] saw <himself|herself>.", gender=0) == "Tom saw himself."
    assert fill("[name] saw <himself|herself>.", gender=1) == "Anna saw herself."
    assert fill("[greeting]!", gender=1) in ("Hello, Anna!", "Hi, Anna!")


def test_a_or_an_follows_the_sound_and_a_sentence_begins_with_a_capital():
    bindings = {"thing": ["apple"], "money": ["euro"]}
    filled = fill("“he ate a [thing] for a [money].”", bindings)
    assert filled == "“He ate an apple for a euro.”"
    assert fill("a [thing]", {"thing": ["uniform"]}) == "A uniform"


def test_a_slot_used_twice_gets_two_words():
    for seed in range(20):
        one, two = fill("[thing] [thing]", {"thing": ["hat", "cap"]}, seed=seed).lower().split()
        assert one != two
    assert fill("[thing] [thing]", {"thing": ["hat"]}) == "Hat hat"


def test_a_slot_without_words_is_named():
    with pytest.raises(InputError, match=r"slot '\[nothing\]'"):
        fill("[nothing]")


def test_chance_is_the_same_everywhere():
    chance = Chance(0)
    assert [chance.below(100) for _ in range(5)] == [84, 75, 42, 25, 51]
    assert sorted(chance.shuffled("abcde")) == list("abcde")
    assert len(set(chance.some(range(10), 4))) == 4
    assert chance.some("ab", 5) in (["a", "b"], ["b", "a"])
