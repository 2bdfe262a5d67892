"""A built-in relation has the same figures on map and page, in report and command."""

import json

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from embedviz.analogies import score_methods
from embedviz.checkpoints import save
from embedviz.dashboard.state.models import Model
from embedviz.export.scene import take_view
from embedviz.relations import Relation, built_in, by_frequency, measure


@pytest.mark.parametrize("name", ["country-capital", "male-female"])
def test_map_page_report_and_commands_give_the_same_figures(vectors, run, tmp_path, name):
    path = tmp_path / "vectors.npz"
    save(vectors, path)
    model = Model("planted", path, name)
    on_map = model.measure_built_in(name)
    on_page = model.measure(model.find_relation(name))
    in_report = take_view(model.vectors, "planted", [built_in(name)]).reports[0]
    figures = (on_map.consistency, on_map.p_value, on_map.consistency_interval)
    for other in (on_page, in_report):
        assert (other.consistency, other.p_value, other.consistency_interval) == figures
        assert other.pairing_consistency == on_map.pairing_consistency
        assert other.hit_rate_interval == on_map.hit_rate_interval
        assert other.mean_reciprocal_rank == on_map.mean_reciprocal_rank
        assert set(other.fits) == set(on_map.fits)
    _, printed, _ = run("relations", name, "--model", path, "--json")
    command = json.loads(printed)[0]
    assert (command["consistency"], command["p_value"]) == figures[:2]
    assert tuple(command["consistency_interval"]) == figures[2]
    picture = tmp_path / "classic.svg"
    _, printed, _ = run("figure", path, "--relation", name, "--out", picture, "--json")
    panel = json.loads(printed)["panels"][0]
    assert (panel["consistency"], panel["p_value"]) == figures[:2]
    assert tuple(panel["consistency_interval"]) == figures[2]


def test_pairs_listed_backwards_have_the_same_figures_and_scores(vectors):
    relation = built_in("verb-past")
    forth = relation.known_to(vectors)
    back = Relation(relation.name, relation.pairs[::-1])
    one, other = measure(vectors, relation), measure(vectors, back)
    assert one.consistency_interval == other.consistency_interval
    assert one.fits == other.fits[::-1]  # as listed
    fewer = Relation("few", forth.pairs[:12])
    assert score_methods(vectors, fewer) == score_methods(vectors, by_frequency(vectors, fewer))
