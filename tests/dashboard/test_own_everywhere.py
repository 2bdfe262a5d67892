"""Own relations and own words: the same on every page, and in every export."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from app_pages import (
    ANALOGIES,
    COMPARE,
    EXPORT,
    HOSTILE,
    RELATIONS,
    arrows,
    components,
    planted,
    switch_page,
    texts,
)

from embedviz.dashboard.pages import export as export_page
from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets import own_pairs, word_lists
from embedviz.dashboard.widgets.growth_figures import MomentFigures, build_growth_chart
from embedviz.dashboard.widgets.known_relations import KnownRelations
from embedviz.evaluation import RelationMoment
from embedviz.export import Scene
from embedviz.export.findings import findings
from embedviz.export.packing import packed
from embedviz.relations import (
    FAMILIES,
    GroupedWords,
    Relation,
    built_in,
    built_in_names,
    style_number,
)
from embedviz.support import palette

ROYAL, LAND = built_in("male-female").pairs[:9], built_in("country-capital").pairs[:9]
OWN = own_pairs.write_lists([Relation("royal", ROYAL), Relation("land", LAND)])


@pytest.fixture
def seen(monkeypatch):
    """Scenes of the page Export, the latest last."""
    scenes: list[Scene] = []
    summarise = export_page._summarise
    monkeypatch.setattr(
        export_page, "_summarise", lambda scene: scenes.append(scene) or summarise(scene)
    )
    return scenes


def labels(at) -> list[str]:
    return [one["label"].split(" (")[0] for one in arrows(at)["families"]]


def test_own_relations_are_offered_on_every_page(serve, seen):
    at = serve(planted(), planted(seed=1), own=OWN, more=["royal", "land"])
    assert labels(at)[:2] == ["royal", "land"]
    at.button_group(key="show").set_value("panels").run()
    assert {"**royal**", "**land**"} <= {one.value for one in at.markdown}
    switch_page(at, ANALOGIES).run()
    (source, target), (other, _) = ROYAL[:2]
    assert at.button(key="example-0").label.replace("\\", "") == f"{target} - {source} + {other}"
    assert at.selectbox(key="learn").options[1:3] == ["royal", "land"]
    switch_page(at, RELATIONS).run()
    assert "**royal**" in texts(at) and "**5 of 5**" in texts(at)
    switch_page(at, COMPARE).run()
    assert at.button_group(key="family").options[:2] == ["royal", "land"]
    at.button_group(key="family").set_value("land").run()
    assert "mean direction of land" in texts(at)
    assert at.dataframe[0].value["relation"].tolist()[:2] == ["royal", "land"]
    switch_page(at, EXPORT).run()
    assert not at.exception and not at.error
    assert [one.name for one in seen[-1].known][:2] == ["royal", "land"]
    assert "royal, land, male → female" in texts(at).replace("\\", "")


def test_what_is_typed_is_drawn_at_once_and_can_be_hidden(serve):
    at = serve(planted())
    assert labels(at) == ["male → female", "verb → past", "country → capital"]
    at.text_area(key="own").set_value(OWN).run()
    assert labels(at)[:2] == ["royal", "land"]
    at.button_group(key="more").set_value(["land"]).run()
    assert labels(at)[0] == "land"
    # another line in a list that was hidden does not draw it again
    at.text_area(key="own").set_value(f"{OWN}\nfrance, rome").run()
    assert labels(at)[0] == "land"


def test_typed_on_one_page_it_is_drawn_on_the_map(serve):
    at = switch_page(serve(planted()), RELATIONS).run()
    at.text_area(key="own").set_value(OWN).run()
    switch_page(at, "").run()
    assert labels(at)[:2] == ["royal", "land"]


def test_a_file_stays_when_its_page_is_left(serve):
    at = switch_page(serve(planted(), own="france, paris"), RELATIONS).run()
    lines = "".join(f"{a},{b}\n" for a, b in ROYAL)
    at.file_uploader(key="own-file").upload("mine.csv", f"source,target\n{lines}".encode()).run()
    switch_page(at, ANALOGIES).run()
    assert "the pairs of mine.csv" in texts(at).replace("\\", "")
    switch_page(at, RELATIONS).run()
    assert "9 pairs." in texts(at)
    at.button(key="own-discard").click().run()
    assert "9 pairs." not in texts(at) and "1 pair." in texts(at)


def test_a_link_with_a_name_that_is_gone_says_so(serve):
    at = serve(planted(), planted(seed=1), own=OWN, more=["vanished", "verb → ing"])
    assert not at.exception and not at.error
    assert "The link names “vanished”" in at.info[0].value
    assert at.session_state["more"] == ["verb-ing"]
    at.query_params["family"] = "vanished"
    switch_page(at, COMPARE).run()
    assert not at.exception and not at.error
    assert "The link names “vanished”" in at.info[0].value
    assert at.session_state["family"] == FAMILIES[0]


def test_no_list_takes_the_name_of_another_relation(serve):
    text = own_pairs.write_lists([Relation(name, ROYAL) for name in ("male → female", "own")])
    names = [one.name for one in own_pairs.read_lists(text)[1]]
    assert names == ["male → female (2)", "own (2)"]
    at = serve(planted())
    at.text_area(key="own").set_value(text).run()
    assert arrows(at)["families"][0]["label"] == "male → female (2)"
    assert arrows(at)["families"][0]["style"] == style_number("any", 0)
    assert not at.exception


def test_lists_are_written_so_that_they_are_read_again():
    odd = [word for word in HOSTILE if word.isprintable() and len(word) < 100]
    pairs = (*pairwise(odd), ("new york", 'say "x"'), ("a, b", "c -> d # e"))
    both = (Relation("a [b]", pairs), Relation("other", (("x", "y"),)))
    _, again = own_pairs.read_lists(own_pairs.write_lists(both))
    assert [one.pairs for one in again] == [one.pairs for one in both]
    assert [one.name for one in again] == ["a b", "other"]


def test_hostile_names_are_text(serve):
    names = ["$x$", ":smile:", "<b>", "`c`"]
    text = own_pairs.write_lists([Relation(name, ROYAL) for name in names])
    at = serve(planted(), planted(seed=1), own=text)
    at.text_area(key="own").set_value(f"{text}\n[*d*]\nking, queen").run()
    for page in ("", ANALOGIES, RELATIONS, COMPARE, EXPORT):
        switch_page(at, page).run()
        assert not at.exception and not at.error, page
        pills = [label for group in at.button_group for label in group.options]
        shown = [one.value for one in (*at.markdown, *at.caption, *at.info)]
        for text_ in (*pills, *shown):
            for sign in ("$x$", ":smile:", "<b>", "`c`", "*d*"):
                assert sign not in text_.replace("**", ""), (page, text_)


# -- own words --


def test_own_words_are_marked_on_the_map_and_exported(serve, seen):
    words = "cities: paris, rome\nother7\nabsent"
    at = serve(planted(("other7",)), **{"my-words": words})
    cities, other = arrows(at)["families"][-2:]
    assert (cities["label"], other["label"]) == ("cities", "other")
    assert cities["is_points"] and cities["style"] != other["style"]
    assert all(source == target for source, target in cities["pairs"])
    assert "Not in the vocabulary: absent" in texts(at)
    switch_page(at, EXPORT).run()
    assert seen[-1].view.groups == (
        GroupedWords("cities", ("paris", "rome")),
        GroupedWords("other", ("other7",)),
    )
    at.toggle(key="mark-words").set_value(False).run()
    assert seen[-1].view.groups == ()
    switch_page(at, "").run()
    assert not any(one["is_points"] for one in arrows(at)["families"])


def test_own_words_have_other_colours_than_own_relations(serve):
    at = serve(planted(), own=OWN, more=["royal", "land"], **{"my-words": "cities: paris, rome"})
    *relations, cities = arrows(at)["families"]
    colours = {palette.LIGHT.colour(one["style"]) for one in relations}
    assert palette.LIGHT.colour(cities["style"]) not in colours


def test_without_own_words_none_are_made_up(serve):
    assert not any(one["is_points"] for one in arrows(serve(planted()))["families"])


# -- styles --


def sent(at, key: str) -> list[dict]:
    return [json.loads(one) for one in components(at) if key in one]


def look(svg: str) -> tuple[str, str]:
    """Colour and dashes of the first line of a card."""
    line = re.search("<line[^>]*>", svg).group()
    dash = re.search('dasharray="([^"]*)"', line)
    return re.search('stroke="([^"]*)"', line).group(1), dash.group(1) if dash else ""


@pytest.mark.parametrize("name", ["country-capital", "land"])
def test_a_relation_has_the_same_style_everywhere(serve, seen, name):
    pytest.importorskip("matplotlib", reason="pictures are an extra")
    label = {"land": "land"}.get(name, "country → capital")
    style = style_number(name, 1)  # the second of the own lists
    colour = palette.LIGHT.colour(style)
    dashes = palette.DASHES[palette.dash_number(style)]
    at = serve(planted(), planted(seed=1), own=OWN, more=["land"])
    on_map = {one["label"].split(" (")[0]: one["style"] for one in arrows(at)["families"]}
    assert on_map[label] == style

    at.button_group(key="show").set_value("panels").run()
    panels = [one["overlay"]["families"][0] for one in sent(at, '"overlay"')]
    assert {one["label"]: one["style"] for one in panels}[label] == style
    at.button_group(key="show").set_value("one").run()
    at.selectbox(key="one").set_value(name).run()
    assert arrows(at)["families"][0]["style"] == style
    assert sent(at, '"rows"')[0]["style"] == style

    expected = (colour, " ".join(f"{1.4 * length:.1f}" for length in dashes))
    switch_page(at, RELATIONS).run()
    cards = [one["svg"] for one in sent(at, '"svg"')]
    assert len(cards) == 5 and look(cards[1 if name == "land" else 4]) == expected
    switch_page(at, COMPARE).run()
    at.button_group(key="family").set_value(name).run()
    assert [look(one["svg"]) for one in sent(at, '"svg"')] == [expected] * 2

    switch_page(at, EXPORT).run()
    scene = seen[-1]
    page = packed("a.html", scene).decode()
    found = re.findall(r'"label": ?"([^"]*)", ?"style": ?(\d+)', page)
    styles = {json.loads(f'"{one}"').split(" (")[0]: int(number) for one, number in found}
    assert styles[label] == style
    assert colour in packed("a.svg", scene).decode()
    part = next(one for one in findings(scene) if one.key == name)
    assert colour in part.picture.draw().decode()
    if name in FAMILIES:
        series = [MomentFigures("now", 0.0, [RelationMoment(name, 9, 0.4)])]
        chart = build_growth_chart(series, [name], "consistency", dark=False, is_share=True)
        assert chart["encoding"]["color"]["scale"]["range"] == [colour]


def test_own_styles_differ_from_the_families_and_from_each_other():
    lists = tuple(Relation(f"list {i}", (("a", "b"),)) for i in range(6))
    styles = KnownRelations(Model("x", None, "x"), lists).styles
    looks = {(palette.LIGHT.colour(n), palette.dash_number(n)) for n in styles.values()}
    assert len(looks) == len(built_in_names()) + 6
    families = {palette.LIGHT.colour(styles[name]) for name in FAMILIES}
    assert not families & {palette.LIGHT.colour(styles[f"list {i}"]) for i in range(3)}


def test_an_uploaded_list_of_words_is_used_on_other_pages(serve):
    at = serve(planted())
    at.session_state[word_lists.FILE] = ("mine.csv", b"word,group\nother1,a\nother2,b\n")
    at.run()
    assert not at.exception and not at.error
    assert {"a", "b"} <= set(labels(at))
