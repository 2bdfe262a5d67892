"""Maps of neighbours (t-SNE, UMAP) on the map of all words, and in session files."""

from __future__ import annotations

import json
from importlib.util import find_spec

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from app_pages import EXPORT, arrows, components, planted, switch_page, texts

from embedviz.dashboard.pages import export as export_page
from embedviz.dashboard.pages import map as map_page
from embedviz.dashboard.state import neighbour_maps
from embedviz.dashboard.widgets import map_controls, map_view, neighbour_map
from embedviz.export import points_csv
from embedviz.projection import NeighbourMap, View, fingerprint
from embedviz.relations import FAMILIES, Relation, built_in

TSNE = {"plane": "t-SNE of the words", "map-words": "1,000"}


@pytest.fixture
def fits(monkeypatch):
    """Words of each map that was computed; the places are made up, and both methods installed."""
    found: list[tuple[str, ...]] = []

    def fit_map(vectors, words, method, *, seed):
        found.append(tuple(words))
        places = np.random.default_rng(seed).normal(size=(len(words), 2)).astype(np.float32)
        return NeighbourMap(method, tuple(words), places, 0.91, len(words), seed)

    monkeypatch.setattr(neighbour_maps, "fit_map", fit_map)
    monkeypatch.setattr(neighbour_map, "find_spec", lambda _: True)
    return found


@pytest.fixture
def scenes(monkeypatch):
    """Scenes that the pages build."""
    found = []
    build = map_view.build_scene
    monkeypatch.setattr(
        map_view, "build_scene", lambda *given: found.append(build(*given)) or found[-1]
    )
    assert map_page.map_view is export_page.map_view is map_view
    return found


def base(at) -> str:
    return next(one for one in components(at) if '"points"' in one and '"regions"' in one)


def test_trust_and_caveat_stand_beside_the_map(serve, fits):
    at = serve(planted(), **TSNE)
    assert not at.exception and not at.error
    said = texts(at)
    assert "trustworthiness **0.91**" in said and "by chance 0.50" in said
    assert "**Offsets are not preserved**" in said
    assert "In the full space, the arrows" in said
    assert [metric.value for metric in at.metric if metric.label == "Plane retains"] == ["–"] * 3
    assert not [group for group in at.button_group if group.key == "dims"]
    assert len(arrows(at)["families"]) == 3 and arrows(at)["dims"] == 2
    assert json.loads(base(at))["regions"] == []


def test_no_choice_of_relations_or_words_moves_a_word(serve, fits):
    at = serve(planted(("unseen",)), **TSNE)
    at.button_group(key="relations").set_value(["male-female"]).run()
    at.text_area(key="own").set_value("other1, unseen").run()
    at.text_area(key="my-words").set_value("other3, unseen").run()
    assert not at.exception and not at.error
    assert len(arrows(at)["families"]) == 3  # own pairs, one family, own words
    at.button_group(key="relations").set_value([]).run()
    assert len(fits) == 1


def test_words_that_come_later_are_placed_and_counted(serve, fits):
    vectors = planted()
    rare = vectors.words[-1]
    at = serve(vectors, **TSNE)
    assert "are placed among their neighbours" not in texts(at)
    assert rare in fits[0]
    few = neighbour_maps.fit_neighbour_map(model_of(at), "tsne", 50, [], [rare])
    assert few.n_fitted == 50 and rare in few.layout
    points = neighbour_maps.place_points(model_of(at), few.layout)
    ranks = points.table["rank"].to_pylist()
    assert ranks == sorted(ranks) and len(ranks) == 51
    row = points.rows[vectors.id(rare)]
    place = [points.table[axis][row].as_py() for axis in "xy"]
    np.testing.assert_allclose(place, few.layout.place(vectors, [rare])[0])


def model_of(at):
    from embedviz.dashboard.state.models import list_server_models

    return next(one for one in list_server_models() if one.name == at.session_state["model"])


