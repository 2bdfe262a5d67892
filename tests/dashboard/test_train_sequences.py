"""The page Train for pairs, programs and pictures, and what a model writes while it learns."""

from __future__ import annotations

import io
import json
import shlex

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from app_pages import HOSTILE, ROOT, TRAIN, switch_page, texts
from streamlit.testing.v1 import AppTest

from embedviz.dashboard.training.live_samples import build_reach_chart
from embedviz.jobs import (
    PROGRAMS,
    TEXT,
    JobRequest,
    Sample,
    SampleMoment,
    SequenceJobRequest,
    append_moment,
    run_folder,
)

PAIRS = b"source\ttarget\na dog\tun chien\na cat\tun chat\n"


def page(kind: str = "Text") -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at = switch_page(at, TRAIN).run()
    if kind != "Text":
        at.button_group(key="train-kind").set_value(kind).run()
    assert not at.exception
    return at


def started(at, room):
    at.button(key="train-start").click().run()
    assert not at.exception and not at.error, [one.value for one in at.error]
    (found,) = room.all()
    return found


def test_pairs_become_a_command_that_trains_them(room, run, tmp_path):
    at = page("Pairs")
    assert at.button(key="train-start").disabled
    at.file_uploader(key="train-pairs").set_value(
        ("fr en.tsv", PAIRS + PAIRS.split(b"\n", 1)[1] * 40, "text/plain")
    ).run()
    at.number_input(key="train-states").set_value(16).run()
    at.number_input(key="train-epochs-seq-seq").set_value(1).run()
    found = started(at, room)
    assert (found.name, found.kind) == ("fr-en", "pairs")
    # a command that works: the page says that it trains the same model
    samples = tmp_path / "samples.jsonl"
    code, _, err = run(*found.command[1:], "--samples", samples)
    assert code == 0, err
    lines = [json.loads(line) for line in samples.read_text().splitlines()]
    assert lines[0]["share"] == 0 and lines[-1]["share"] == 1
    assert {one["target"] for one in lines[0]["samples"]} <= {"un chien", "un chat"}
    assert all(one["text"] for one in lines[-1]["samples"])


def test_labels_have_the_vectors_of_a_model(room):
    at = page("Pairs")
    at.selectbox(key="train-shape").set_value("seq-vec").run()
    at.file_uploader(key="train-pairs").set_value(("a.jsonl", PAIRS, "text/plain")).run()
    found = started(at, room)
    command = shlex.join(found.command)
    assert "--shape seq-vec" in command and "--vectors english" in command
    assert "--source source --target target" in command
    assert (found.folder / "files" / "pairs.jsonl").read_bytes() == PAIRS


def test_a_compressed_table_is_refused(room):
    at = page("Pairs")
    at.file_uploader(key="train-pairs").set_value(("a.tsv", b"\x1f\x8b\x08" + b"x" * 9, "t")).run()
    assert "is compressed" in at.error[0].value and not room.all()


def test_programs_need_no_file(room):
    at = page("Programs")
    at.number_input(key="train-length").set_value(1).run()
    at.selectbox(key="train-writes").set_value("answer").run()
    found = started(at, room)
    command = shlex.join(found.command)
    assert command.startswith("embedviz train programs --length 1 --nesting 1 --programs 20000")
    assert "--writes answer" in command


def test_a_setting_out_of_range_is_told_in_a_sentence(room):
    at = page("Programs")
    at.number_input(key="train-nesting").set_value(99).run()
    assert not at.exception
    assert "99" in at.error[0].value and "between 1 and 6" in at.error[0].value and not room.all()


def test_scenes_are_drawn_or_pictures_uploaded(room):
    at = page("Pictures")
    at.number_input(key="train-scenes").set_value(200).run()
    at.button(key="train-start").click().run()
    scenes = room.get("scenes-2")  # the bundled model is called scenes
    assert shlex.join(scenes.command).startswith("embedviz train scenes --scenes 200")
    at.button_group(key="train-pictures-of").set_value("Your own pictures").run()
    assert at.button(key="train-start").disabled
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    picture = ("a b.png", buffer.getvalue(), "image/png")
    at.file_uploader(key="train-picture-files").set_value([picture]).run()
    assert not at.error and "Add the JSON file" in texts(at)
    at.file_uploader(key="train-picture-files").set_value(
        [picture, ("coco.json", b"{}", "application/json")]
    ).run()
    at.button(key="train-start").click().run()
    found = room.get("pictures")
    assert (found.folder / "files" / "pictures" / "a b.png").is_file()
    assert "--captions" in found.command
    assert (found.folder / "files" / "captions.json").read_bytes() == b"{}"


