"""Pages: what strangers' words can do to them (nothing), and that they run from a file alone."""

from __future__ import annotations

import base64
import json
import re
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from hostile_words import FAMILY_RELATIONS, HOSTILE, hostile_relation, hostile_vectors

from benchmarks.common.browser import PHONE
from embedviz import load
from embedviz.errors import InputError
from embedviz.export import open_view, page, take_view
from embedviz.export.findings import doubts, findings
from embedviz.export.report import report_markdown, report_page, write_report
from embedviz.export.site import site_page, write_site
from embedviz.relations import Relation, RelationReport, measure
from embedviz.reports.escaping import script_json
from embedviz.reports.html import content_hash
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

pytest.importorskip("matplotlib", reason="pictures are an extra")

NAMESPACES = ("http://www.w3.org/2000/svg",)


@pytest.fixture(scope="module")
def scene(vectors):
    own = Relation("own", (("king", "queen"), ("nowhere-a", "kingg")))
    return take_view(vectors, "planted", (*FAMILY_RELATIONS, own), n_words=300, marked=("king",))


@pytest.fixture(scope="module")
def hostile():
    return take_view(
        hostile_vectors(), "<b>odd</b>", (hostile_relation(),), n_words=99, marked=HOSTILE[:3]
    )


@pytest.fixture(scope="module")
def pages(scene, hostile):
    odd = site_page(hostile_vectors(), "<b>odd</b>", [hostile_relation()], n_words=99)
    return {
        "site map": site_page(scene.vectors, "planted", FAMILY_RELATIONS, n_words=300),
        "hostile site map": odd,
        "map": page(scene),
        "hostile map": page(hostile),
        "report": report_page(scene),
        "hostile report": report_page(hostile),
    }


