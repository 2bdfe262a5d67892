"""Tools for assistants: figures with their doubts, and nothing of the disk but the models."""

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embedviz import InputError, UnknownWordError, Vocabulary, WordVectors
from embedviz.assistants import Tools, make_server, open_models
from embedviz.relations import built_in, measure

PATHS = ("/etc/passwd", "../english", "english/../english", "C:\\secret", "file:///etc/passwd", "")


@pytest.fixture(scope="module")
def tools(vectors):
    return Tools({"planted": vectors})


def test_the_models_are_those_named_at_the_start(tools, vectors):
    found = tools.list_models()
    assert list(found["models"]) == ["planted"]
    assert found["models"]["planted"]["n_words"] == len(vectors)
    assert "male-female" in found["relations"]


@pytest.mark.parametrize("path", PATHS)
def test_no_path_is_read(tools, path):
    with pytest.raises(InputError, match="is no model of this server: choose one of planted"):
        tools.look_up(path, ["king"])
    with pytest.raises(InputError, match="is not a built-in relation"):
        tools.relation("planted", path or "nothing")
    with pytest.raises(InputError, match="is not a built-in relation"):
        tools.figure("planted", path or "nothing")
    with pytest.raises(UnknownWordError):
        tools.neighbours("planted", path or "no such word")


def test_words_are_looked_up(tools, vectors):
    found = tools.look_up("planted", ["king", "kingg"])
    assert found["words"][0]["rank"] == vectors.id("king") + 1
    assert found["unknown"] == ["kingg"] and "king" in found["near_spellings"]["kingg"]
    assert any("Counts are unknown" in one for one in found["doubts"])


def test_rare_and_unstable_words_are_doubted():
    rare = WordVectors(
        Vocabulary(("often", "seldom"), np.array([1000, 5])),
        np.eye(2, dtype=np.float32),
        stability=np.array([90, 20], np.uint8),
    )
    doubts = Tools({"m": rare}).look_up("m", ["often", "seldom"])["doubts"]
    assert len(doubts) == 2
    assert "'seldom' occurs 5 times" in doubts[0] and "20%" in doubts[1]


def test_an_analogy_names_the_honest_row(tools, vectors):
    found = tools.analogy("planted", "man", "woman", "king")
    by_name = {one["method"]: one for one in found["methods"]}
    first = by_name["3cosadd"]["answers"][0]["word"]
    assert first == vectors.analogy("man", "woman", "king", 1)[0].word
    assert by_name["3cosadd"]["answers_with_query_words"]
    # close to itself: b - a + c of equal words is c
    same = WordVectors(
        Vocabulary(("a", "b", "c", "d")),
        np.array([[1, 0.02], [1, 0], [0, 1], [0.1, 1]], dtype=np.float32),
    )
    doubts = " ".join(Tools({"m": same}).analogy("m", "a", "b", "c")["doubts"])
    assert "answers 'c', a word of the question" in doubts
    assert "'d' is also the word nearest to 'c' alone" in doubts


def test_a_relation_has_its_verdict_and_controls(tools, vectors):
    found = tools.relation("planted", "male-female")
    report = measure(vectors, built_in("male-female"))
    assert found["verdict"] == report.verdict.value
    assert found["figures"]["shuffled_consistency"] == report.shuffled_consistency
    assert found["doubts"][0].startswith(report.verdict.value)
    own = tools.relation("planted", pairs=[["king", "queen"], ["man", "nowhere"]])
    assert own["verdict"] == "Too few pairs"
    assert own["figures"]["skipped"] == ["man → nowhere"]
    json.dumps(found)


def test_an_axis_has_percentiles(tools):
    found = tools.axis("planted", ["queen", "king", "nowhere"], toward="woman", away="man")
    assert [one["word"] for one in found["placed"]] == ["queen", "king"]
    assert found["placed"][0]["percentile"] > found["placed"][1]["percentile"]
    assert found["unknown"] == ["nowhere"] and len(found["doubts"]) == 2
    alone = tools.axis("planted", ["king"], toward="king")["placed"][0]
    assert alone["position"] == pytest.approx(1, abs=1e-5) and alone["percentile"] > 99


def test_a_figure_is_a_picture_with_doubts(tools):
    pytest.importorskip("matplotlib")
    picture, found = tools.figure("planted", "male-female")
    assert picture.startswith(b"\x89PNG") and "fitted to the arrows" in found["doubts"][0]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda t: t.neighbours("planted", "king", 51), "n=51 must be between 1 and 50"),
        (lambda t: t.neighbours("planted", "w" * 201), "1 to 200 characters, not 201"),
        (lambda t: t.look_up("planted", ["king"] * 501), "501 words were given"),
        (lambda t: t.look_up("planted", []), "0 words were given"),
        (lambda t: t.relation("planted", pairs=[["king"]]), "must have two words"),
        (lambda t: t.relation("planted", pairs=[]), "0 pairs were given"),
        (lambda t: t.relation("planted", pairs=[["a", "b"]] * 501), "501 pairs were given"),
    ],
)
def test_what_is_too_much_is_said(tools, call, says):
    with pytest.raises(InputError, match=says):
        call(tools)


def test_two_models_of_one_name(tmp_path):
    with pytest.raises(InputError, match="Two models are called english"):
        open_models(["english", "english"])


def test_the_protocol_end_to_end(english_text_file):
    mcp = pytest.importorskip("mcp")

    async def talk():
        command = [sys.executable, "-m", "embedviz", "mcp", str(english_text_file)]
        given = mcp.StdioServerParameters(command=command[0], args=command[1:])
        async with mcp.stdio_client(given) as streams, mcp.ClientSession(*streams) as session:
            await session.initialize()
            tools = {one.name for one in (await session.list_tools()).tools}
            near = await session.call_tool("neighbours", {"model": "words.vec", "word": "b"})
            hostile = await session.call_tool(
                "neighbours", {"model": "/etc/passwd", "word": "root"}
            )
            return tools, near, hostile

    with ThreadPoolExecutor(1) as apart:  # a browser's test may have left a loop here
        tools, near, hostile = apart.submit(asyncio.run, talk()).result()
    assert tools == {
        "list_models",
        "look_up",
        "neighbours",
        "analogy",
        "relation",
        "axis",
        "figure",
    }
    assert json.loads(near.content[0].text)["neighbours"][0]["word"] == "c"
    assert hostile.is_error and "no model of this server" in hostile.content[0].text


@pytest.fixture
def english_text_file(tmp_path):
    path = tmp_path / "words.vec"
    path.write_text("3 2\na 1 0\nb 0 1\nc 0.1 1\n")
    return path


def test_without_the_package_a_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    with pytest.raises(InputError, match=r"pip install 'embedviz\[mcp\]'"):
        make_server({})