@pytest.mark.parametrize("name", ["../x", "a/../../b", "/etc/passwd", "..", "a/b/c", ""])
def test_a_file_never_leaves_its_folder(name):
    with pytest.raises(run_folder.InputError, match="cannot be the name of a file"):
        SequenceJobRequest("mine", "pairs", (), {name: b"x"})


def test_what_a_model_writes_is_shown_moment_by_moment(room):
    found = run_folder.create_job(SequenceJobRequest("mine", PROGRAMS, ("programs",)), room.folder)
    for share, text in ((0.0, HOSTILE[0]), (0.5, "half"), (0.8, "all of it")):
        append_moment(found.samples, SampleMoment(share, (Sample("print(1+1)", "2", text),)))
    at = page()
    (table,) = [frame.value for frame in at.dataframe]
    assert table.iloc[0].tolist() == ["print(1+1)", "2", "all of it"]
    at.select_slider(key="train-sample-mine").set_value(0).run()
    assert at.dataframe[0].value["text"][0] == HOSTILE[0]
    append_moment(found.samples, SampleMoment(0.9, (Sample("print(1+1)", "2", "newer"),)))
    at.run()  # an older moment stays
    assert at.dataframe[0].value["text"][0] == HOSTILE[0]
    at.select_slider(key="train-sample-mine").set_value(3).run()
    append_moment(found.samples, SampleMoment(1.0, (Sample("print(1+1)", "2", "newest"),)))
    assert at.run().dataframe[0].value["text"][0] == "newest"
    assert "How far back" not in texts(at)


def test_gradients_are_drawn_at_some_moments_of_a_run(room):
    found = run_folder.create_job(JobRequest("mine", b"words"), room.folder)
    assert found.kind == TEXT
    quartiles = tuple((0.5**k, 0.6**k, 0.7**k) for k in range(5))
    moments = [SampleMoment(n / 20, (), quartiles) for n in range(21)]
    for moment in moments:
        append_moment(found.samples, moment)
    at = page()
    assert not at.exception and "How far back the cost reaches" in texts(at)
    (chart,) = at.get("vega_lite_chart")
    spec = json.loads(chart.proto.spec)
    names = spec["encoding"]["color"]["scale"]["domain"]
    assert names[0] == "untrained" and names[-1] == "100.0%" and len(names) <= 6
    rows = build_reach_chart([moments[0], moments[-1]], dark=True)["data"]["values"]
    assert [row["median"] for row in rows if row["moment"] == "untrained"] == pytest.approx(
        [0.6**k for k in range(5)], rel=1e-3
    )


def test_a_language_model_goes_on_beside_the_text_itself(room):
    found = run_folder.create_job(JobRequest("mine", b"words"), room.folder)
    sample = Sample("the king", "of france", HOSTILE[3])
    append_moment(found.samples, SampleMoment(0.5, (sample,), ((1.0, 1.0, 1.0),)))
    said = texts(page())
    assert "the king …" in said and "The text itself: of france" in said
    assert HOSTILE[3] not in said  # which would be a link


def test_damaged_samples_are_left_out(room):
    found = run_folder.create_job(JobRequest("mine", b"words"), room.folder)
    lines = [
        '{"share": 0.0, "samples": [], "reach": [[1, 1, 1]]}',
        '{"share": 7, "samples": [], "reach": []}',
        '{"share": 0.5, "samples": "no", "reach": []}',
        '{"share": 0.5, "samples": [], "reach": [[1, "x", 1]]}',
        "[]",
        "{",
    ]
    found.samples.write_text("\n".join(lines))
    at = page()
    assert not at.exception and not at.error
    assert len(at.get("vega_lite_chart")) == 1
