"""The Grade page: people grade texts without seeing who wrote them."""

from __future__ import annotations

from pathlib import PurePath

import pyarrow as pa
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from embedviz.corpora import GRADES, PICTURE_ENDINGS, read_square
from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
from embedviz.dashboard.widgets.markdown import escape
from embedviz.dashboard.widgets.text_files import decode_upload
from embedviz.errors import InputError
from embedviz.evaluation import (
    GradeBook,
    GradedText,
    agreements,
    grade_shares,
    parse_grades,
    parse_texts_to_grade,
    share_text,
)
from embedviz.support import percent

_BOOK, _PUT_OFF = "grade-book", "grade-put-off"
_MOST_BYTES = 4 << 20
_PICTURE_SIDE = 420  # pixels


def show_page() -> None:
    """Show the page."""
    _, middle, _ = st.columns([1, 3, 1])
    with middle:
        above = st.container()
        given = st.file_uploader(
            "Texts to grade, and perhaps pictures and grades given before",
            type=[".tsv", ".json", *PICTURE_ENDINGS],
            accept_multiple_files=True,
            key="grade-files",
            help="The table is what `embedviz describe --table` or `embedviz caption --table` "
            "writes. Add the pictures that it names, and a file of grades to go on with.",
        )
        tables = [file for file in given if file.name.lower().endswith(".tsv")]
        if not tables:
            with above:
                _explain()
            return
        texts = parse_texts_to_grade(_read(tables[0]), tables[0].name)
        book = _open_book(texts, [file for file in given if file.name.lower().endswith(".json")])
        rater = st.text_input("Your name, if there are several raters", "rater", key="rater")
        # the session keeps the grades: a picture that cannot be read loses none
        run_safely(lambda: _grade(book, rater, given))
        _show_grades(book)


def _explain() -> None:
    st.markdown("#### Grade what models say", anchors=False)
    st.markdown(
        "Descriptions of words and captions of photographs cannot be graded by a program. Here "
        "people grade them, from 1, *describes without errors*, to 4, *unrelated*, without seeing "
        "whether a model, a control or a person wrote them. Texts come from a command such as"
    )
    st.code(
        "embedviz describe english violin aardvark --table texts.tsv --definitions glosses.tsv",
        language=None,
    )


def _read(file: UploadedFile) -> str:
    return decode_upload(file.getvalue(), _MOST_BYTES, "choose a table of texts, or grades")


def _open_book(texts: tuple[GradedText, ...], files: list[UploadedFile]) -> GradeBook:
    """Return the grades given so far: of this session, else of an uploaded file."""
    fingerprint = GradeBook(texts).fingerprint
    source = (fingerprint, tuple(file.file_id for file in files))
    kept = st.session_state.get(_BOOK)
    if kept is None or kept[0] != source:
        before = kept[1].given if kept and kept[0][0] == fingerprint else {}
        book = GradeBook(texts, before)
        for file in files:
            for rater, rows in parse_grades(texts, _read(file), file.name).given.items():
                for row, grade in rows.items():
                    book.given.setdefault(rater, {}).setdefault(row, grade)
        st.session_state[_BOOK] = (source, book)
        st.session_state[_PUT_OFF] = []
    found: GradeBook = st.session_state[_BOOK][1]
    return found


def _grade(book: GradeBook, rater: str, given: list[UploadedFile]) -> None:
    """Show one text and a button for each grade."""
    rows = book.order(rater)
    n_done = len(book.texts) - len(rows)
    st.progress(n_done / len(book.texts), f"{n_done} of {len(book.texts)} texts graded")
    if not rows:
        st.success("All texts are graded.")
        return
    put_off = st.session_state[_PUT_OFF]
    row = min(rows, key=lambda one: put_off.index(one) + 1 if one in put_off else 0)
    one = book.texts[row]
    _show_item(one.item, given)
    with st.container(border=True, key="graded-text"):
        st.markdown(escape(one.text, 500))
    with st.container(horizontal=True, gap="small"):
        for place, name in enumerate(GRADES):
            st.button(
                name,
                key=f"grade-{place}",
                on_click=guarded(book.grade),
                args=(rater, row, place),
                shortcut=str(place + 1),
            )
        st.button(
            "Skip", key="grade-skip", on_click=guarded(_put_off), args=(row,), type="tertiary"
        )


def _put_off(row: int) -> None:
    """Put a text behind all others."""
    st.session_state[_PUT_OFF] = [one for one in st.session_state[_PUT_OFF] if one != row] + [row]


def _show_item(item: str, given: list[UploadedFile]) -> None:
    """Show the picture of this name, or else the name."""
    path = PurePath(item)
    name = path.name
    file = next((file for file in given if file.name == name), None)
    if file is None:
        st.markdown(f"#### {escape(item, 200)}", anchors=False)
        if path.suffix.lower() in PICTURE_ENDINGS:
            st.caption("Add this picture above to see it.")
        return
    try:
        st.image(read_square(file, name, _PICTURE_SIDE), alt=name)
    except InputError as error:
        st.error(escape(str(error)))


def _show_grades(book: GradeBook) -> None:
    """Show the download of the grades, and on request the report, which names the writers."""
    n_grades = sum(map(len, book.given.values()))
    if not n_grades:
        return
    st.divider()
    st.download_button(
        "Download the grades",
        data=book.to_json(),
        file_name="grades.json",
        mime="application/json",
        on_click="ignore",
        key="download-grades",
        help="They are lost when this page is closed.",
    )
    if not st.toggle("Show the report", key="grade-report", help="It says who wrote what."):
        return
    shares = grade_shares(book)
    table = {
        "by": list(shares),
        "grades": [one["n"] for one in shares.values()],
        **{name: [share_text(one[name]) for one in shares.values()] for name in GRADES},
    }
    st.dataframe(pa.table(table), hide_index=True, key="grade-shares")
    st.caption("Shares of the grades of all raters, with 95 % intervals (Wilson's) from 8 grades.")
    for pair in agreements(book):
        kappa = "not defined" if pair["kappa"] is None else f"{pair['kappa']:.2f}"
        names = " and ".join(escape(one, 60) for one in pair["raters"])
        st.markdown(
            f"{names}: {percent(pair['agreement'])} of {pair['n']} texts graded alike, "
            f"Cohen's kappa {kappa}."
        )