class Elements(HTMLParser):
    """Elements, and what stands in each script and style."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.inside = {}
        self.open = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.open = self.inside.setdefault(tag, [])
            self.open.append("")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.open = None

    def handle_data(self, data):
        if self.open:
            self.open[-1] += data


NAMES = ["map", "hostile map", "report", "hostile report", "site map", "hostile site map"]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_names_no_address(pages, name):
    text = pages[name]
    for namespace in NAMESPACES:
        text = text.replace(namespace, "")
    # a hash in the policy, and numbers in base64, may happen to hold "//a"
    text = re.sub(r"'sha256-[A-Za-z0-9+/]{43}='|\"[A-Za-z0-9+/]{40,}=*\"", "", text)
    assert not re.search(r"https?:|//[a-z]|url\(|@import|<link|<iframe|<object|<embed", text)
    elements = Elements(text)
    for _, attributes in elements.tags:
        source = attributes.get("src") or attributes.get("href") or "#"
        assert source.startswith(("#", "data:image/svg+xml;base64,"))
        assert not [key for key in attributes if key.startswith("on") or key == "style"]


@pytest.mark.parametrize("name", NAMES)
def test_only_what_the_policy_names_may_run(pages, name):
    elements = Elements(pages[name])
    (policy,) = [
        attributes["content"]
        for tag, attributes in elements.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    (style,) = elements.inside["style"]
    assert f"style-src {content_hash(style)};" in policy
    scripts = elements.inside.get("script", [])
    if name.endswith("map"):
        data, script = scripts
        assert json.loads(data)
        assert f"script-src {content_hash(script)};" in policy
    else:
        assert not scripts
        assert "script-src" not in policy


def test_strangers_words_stay_words(pages):
    for name in ("hostile map", "hostile report", "hostile site map"):
        assert "<script>alert" not in pages[name]
        assert not [tag for tag, _ in Elements(pages[name]).tags if tag == "b"]
    data, _ = Elements(pages["hostile map"]).inside["script"]
    words = json.loads(data)["words"]
    assert "</script><script>alert(1)</script>" in words
    assert "$x$" in words
    assert "\ufffdabc" in words  # a sign that would turn the line round
    assert max(map(len, words)) == 65  # the word of 10,000 characters is cut
    seen = pages["hostile report"].split("<details>")[0]  # the provenance keeps words whole
    assert "long" * 16 + "…" in seen
    assert "long" * 17 not in seen
    assert "=1+1 → &lt;/script&gt;&lt;script&gt;alert(1)" in seen


def test_json_in_a_page_has_no_sign_of_markup():
    text = script_json(["<!--", "]]>", "&amp;", "\u2028", "é"])
    assert not set(text) & set("<>&\u2028é")
    assert json.loads(text) == ["<!--", "]]>", "&amp;", "\u2028", "é"]


def test_the_page_holds_the_projection(scene, pages):
    data = json.loads(Elements(pages["map"]).inside["script"][0])
    xs = np.frombuffer(base64.b64decode(data["x"]), "<f4")
    ys = np.frombuffer(base64.b64decode(data["y"]), "<f4")
    ranks = np.frombuffer(base64.b64decode(data["rank"]), "<i4")
    assert len(xs) == len(ys) == len(ranks) == len(data["words"])
    places = scene.plane.coordinates(scene.vectors.unit_rows(ranks - 1))
    assert np.allclose(np.stack([xs, ys], axis=1), places, atol=1e-6)
    assert data["words"] == [scene.vectors.words[rank - 1] for rank in ranks]
    assert list(ranks[:300]) == list(range(1, 301))
    family = data["overlay"]["families"][0]
    assert family["label"].startswith("male → female (12 of ")
    source, target = family["pairs"][0]
    drawn = scene.drawn(scene.known[0])
    assert (data["words"][source], data["words"][target]) == drawn[0]
    assert data["overlay"]["chosen"]["word"] == "king"


def test_fifty_thousand_words_stay_small():
    rng = np.random.default_rng(0)
    words = tuple(f"word{i}" for i in range(50_000))
    vectors = WordVectors(Vocabulary(words), rng.normal(size=(50_000, 4)).astype(np.float32))
    text = page(take_view(vectors, "many", (), n_words=50_000))
    assert len(text) < 1_700_000  # 16 bytes a word for numbers, and the words


# -- the report --


def test_the_report_says_what_is_known(scene, pages):
    text = pages["report"]
    for said in (
        scene.view.sha256,
        "verb → past",
        "male → female",
        "mean cosine between",
        "Worst-fitting pairs",
        "Provenance",
        "1 pairs are too few for a p-value",
        "<bdi>kingg</bdi>",
    ):
        assert said in text, said
    assert text.count("<img ") == len([s for s in findings(scene) if s.picture])
    assert text.count("<h2 ") == 2 + len(scene.view.relations)


def test_the_report_as_markdown(scene, hostile):
    text = report_markdown(scene)
    assert "## verb → past" in text
    assert "| relation | pairs | consistency |" in text
    odd = report_markdown(hostile)
    assert "<script>" not in odd.replace("\\<", "")
    rows = [line for line in odd.splitlines() if line.startswith("| ")]
    assert rows
    assert all(line.endswith(" |") for line in rows)


def test_what_cannot_be_written(tmp_path, scene):
    with pytest.raises(InputError, match=r"must end in \.html or \.md"):
        write_report(tmp_path / "report.pdf", scene)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_report(tmp_path / "file" / "report.md", scene)


def report_of(n_pairs, p=0.001, excess=(0.2, 0.4), gain=(0.2, 0.4)):
    return RelationReport(
        "a",
        n_pairs,
        (),
        0.3,
        p,
        0.5,
        excess=0.3,
        excess_interval=excess,
        gain=0.3,
        gain_interval=gain,
    )


@pytest.mark.parametrize(
    ("report", "fidelity", "says"),
    [
        (report_of(0), None, "there are no statistics"),
        (report_of(2, None, None), 0.5, "at least 3 are needed"),
        (report_of(40, 0.2), 0.5, "do not interpret these arrows"),
        (report_of(40, 0.001, (-0.1, 0.2)), 0.5, "does not exceed that of the same words shuffled"),
        (report_of(40, 0.001, gain=(-0.1, 0.2)), 0.5, "answers no better than closeness"),
        (report_of(5, 0.01, None), 0.5, "no interval below 8 pairs"),
        (report_of(40), 0.05, "retains only 5.0\N{NO-BREAK SPACE}%"),
    ],
)
def test_doubts(report, fidelity, says):
    assert any(says in one for one in doubts(report, fidelity))


def test_no_doubt_about_a_sound_relation():
    assert doubts(report_of(40), 0.4) == ()


# -- in a browser --


@contextmanager
def opened(browser, path, **options):
    """Open a file in a browser; give the page, and what it asked for or complained of."""
    told = []
    tab = browser.new_page(**options)
    tab.on("console", lambda message: told.append(message.text))
    tab.on("pageerror", lambda error: told.append(str(error)))
    tab.on("dialog", lambda dialog: told.append("a dialog"))
    tab.on("request", lambda request: told.append(request.url))
    tab.goto(path.as_uri())
    yield tab, told
    tab.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["map", "hostile map"])
def test_the_map_runs_from_its_file(browser, tmp_path, pages, name):
    path = tmp_path / "map.html"
    path.write_text(pages[name], encoding="utf-8")
    phone = {"viewport": PHONE, "color_scheme": "dark"}
    with opened(browser, path, **phone) as (tab, told):
        tab.wait_for_selector(".word-map[data-ready=true]", timeout=30_000)
        assert tab.evaluate("document.documentElement.scrollWidth") == 390
        assert "rank" not in tab.text_content("#found")
        tab.fill("#find", "$x$" if name.startswith("hostile") else "queen")
        tab.wait_for_function("document.getElementById('found').textContent.startsWith('rank')")
        tab.fill("#find", "no such word")
        assert tab.text_content("#found") == "not on this map"
        assert told == [path.as_uri()]


@pytest.mark.browser
def test_the_site_answers_as_python_does(browser, tmp_path, vectors, request):
    """Search, neighbours, an analogy with its controls, axes: from the file alone."""
    path = write_site(tmp_path / "site", vectors, "planted", FAMILY_RELATIONS, n_words=300)
    known = vectors.top(300)
    with opened(browser, path, viewport=PHONE) as (tab, told):
        tab.wait_for_selector(".word-map[data-ready=true]", timeout=30_000)
        assert tab.evaluate("document.documentElement.scrollWidth") == 390
        tab.fill("#find", "queen")
        texts = tab.locator("#near .word").all_text_contents()
        assert texts[:3] == [one.word for one in known.most_similar("queen", 3)]
        assert "word=queen" in tab.url
        a, b, c = "king", "queen", "man"
        for field, word in zip("abc", (a, b, c), strict=True):
            tab.fill(f"#{field}", word)
        (first,) = known.analogy(a, b, c, 1)
        assert tab.locator("#answers .word").first.text_content() == first.word
        (honest,) = known.nearest(known.combine({b: 1, a: -1, c: 1}), 1)
        (alone,) = known.nearest(known[c], 1, exclude=(a, b, c))
        said = tab.text_content("#analogy-message")
        assert f"the answer is {honest.word};" in said and f"alone is {alone.word}." in said
        tab.fill("#find", "")
        tab.type("#find", "queen ")  # the field stays as it is typed
        assert tab.input_value("#find") == "queen "
        tab.fill("#c", "no such word")
        assert tab.text_content("#analogy-message") == "not among these words: no such word"
        tab.select_option("#view", "two axes")
        assert tab.is_visible("#axis-x-from")
        tab.select_option("#view", "male-female")
        assert not tab.is_visible("#axis-x-from")
        verdict = measure(vectors, FAMILY_RELATIONS[0]).verdict.value
        assert tab.text_content("#verdict").startswith(f"{verdict}. p = ")
        tab.locator("#near .word").first.click()
        assert tab.input_value("#find") == texts[0]
        assert told == [path.as_uri()]
    if folder := request.config.getoption("--pictures"):
        path = write_site(tmp_path / "english", load("english"), "english", FAMILY_RELATIONS)
        with opened(browser, path, viewport={"width": 1440, "height": 1080}) as (tab, _):
            tab.wait_for_selector(".word-map[data-ready=true]", timeout=30_000)
            tab.fill("#find", "queen")
            tab.wait_for_timeout(1_500)
            tab.screenshot(path=f"{folder}/site.png")


@pytest.mark.browser
def test_an_address_of_a_site_opens_its_word_and_its_axes(browser, tmp_path, pages):
    path = tmp_path / "index.html"
    path.write_text(pages["hostile site map"], encoding="utf-8")
    with opened(browser, path) as (tab, told):
        tab.goto(f"{path.as_uri()}#view=two+axes&word=%24x%24")
        tab.reload()
        tab.wait_for_selector(".word-map[data-ready=true]", timeout=30_000)
        assert tab.input_value("#find") == "$x$"
        assert tab.input_value("#view") == "two axes" and tab.is_visible("#axis-x-from")
        assert not [one for one in told if not one.startswith(path.as_uri())]


def test_a_site_replaces_only_its_page(tmp_path, vectors):
    folder = tmp_path / "site"
    many = [Relation(f"r{n}", (("king", "queen"), ("man", "woman"))) for n in range(40)]
    write_site(folder, vectors, "planted", many, n_words=50)
    (folder / "CNAME").write_text("mine")  # what the host of a site keeps beside it
    page = write_site(folder, vectors, "planted", FAMILY_RELATIONS[:1], n_words=50)
    assert (folder / "CNAME").read_text() == "mine"
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.html").write_text("<p>mine</p>")
    with pytest.raises(InputError, match="is another page"):
        write_site(other, vectors, "planted", FAMILY_RELATIONS[:1])
    for names in (("same", "same"), ("two axes",)):
        wrong = [Relation(name, (("king", "queen"),)) for name in names]
        with pytest.raises(InputError, match=f"Two views would be called '{names[0]}'"):
            write_site(folder, vectors, "planted", wrong)
    assert page.stat().st_size > 10_000


def test_a_site_without_relations_and_of_few_words(tmp_path):
    rows = np.array([[1, 0], [0.8, 0.6], [0, 1], [0, 0]], dtype=np.float32)
    few = WordVectors(Vocabulary(("a", "b", "c", "zero")), rows)
    unknown = Relation("unknown", (("nowhere-a", "nowhere-b"),))
    text = write_site(tmp_path / "site", few, "few", [unknown]).read_text(encoding="utf-8")
    assert "<h2>Relations</h2>" not in text
    assert 'id="a" value="a"' in text  # words that the site has
    data = json.loads(Elements(text).inside["script"][0])
    assert [view["name"] for view in data["views"]] == ["all words", "two axes"]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["report", "hostile report"])
def test_the_report_opens_from_its_file(browser, tmp_path, pages, name):
    path = tmp_path / "report.html"
    path.write_text(pages[name], encoding="utf-8")
    with opened(browser, path, viewport=PHONE) as (tab, told):
        assert tab.evaluate("document.documentElement.scrollWidth") == 390
        loaded = "[...document.images].map((image) => image.naturalWidth)"
        assert tab.evaluate(loaded)
        assert min(tab.evaluate(loaded)) > 100
        assert [one for one in told if not one.startswith("data:")] == [path.as_uri()]


def test_a_report_tells_what_the_training_left_in_words(vectors):
    steps = {"model": "mine", "results": {"perplexity": 408.24887, "n_words": 50_000, "odd": None}}
    report = report_markdown(
        take_view(replace(vectors, provenance=steps), "mine", FAMILY_RELATIONS[:1], n_words=9)
    )
    facts = report.split("## All relations")[0]
    assert "408.2" in facts and "408.24" not in facts and "50,000" in facts
    assert "held-out perplexity" in facts and "n_words" not in facts and "None" not in facts


def test_a_report_is_the_same_again(scene, pages):
    again = open_view(scene.view, scene.vectors)
    assert report_page(again) == pages["report"]