def test_a_search_marks_only_words_of_the_map(serve, fits):
    vectors = planted()
    at = serve(vectors, find="king", **TSNE)
    assert arrows(at)["chosen"]["word"] == "king"
    assert arrows(at)["near"] and not at.exception
    at.text_input(key="find").set_value("kingg").run()
    assert arrows(at)["chosen"] is None and not at.exception


def test_the_export_and_its_session_are_of_the_same_map(serve, fits, scenes):
    vectors = planted()
    at = serve(vectors, **TSNE)
    switch_page(at, EXPORT).run()
    assert not at.exception and not at.error and len(fits) == 1
    scene = scenes[-1]
    assert scene.view.plane == "tsne" and scene.view.n_words == 1_000
    assert scene.provenance["plane"]["trustworthiness"] == 0.91
    words = fits[0]
    line = next(one for one in points_csv(scene).splitlines() if ",king," in one)
    x = np.random.default_rng(0).normal(size=(len(words), 2))[words.index("king"), 0]
    assert float(line.split(",")[-2]) == pytest.approx(x, abs=1e-5)
    again = View.from_json(scene.view.to_json())
    assert again == scene.view
    assert map_controls_of(again)["plane"] == "tsne"


def map_controls_of(view: View) -> dict:
    """What opening a session sets."""
    state: dict = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_controls.st, "session_state", state)
        state["messages"] = map_controls.apply_view(view)
    return state


def test_a_session_opens_in_the_map_where_it_is_installed(monkeypatch):
    own = Relation("mine", (("king", "queen"),))
    view = View("m", fingerprint(planted()), (own, built_in(FAMILIES[0])), "umap", n_words=4_000)
    monkeypatch.setattr(neighbour_map, "find_spec", lambda name: name == "umap" or None)
    state = map_controls_of(view)
    assert (state["plane"], state["map-words"], state["more"]) == ("umap", 5_000, ["mine"])
    assert state["own"] == "[mine]\nking, queen"
    assert state["messages"] == ["The map draws 5,000 words instead of 4,000."]
    monkeypatch.setattr(neighbour_map, "find_spec", lambda _: None)
    state = map_controls_of(view)
    assert state["plane"] == "arrows"
    assert "UMAP needs the package umap-learn" in state["messages"][0]
    assert "pip install 'embedviz[maps]'" in state["messages"][0]


def test_what_is_not_installed_is_named_in_the_help(serve, fits, monkeypatch):
    monkeypatch.setattr(neighbour_map, "find_spec", lambda name: name == "umap" or None)
    at = serve(planted())
    radio = at.radio(key="plane")
    assert radio.options[-1] == "UMAP of the words" and len(radio.options) == 4
    assert "UMAP keeps neighbourhoods" in radio.help
    assert "t-SNE (openTSNE): not installed" in radio.help
    assert "pip install 'embedviz[maps]'" in radio.help
    monkeypatch.setattr(neighbour_map, "find_spec", lambda _: None)
    at.run()
    assert len(at.radio(key="plane").options) == 3 and not at.exception
    assert "keep" not in at.radio(key="plane").help.split("relation, and retains")[1]


def test_three_panels_compute_no_map(serve, fits):
    at = serve(planted(), **TSNE)
    assert len(fits) == 1
    at.button_group(key="show").set_value("panels").run()
    assert "In the full space" not in texts(at)
    assert not at.exception and len(fits) == 1


@pytest.mark.skipif(find_spec("openTSNE") is None, reason="t-SNE is an extra")
@pytest.mark.slow
def test_a_real_map_is_more_trustworthy_than_the_plane(serve):
    at = serve(planted(), **TSNE)
    assert not at.exception and not at.error
    found = neighbour_maps.fit_neighbour_map(model_of(at), "tsne", 1_000, [], [])
    assert found.layout.trustworthiness > found.plane_trustworthiness + 0.05
