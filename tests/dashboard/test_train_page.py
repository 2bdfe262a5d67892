"""The page Train, in every state that a run can be in."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

import streamlit as st
from app_pages import ROOT, TRAIN, components, planted, switch_page, texts
from streamlit.testing.v1 import AppTest

from embedviz.dashboard.state import models
from embedviz.dashboard.training import charts, form_fields
from embedviz.dashboard.widgets.growth_figures import MomentFigures, build_growth_chart
from embedviz.evaluation import RelationMoment
from embedviz.jobs import (
    Job,
    JobRequest,
    Metrics,
    Watched,
    read_watched_words,
    run_folder,
    snapshots,
)
from embedviz.relations import read_relations
from embedviz.settings import DEMO_CONFIG, TrainingConfig, as_arguments
from embedviz.support import palette, paths
from embedviz.text import CorpusConfig


def page() -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    return switch_page(at, TRAIN).run()


def made(room, name="mine", *, state=run_folder.STOPPED, reason="", share=None, model=False) -> Job:
    """Lay a run down as if it had come so far."""
    order = JobRequest(name, b"some words", TrainingConfig(n_dims=12))
    found = run_folder.create_job(order, room.folder)
    found = Job(name, found.folder, found.arguments, state, reason, found.created)
    run_folder.write_job(found)
    if share is not None:
        found.growth.mkdir()
        vectors = planted()
        with found.metrics.open("w") as file:
            for step in (share / 2, share):
                line = Metrics(step, int(1000 * step), 10 * step, 100, 5 - step, 42.0)
                file.write(json.dumps(vars(line)) + "\n")
                snapshots.record_snapshot(found.growth, vectors, step, Watched())
    if model:
        found.model.mkdir()
        for file in ("config.json", "model.safetensors"):
            (found.model / file).touch()
    return found


def labels(at: AppTest) -> set[str]:
    return {button.label for button in at.button}


# -- the form --


def test_without_a_run_the_page_says_what_will_be_seen(room):
    at = page()
    assert not at.exception and not at.error
    assert "No run yet" in texts(at)
    assert labels(at) == {"Start training"}
    assert not room.folder.exists()


def test_the_page_is_there_without_any_model(room, monkeypatch, tmp_path):
    monkeypatch.setattr(models, "english_folder", lambda: tmp_path / "nowhere")
    assert "No run yet" in texts(page())


def test_a_start_takes_the_settings_into_the_queue(room, monkeypatch, tmp_path):
    (tmp_path / "bundled.txt").write_text("words")
    monkeypatch.setattr("embedviz.corpora.bundled_corpus", lambda: tmp_path / "bundled.txt")
    at = page()
    at.text_input(key="train-name").set_value("first")
    at.selectbox(key="train-cell").set_value("lstm")
    at.number_input(key="train-dims").set_value(30)
    at.number_input(key="train-epochs-True").set_value(3)
    at.number_input(key="train-min-count").set_value(7).run()
    at.button(key="train-start").click().run()
    assert not at.exception and not at.error
    (found,) = room.all()
    said = " ".join(found.arguments)
    assert found.name == "first" and found.state == run_folder.QUEUED
    for option in ("--cell lstm", "--dims 30", "--epochs 3.0", "--min-count 7"):
        assert f" {option} " in said
    config = replace(DEMO_CONFIG, cell="lstm", n_dims=30, epochs=3.0)
    corpus_config = CorpusConfig(min_count=7)
    assert found.arguments[1:] == as_arguments(config) + as_arguments(corpus_config)
    assert "bundled.txt" in said
    assert at.text_input(key="train-name").value == ""
    assert {"Add to the queue", "Remove from the queue"} <= labels(at)
    at.button(key="train-start").click().run()
    assert [one.name for one in room.all()] == ["demo", "first"]
    assert "one run is ahead of it" in texts(at)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("train-dims", 5000, "n\\_dims\\=5000"),
        ("train-epochs-True", 0, "epochs\\=0"),
        ("train-min-count", 0, "min\\_count\\=0"),
    ],
)
def test_a_setting_out_of_range_gets_a_sentence(room, monkeypatch, tmp_path, key, value, says):
    monkeypatch.setattr("embedviz.corpora.bundled_corpus", lambda: tmp_path)
    at = page()
    at.number_input(key=key).set_value(value).run()
    at.button(key="train-start").click().run()
    assert not at.exception and says in at.error[0].value
    assert room.all() == []


def test_a_name_that_is_no_folder_gets_a_sentence(room, monkeypatch, tmp_path):
    monkeypatch.setattr("embedviz.corpora.bundled_corpus", lambda: tmp_path)
    at = page()
    at.text_input(key="train-name").set_value("../../etc").run()
    at.button(key="train-start").click().run()
    assert "cannot be the name" in at.error[0].value and room.all() == []


def test_an_uploaded_text_is_trained_on(room):
    at = page()
    at.button_group(key="train-text").set_value("Upload").run()
    assert at.button(key="train-start").disabled
    at.file_uploader(key="train-upload").set_value(("My novel.txt", b"some words " * 99, "t")).run()
    assert "About 180 words" in texts(at)
    at.button(key="train-start").click().run()
    (found,) = room.all()
    assert found.name == "My-novel"
    assert Path(found.arguments[0]).read_bytes() == b"some words " * 99


def test_a_compressed_upload_is_refused(room):
    at = page()
    at.button_group(key="train-text").set_value("Upload").run()
    at.file_uploader(key="train-upload").set_value(("a.txt", b"\x1f\x8b\x08" + b"x" * 9, "t")).run()
    assert "is compressed" in at.error[0].value
    assert at.button(key="train-start").disabled


def test_texts_of_the_server_are_those_of_its_folder(room, tmp_path, monkeypatch):
    texts_folder = tmp_path / "texts"
    (texts_folder / "sub").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (texts_folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (texts_folder / "sub" / "a.txt").write_text("words")
    assert "On this server" not in page().button_group(key="train-text").options
    monkeypatch.setenv("EMBEDVIZ_TEXTS", str(texts_folder))
    at = page()
    at.button_group(key="train-text").set_value("On this server").run()
    assert at.selectbox(key="train-file").options == ["sub/a.txt"]
    at.button(key="train-start").click().run()
    assert room.all()[0].arguments[0] == str(texts_folder / "sub" / "a.txt")


def test_a_server_folder_without_texts_is_told(room, tmp_path, monkeypatch):
    monkeypatch.setenv("EMBEDVIZ_TEXTS", str(tmp_path / "nowhere"))
    at = page()
    at.button_group(key="train-text").set_value("On this server").run()
    assert not at.exception and "does not exist" in at.error[0].value


# -- the runs --


def test_a_stopped_run_shows_what_it_learnt_and_can_go_on(room):
    made(room, share=0.4, model=True)
    at = page()
    assert not at.exception and not at.error
    assert "Stopped at 40" in texts(at) and "badge[Stopped]" in texts(at)
    assert {"Resume", "Open on the map", "Delete"} <= labels(at)
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["Cost"] == "4.60" and figures["Perplexity"] == "42"
    assert float(figures["male → female"]) > 0.5
    assert "p \\= 0" not in texts(at) and "p = 0.005" in texts(at)
    assert len(at.get("vega_lite_chart")) == 3
    at.button(key="train-resume").click().run()
    assert room.get("mine").state == run_folder.QUEUED
    at.button(key="train-cancel").click().run()
    assert room.get("mine").state == run_folder.STOPPED


def test_a_click_that_comes_too_late_gets_a_sentence_that_stays(room):
    made(room, share=0.5, model=True)
    at = page()
    resume = next(one for one in at.button if one.label == "Resume")
    found = room.get("mine")
    run_folder.write_job(
        Job("mine", found.folder, found.arguments, run_folder.DONE, "", found.created)
    )
    resume.click()
    for _ in range(2):
        at.run()
        assert "only a stopped run can be resumed" in " ".join(one.value for one in at.error)


def test_a_failed_run_says_why_and_can_be_tried_again(room):
    made(room, state=run_folder.FAILED, reason="The text <b>holds 0 words</b>: give more.")
    at = page()
    assert at.error[0].value.replace("\\", "") == "The text <b>holds 0 words</b>: give more."
    assert {"Restart", "Delete"} <= labels(at)
    assert "Open on the map" not in labels(at)
    at.button(key="train-remove").click().run()
    assert room.all() == [] and "No run yet" in texts(at)


def test_a_running_run_shows_how_far_it_is(room):
    found = made(room, state=run_folder.RUNNING)
    with run_folder.locked(found.folder):  # as its child would
        assert "Starting: reading what it learns from" in page().get("progress")[0].proto.text
        with found.metrics.open("w") as file:
            file.write(json.dumps(vars(Metrics(0.25, 1000, 30.0, 33, 5.0, None))) + "\n")
        at = page()
        assert not at.exception and not at.error
        bar = at.get("progress")[0].proto
        assert bar.value == 25 and bar.text.endswith("1 min 30 s left")
        assert next(metric for metric in at.metric if metric.label == "Perplexity").value == "–"
        assert {"Stop", "Add to the queue"} <= labels(at)
        assert "Resume" not in labels(at) and "Delete" not in labels(at)


def test_a_run_on_a_text_without_the_families_has_no_arrows(room):
    found = made(room, share=0.5)
    (found.growth / snapshots.FIGURES).write_text('{"share": 0.5, "families": []}\n')
    at = page()
    assert not at.exception and not at.error
    assert "no arrows to draw" in texts(at)


def test_what_a_run_learnt_is_offered_on_the_map(room):
    made(room, state=run_folder.DONE, share=1.0, model=True)
    made(room, "untrained")
    at = page()
    assert [model.name for model in models.list_server_models()] == ["english", "mine"]
    at.selectbox(key="run").set_value("mine").run()
    assert "1,000 words read in 10 s" in texts(at)
    at.button(key="train-open").click().run()
    assert at.session_state["model"] == "mine"


def test_a_run_of_a_name_that_is_taken_opens_by_its_own(room):
    made(room, "english", state=run_folder.DONE, share=1.0, model=True)
    at = page()
    named = [model.name for model in models.list_server_models()]
    assert named[0] == "english" and len(set(named)) == 2
    at.button(key="train-open").click().run()
    assert at.session_state["model"] == named[1]


def test_another_run_can_be_chosen_by_its_link(room):
    made(room, "old", state=run_folder.FAILED, reason="It failed.")
    made(room, "new")
    at = page()
    assert at.selectbox(key="run").value == "new" and not at.error
    at.selectbox(key="run").set_value("old").run()
    assert at.error[0].value == "It failed\\."
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["run"] = "old"
    at.run()
    at.query_params["run"] = "old"
    switch_page(at, TRAIN).run()
    assert at.selectbox(key="run").value == "old"


def test_where_visitors_may_only_look_there_is_no_page(room, monkeypatch):
    offered = []
    navigation = st.navigation

    def noted(pages, **settings):
        offered.append([one.title for section in pages.values() for one in section])
        return navigation(pages, **settings)

    monkeypatch.setattr(st, "navigation", noted)
    AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    monkeypatch.setattr(sys, "argv", ["app.py", "--read-only"])
    AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert "Train" in offered[0] and "Train" not in offered[-1]


def test_the_folders_of_the_page_are_named_at_the_start(monkeypatch, run, tmp_path):
    monkeypatch.setattr("embedviz.dashboard.launch", lambda *_, **__: None)
    monkeypatch.setattr("embedviz.dashboard.check_address", lambda *_: None)
    for name in (paths.RUNS, paths.TEXTS):
        monkeypatch.setenv(name, "")
    assert paths.texts_folder() is None
    assert paths.runs_folder() == Path("out/runs")
    assert run("app", "english", "--runs", tmp_path / "r", "--texts", tmp_path / "t")[0] == 0
    assert (paths.runs_folder(), paths.texts_folder()) == (tmp_path / "r", tmp_path / "t")


def test_own_pairs_and_words_are_followed(room, monkeypatch, tmp_path):
    (tmp_path / "bundled.txt").write_text("words")
    monkeypatch.setattr("embedviz.corpora.bundled_corpus", lambda: tmp_path / "bundled.txt")
    at = page()
    at.text_area(key="own").set_value("[royal]\nking -> queen\n[kin]\nson, daughter")
    at.text_area(key="my-words").set_value("colours: red, blue").run()
    at.button(key="train-start").click().run()
    assert not at.exception and not at.error
    (found,) = room.all()
    *_, watch, pairs, watch_words, words = found.arguments
    assert (watch, watch_words) == ("--watch", "--watch-words")
    assert [one.name for one in read_relations(Path(pairs))] == ["royal", "kin"]
    assert read_watched_words(Path(words)) == ("red", "blue")
    at.text_area(key="own").set_value("no pair at all here").run()
    at.button(key="train-start").click().run()
    assert at.error and len(room.all()) == 1


def test_a_run_has_a_time_line_and_figures_with_their_controls(room):
    made(room, share=0.5)
    at = page()
    said = texts(at)
    assert "favours" in said and "a random plane" in said
    assert "With shuffled pairs" in said
    (line,) = [one for one in components(at) if '"labels"' in one]
    assert all(label in line for label in (r"25\u00a0%", r"50\u00a0%"))
    (table,) = [frame.value for frame in at.dataframe if "moment" in frame.value]
    assert list(table["relation"][:3]) == ["male-female", "verb-past", "country-capital"]
    assert {"shuffled_consistency", "nearest_rate", "hit_rate_low"} <= set(table.columns)


def test_a_moment_that_cannot_be_read_is_left_out(room):
    found = made(room, share=0.5)
    first, last = sorted((found.growth / snapshots.MOMENTS).iterdir())
    first.write_bytes(b"no vectors")
    at = page()
    assert not at.exception and not at.error
    assert not [one for one in components(at) if '"labels"' in one]
    last.unlink()
    assert not page().exception


# -- its parts --


def test_many_figures_are_thinned_to_means_of_neighbours():
    told = [Metrics(i / 1000, i, float(i), 1, float(i % 2), None) for i in range(1, 1001)]
    thin = charts.downsample(told)
    assert len(thin) == 200
    assert thin[-1] == (1000, pytest.approx(0.5, abs=0.11))
    assert charts.downsample(told[:3]) == [(1, 1.0), (2, 0.0), (3, 1.0)]


def test_a_family_keeps_its_colour_and_dash_alone(room):
    one = RelationMoment("country-capital", 9, 0.4, 0.005, shuffled_consistency=0.1)
    few = RelationMoment("verb-past", 7, 0.9)
    series = [MomentFigures("half", 0.5, [one, few])]
    chart = build_growth_chart(
        series, ["country-capital"], "consistency", dark=False, is_share=True
    )
    assert chart["encoding"]["color"]["scale"]["range"] == [palette.LIGHT.families[2]]
    dashes = chart["layer"][-1]["encoding"]["strokeDash"]["scale"]["range"]
    assert dashes == [[3.5, 4.5]]
    (row,) = chart["data"]["values"]  # seven pairs have no interval and are not drawn
    assert (row["value"], row["control"]) == (0.4, 0.1)


@pytest.mark.parametrize("name", ["a" * 99, "été.txt", "..", "../../x.md", "con:aux", ""])
def test_every_suggested_name_is_a_name(name):
    suggested = form_fields.free_name(name, ["model"])
    assert JobRequest(suggested, b"words").name == suggested
    assert np.unique([form_fields.free_name("a", ["a", "a-2"]), "a-3"]).tolist() == ["a-3"]
