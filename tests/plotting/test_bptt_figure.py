"""The figure of back-propagation through time."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch", reason="a recurrent net reads")
pytest.importorskip("matplotlib", reason="pictures are an extra")

from embedviz.models import load_model
from embedviz.sequences import gradient_reach

TEXT = "the king lives in the north of spain"


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_figure_is_drawn_and_says_how_far(run, language_model, tmp_path, ending):
    out = tmp_path / f"b.{ending}"
    code, said, errors = run(
        "figure", "bptt", "--of", language_model, "--text", TEXT, "--out", out, "--json"
    )
    assert code == 0, errors
    found = json.loads(said)["models"][str(language_model)]
    trained = load_model(language_model)
    for name, one in (("trained", trained), ("untrained", trained.untrained())):
        reach = gradient_reach(one, TEXT)
        assert found[name]["reach"] == reach.reach
        medians = reach.by_distance[:, 1]
        assert found[name]["median_by_distance"] == pytest.approx(list(medians), abs=1e-5)
    assert found["trained"]["truncation"] == 4
    assert out.stat().st_size > 5_000
    code, said, _ = run("figure", "bptt", "--of", language_model, "--text", TEXT, "--out", out)
    assert code == 0 and "(LSTM)" in said and "untrained" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("bptt", "--relation", "verb-past"), "has no relations"),
        (("english", "--text", "a b"), "are those of the figure bptt"),
        (("bptt", "--of", "english", "--text", "a b"), "contains only word vectors"),
        (("bptt", "--text", "word"), "between 2 and 80"),
        (("bptt", "--of", "nowhere"), "nowhere"),
    ],
)
def test_what_the_figure_cannot_draw(run, language_model, tmp_path, arguments, says):
    if "--of" not in arguments and "word" in arguments:
        arguments = (*arguments, "--of", language_model)
    code, _, said = run("figure", *arguments, "--out", tmp_path / "b.png")
    assert code != 0 and says in " ".join(said.split())
