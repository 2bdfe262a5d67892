"""What people do with the dashboard, from its first screen on, in a real browser.

With ``--pictures DIR`` (``make screenshots``) the pages are kept as pictures on the way.
"""

from __future__ import annotations

import json
import re
import zipfile
from xml.etree import ElementTree

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
import numpy as np
import pyarrow.parquet as pq
from opened_pages import OPENED

import embedviz
from benchmarks.common.browser import DESKTOP, PHONE, READY, served, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAP = "?show=All+words"
TALL = {"width": 1440, "height": 1400}


def search(page):
    return page.get_by_role("searchbox", name="Find a word")


def listed(page, number=0):
    """Words of a table: its first column."""
    table = page.locator("[data-testid=stDataFrame]").nth(number)
    return [
        one.text_content()
        for one in table.locator("canvas [role=gridcell][aria-colindex='1']").all()
    ]


def lists(page, word, most):
    """Whether a word comes to stand among the first of the first table: it is painted last."""
    for _ in range(100):
        if word in listed(page)[:most]:
            return True
        page.wait_for_timeout(100)
    return False


def alerts(page):
    return " ".join(page.locator("[data-testid=stAlert]").all_inner_texts())


def downloaded(page, name, folder):
    """Click a button that gives a file; the file."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def upload(page, *files):
    page.get_by_role("button", name="Open a file").click()
    page.locator("[data-testid=stFileUploader] input").set_input_files(files)
    settle(page)


def test_the_first_screen_is_three_live_panels(visit, picture):
    page = visit()
    picture(page, "dashboard")
    assert page.locator(".word-map").count() == 3
    assert page.get_by_text("with shuffled pairs").count() == 3
    frame = page.locator(".word-map").nth(1)
    frame.focus()
    page.keyboard.press("n")
    word = frame.locator(".card .word").inner_text()
    page.keyboard.press("Enter")
    settle(page)
    assert search(page).input_value() == word
    page.get_by_text("Control: shuffle the pairs").click()
    page.get_by_text("pairs shuffled").nth(2).wait_for()
    settle(page)
    picture(page, "seen-shuffled")
    page.get_by_text("All words", exact=True).click()
    page.wait_for_selector(".word-map .legend .family")
    settle(page)
    assert page.locator(".word-map").count() == 1
    assert search(page).input_value() == word


def test_the_map_then_a_search_a_misspelling_and_a_click(visit, picture):
    page = visit(MAP)
    page.get_by_text("How far to trust it").click()
    page.get_by_text("of their squared length").wait_for()
    said = page.locator("[data-testid=stMain]").inner_text()
    for arrows in ("male → female", "verb → past", "country → capital"):
        assert f"Arrows of {arrows}" in said or f"Those of {arrows}" in said
    assert re.search(r"consistency 0\.\d\d, shuffled 0\.\d\d, p = 0\.001", said)
    assert re.search(r"retains \d+\s% of their squared length", said)
    page.get_by_text("How far to trust it").click()
    search(page).fill("king")
    settle(page)
    assert lists(page, "queen", 12)
    picture(page, "map")

    search(page).fill("quene")
    page.get_by_text("is not in the vocabulary").wait_for()
    picture(page, "seen-misspelt")
    page.get_by_role("button", name="queen", exact=True).click()
    page.get_by_text("Nearest words").wait_for()
    settle(page)
    assert search(page).input_value() == "queen" and lists(page, "king", 12)
    table = page.locator("[data-testid=stDataFrame]").first.bounding_box()
    page.mouse.click(table["x"] + 40, table["y"] + 54)
    settle(page)
    assert search(page).input_value() != "queen", "a click on a row goes on from its word"

    family = page.get_by_role("button", name="male → female", exact=True)
    family.click()
    settle(page)
    assert page.locator(".word-map .legend .family").count() == 2
    for word in ("paris", "london", "dog"):  # the browser keeps some messages, and lets some go
        search(page).fill(word)
        settle(page)
    family.evaluate("pill => { pill.click(); setTimeout(() => pill.click(), 5); }")
    settle(page)
    for _ in range(100):  # a busy machine draws it later
        if page.locator(".word-map .legend .family").count() == 2:
            break
        page.wait_for_timeout(100)
    assert page.locator(".word-map .legend .family").count() == 2
    assert search(page).is_enabled()


def test_the_map_in_the_dark_and_in_three_dimensions(visit, picture):
    page = visit(MAP, color_scheme="dark", viewport=TALL)
    picture(page, "dashboard-dark")
    page.get_by_text("3-D").click()
    settle(page)
    assert "3 dimensions" in page.locator(".word-map").get_attribute("aria-label")
    picture(page, "seen-dark-3d")
    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_text("Words drawn").wait_for()
    page.wait_for_timeout(500)
    picture(page, "seen-dark-view")


def test_analogies_are_solved_and_mistakes_answered(visit, picture):
    page = visit("analogies")
    page.wait_for_selector(READY)
    formula = page.get_by_role("textbox", name="Formula")
    formula.fill("king - man + woman")
    formula.press("Enter")
    settle(page)
    assert lists(page, "queen", 1)
    picture(page, "analogies")
    page.get_by_role("button", name="paris - france + germany").click()
    settle(page)
    assert formula.input_value() == "paris - france + germany" and lists(page, "berlin", 3)
    for key, word in {"first": "walk", "second": "walked", "third": "play"}.items():
        gap = page.get_by_role("textbox", name=f"The {key} word")
        gap.fill(word)
        gap.press("Enter")
        settle(page)
    assert formula.input_value() == "walked - walk + play" and lists(page, "played", 2)
    for mistake, said in {
        "king - womann + man": "womann",
        "king - ": "king - ",
        "2 * * king": "Column 5: expected a word",
    }.items():
        formula.fill(mistake)
        formula.press("Enter")
        settle(page)
        assert said.strip() in alerts(page)
    picture(page, "seen-analogy-mistake")


def test_relations_tell_a_direction_from_a_likeness(visit, picture):
    page = visit("relations")
    page.locator(".arrow-picture svg").nth(2).wait_for()
    settle(page)
    picture(page, "relations")
    page.get_by_text("Your own pairs").click()
    typed = page.get_by_role("textbox", name="One pair per line")
    typed.fill("france, paris\nspain madrid\nitaly, rome\none-word\nnowhere, atall")
    typed.press("Control+Enter")
    settle(page)
    page.wait_for_timeout(2000)
    picture(page, "seen-own-pairs")
    assert "Line 4: “one-word”" in alerts(page) and "Line 2" not in alerts(page)
    assert "nowhere → atall" in alerts(page)


def test_an_uploaded_file_is_explored_and_compared(visit, picture, tmp_path):
    english = embedviz.load("english")
    words = english.words[:3000]
    noisy = english.unit(words) + 0.04 * np.random.default_rng(0).normal(
        size=(len(words), english.n_dims)
    )
    lines = (
        f"{word} {' '.join(f'{x:.4f}' for x in row)}"
        for word, row in zip(words, noisy, strict=True)
    )
    (tmp_path / "noisy.glove.txt").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04 and nothing more")
    page = visit(MAP)
    upload(page, tmp_path / "broken.npz")
    page.locator("[data-testid=stAlert]", has_text="broken.npz").first.wait_for()
    picture(page, "seen-refused")
    page.keyboard.press("Escape")
    upload(page, tmp_path / "noisy.glove.txt")
    page.keyboard.press("Escape")
    page.locator(".word-map[aria-label*='Word map of 3,']").wait_for()
    page.get_by_role("link", name="Compare").click()
    page.get_by_text("are the same in both").wait_for()
    page.locator("[data-testid=stDataFrame]").nth(3).wait_for()
    settle(page)
    said = page.locator("[data-testid=stMain]").inner_text()
    assert "share 3,000 words" in said
    assert page.locator(".arrow-picture svg").count() == 2
    page.get_by_role("radio", name="verb → past").click()
    settle(page)
    assert "mean direction of verb → past" in page.locator("[data-testid=stMain]").inner_text()


@pytest.fixture
def training_address(tmp_path):
    """Address of a dashboard of its own: what is trained is offered to all of its visitors.

    Ask for it before `visit`: pages close before their server does, or miss it.
    """
    with served("--runs", tmp_path / "runs") as (_, address):
        yield address


def test_a_model_is_trained_opened_and_compared(training_address, visit, picture):
    page = visit("train", address=training_address)
    page.get_by_role("spinbutton", name="Epochs").fill("99999")
    page.get_by_role("spinbutton", name="Epochs").press("Enter")
    page.get_by_role("spinbutton", name="Dimensions").fill("1")
    page.get_by_role("spinbutton", name="Dimensions").press("Enter")
    settle(page)
    page.get_by_role("button", name="Start training").click()
    page.locator("[data-testid=stAlert]").first.wait_for()
    assert "between 2 and 4096" in alerts(page)
    page.get_by_role("spinbutton", name="Dimensions").fill("64")
    page.get_by_role("spinbutton", name="Epochs").fill("4")
    page.get_by_role("spinbutton", name="Epochs").press("Enter")
    settle(page)
    page.get_by_role("button", name="Start training").click()
    page.wait_for_selector(READY, timeout=300_000)
    settle(page)
    picture(page, "seen-training")
    page.get_by_text("Done", exact=True).wait_for(timeout=600_000)
    settle(page)
    picture(page, "train")
    play_through(page)
    page.get_by_role("button", name="Open on the map").click()
    page.wait_for_selector(READY)
    settle(page)
    assert "demo" in page.url
    other = visit(
        "compare?model=english&second=demo",
        awaits=".arrow-picture svg",
        address=training_address,
        viewport=TALL,
    )
    other.locator("[data-testid=stDataFrame]").nth(3).wait_for()
    settle(other)
    assert "A english and B demo" in other.locator("[data-testid=stMain]").inner_text()
    picture(other, "compare")


def play_through(page):
    """Go back to the start of a run by the slider, and to its end by the button."""
    places = "() => [...window[Symbol.for('embedviz.maps')].maps.get('growth-map').cloud.points.xs]"
    settle(page)
    at_end = page.evaluate(places)
    slider = page.get_by_role("slider", name="Moment")
    slider.press("Home")
    assert slider.get_attribute("aria-valuetext") == "before training"
    assert page.evaluate(places) != at_end
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") != "before training"
    page.get_by_role("button", name="Play", exact=True).click()
    page.locator(".time-line output", has_text="100").wait_for()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    assert page.evaluate(places) == at_end


def test_every_format_is_exported_and_opens_again(visit, picture, tmp_path, browser):
    page = visit("export?words=1,000")
    picture(page, "export")

    def unpacked(name):
        with zipfile.ZipFile(downloaded(page, name, tmp_path)) as archive:
            archive.extractall(tmp_path / name)
        return sorted((tmp_path / name).rglob("*"))

    words = {"king", "queen", "paris", "france"}
    document = json.loads(downloaded(page, "JSON", tmp_path).read_text())
    assert words <= {point["word"] for point in document["points"]}
    tables = [path for path in unpacked("Parquet") if path.suffix == ".parquet"]
    found = [pq.read_table(path) for path in tables]
    assert any(words <= set(one["word"].to_pylist()) for one in found if "word" in one.schema.names)
    for name in ("CSV", "TensorBoard"):
        texts = [path.read_text(encoding="utf-8") for path in unpacked(name) if path.is_file()]
        assert any(words <= set(re.split(r"[,\t\n\r\"]+", text)) for text in texts)
    assert downloaded(page, "PNG", tmp_path).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert downloaded(page, "PDF", tmp_path).read_bytes()[:5] == b"%PDF-"
    drawn = ElementTree.parse(downloaded(page, "SVG", tmp_path)).getroot()
    assert drawn.tag.endswith("svg")

    for name in ("Web page", "report"):
        if name == "report":
            page.get_by_role("button", name="Create a report").click()
            page.get_by_role("button", name=re.compile("Download the report")).wait_for()
            name = page.get_by_role("button", name=re.compile("Download the report")).inner_text()
        path = downloaded(page, name, tmp_path)
        tab = browser.new_page(viewport=DESKTOP)
        asked = []
        tab.on("request", lambda request, asked=asked: asked.append(request.url))
        tab.goto(path.as_uri())
        tab.wait_for_selector(READY if name == "Web page" else "img")
        assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
        picture(tab, f"seen-exported-{path.stem}")
        tab.close()

    page.get_by_text("3-D").click()
    settle(page)
    session = downloaded(page, "Session file", tmp_path)
    other = visit("export")
    other.locator("input[type=file]").last.set_input_files(session)
    other.wait_for_selector(READY)
    settle(other)
    summary = other.locator(".word-map").get_attribute("aria-label")
    assert "3 dimensions" in summary and "Word map of 2," in summary


LOOKS = {  # what a page shows, in short
    "": lambda page: (search(page).input_value(), page.get_by_text("– pairs shuffled").count()),
    "analogies": lambda page: page.locator("h3").first.inner_text(),
    "relations": lambda page: page.locator(".arrow-picture svg").count(),
    "export": lambda page: page.get_by_role("searchbox", name="Marked word").input_value(),
}


def look(page, wanted=None):
    """Return what the page shows; a while later if it is not what is wanted."""
    name = page.url.rpartition("/")[2].split("?")[0]
    page.wait_for_selector(OPENED[name])
    settle(page)
    for _ in range(50):
        if (found := LOOKS[name](page)) == wanted or wanted is None:
            break
        page.wait_for_timeout(100)
    return found


def follow(page, name):
    page.get_by_role("link", name=name).click()
    page.wait_for_url(re.compile(f"/{name.lower()}"))


def test_back_and_forward_show_every_page_as_it_was_left(visit):
    page = visit()
    page.get_by_text("Control: shuffle the pairs").click()
    search(page).fill("paris")
    seen = [(look(page), page.url)]
    follow(page, "Analogies")
    page.get_by_role("textbox", name="Formula").fill("rome - italy + japan")
    page.keyboard.press("Enter")
    page.get_by_text("rome - italy + japan ≈").wait_for()
    seen.append((look(page), page.url))
    follow(page, "Relations")
    look(page)
    page.get_by_role("button", name="verb → past", exact=True).click()
    seen.append((look(page), page.url))
    follow(page, "Export")
    seen.append((look(page), page.url))
    found = [one for one, _ in seen]
    assert found == [("paris", 3), "rome - italy + japan ≈ tokyo", 2, "paris"]

    for move, way in ((page.go_back, seen[-2::-1]), (page.go_forward, seen[1:])):
        for wanted, url in way:
            move()
            page.wait_for_url(url)
            assert look(page, wanted) == wanted


def test_the_keyboard_alone_is_enough(visit):
    page = visit(MAP)

    def tab_to(found, *, most=60):
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate(f"(() => {{ const e = document.activeElement; return {found} }})()"):
                return
        pytest.fail(f"{found} is not reached")

    def type_into(found, text):
        tab_to(found)
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        settle(page)

    type_into("e.type === 'search'", "paris")
    assert lists(page, "london", 12)
    page.goto(page.url.split("?")[0])
    page.wait_for_selector(READY)
    settle(page)
    tab_to("e.innerText === 'Analogies'")
    page.keyboard.press("Enter")
    page.wait_for_selector(OPENED["analogies"])
    settle(page)
    type_into("e.ariaLabel === 'Formula'", "paris - france + japan")
    assert lists(page, "tokyo", 3)


@pytest.mark.parametrize("path", OPENED)
def test_on_a_phone(visit, picture, path):
    page = visit(path, viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True)
    picture(page, f"seen-phone-{path}" if path else "dashboard-phone")
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth") <= PHONE["width"]
    if path not in ("", "analogies", "read"):  # the menu is the same everywhere
        return
    page.locator("[data-testid=stExpandSidebarButton]").tap()
    menu = page.locator("[data-testid=stSidebar]")
    page.get_by_role("link", name="Relations" if path == "" else "Map").tap()
    page.wait_for_selector(OPENED["relations" if path == "" else ""])
    settle(page)
    assert menu.bounding_box()["x"] < 0, "the menu is out of the way again"
    if path != "":
        page.get_by_text("male → female").first.tap()
        settle(page)
        assert page.locator(".word-map").count() == 2
