"""Pictures with what a net says of them, as cards, and the shares of the four grades."""

from __future__ import annotations

import base64
import io
import zipfile

import pyarrow as pa
import streamlit as st

from embedviz.corpora import GRADES, data_url
from embedviz.dashboard.sequences.grade_chart import build_grade_chart
from embedviz.dashboard.sequences.picture_choice import ChosenScenes, OwnPictures
from embedviz.dashboard.state import captions, server_options
from embedviz.dashboard.state.captions import (
    OTHER_PICTURE,
    WRITERS,
    GradedScene,
    list_graded,
)
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.markdown import escape
from embedviz.evaluation import GradedText, format_texts_to_grade, share_text
from embedviz.relations import share_interval
from embedviz.support import clip_all, signed

SIGNS = ("✓", "◐", "○", "✗")
"""Of the grades."""

_IN_ORDER, _WORST = "as drawn", "worst first"
_SIZES = (12, 24, 48)
_CARD = 168  # pixels
_RATIO = (
    "Ratio: log p(caption | picture) − log p(caption | no picture), in nats: what the picture adds."
)


def show_graded(model: ServerSequenceModel, chosen: ChosenScenes) -> None:
    """Show the shares of the grades, and scenes as cards."""
    graded = list_graded(model, chosen.seed, held_out=chosen.held_out)
    _show_shares(graded)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        order = st.segmented_control(
            "Order",
            [_IN_ORDER, _WORST],
            default=_IN_ORDER,
            required=True,
            key="pictures-order",
            bind="query-params",
            persist_state="session",
        )
        n = st.segmented_control(
            "Scenes",
            _SIZES,
            default=_SIZES[0],
            required=True,
            key="pictures-shown",
            bind="query-params",
            persist_state="session",
        )
    if order == _WORST:
        graded = sorted(graded, key=lambda one: (-one.grade, one.ratio))
    shown = graded[: n or _SIZES[0]]
    st.caption(_RATIO)
    with st.container(horizontal=True, gap="small"):
        for one in shown:
            show_card(one, chosen)
    _show_downloads(model, shown, chosen)


def show_card(one: GradedScene, chosen: ChosenScenes) -> None:
    """Show a scene with its caption, its grade, and that of the control."""
    with st.container(border=True, width=_CARD, gap="xsmall"):
        picture = captions.draw(chosen.seed, one.number, held_out=chosen.held_out)
        st.image(picture, width="stretch", alt=one.truth)
        st.markdown(escape(one.text, 200))
        st.markdown(f"{SIGNS[one.grade]} **{GRADES[one.grade]}**")
        if one.grade:
            st.caption(f"True: {escape(one.truth, 200)}.")
        other = one.grades[OTHER_PICTURE]
        st.caption(
            f"Scene {one.number + 1}. Ratio {signed(one.ratio, '.1f')}. Another picture's caption: "
            f"{SIGNS[other]} {GRADES[other]}."
        )


def show_own(model: ServerSequenceModel, own: OwnPictures) -> None:
    """Show a visitor's pictures with their captions."""
    found = captions.caption_pictures(model, own.read).captions
    if captions.is_of_scenes(model):
        st.caption(
            "This model has seen nothing but drawings of this program: of anything else it says "
            "nonsense, in good English."
        )
    st.caption(_RATIO)
    with st.container(horizontal=True, gap="small"):
        for name, picture, one in zip(own.names, own.shown, found, strict=True):
            with st.container(border=True, width=_CARD, gap="xsmall"):
                st.image(data_url(picture), width="stretch", alt=name)
                st.markdown(escape(one.text, 200))
                st.caption(escape(name, 60))
                st.caption(
                    f"Ratio {signed(one.ratio, '.1f')}. Before training: {escape(one.control, 60)}"
                )
    table = pa.table(
        {
            "picture": clip_all(list(own.names), 200),
            "caption": [one.text for one in found],
            "ratio": [round(one.ratio, 3) for one in found],
        }
    )
    rows = [
        GradedText(name, one.text, model.name) for name, one in zip(own.names, found, strict=True)
    ]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show_csv_download("Download (CSV)", table, "embedviz-captions.csv", key="download-captions")
        st.download_button(
            "Table to grade",
            data=lambda: format_texts_to_grade(rows),
            file_name="texts.tsv",
            mime="text/tab-separated-values",
            on_click="ignore",
            key="download-to-grade",
        )
    _say_how_to_grade()


def _show_shares(graded: list[GradedScene]) -> None:
    """Show the shares of the four grades of the net and of its controls."""
    n = len(graded)
    counts = {
        by: [sum(one.grades[by] == grade for one in graded) for grade in range(len(GRADES))]
        for by in WRITERS
    }
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**Grades of {n} captions**")
        st.vega_lite_chart(
            spec=build_grade_chart(counts, dark=st.context.theme.type == "dark"),
            key="pictures-grades",
            alt="; ".join(
                f"{name}: " + ", ".join(f"{k} {GRADES[i]}" for i, k in enumerate(some))
                for name, some in counts.items()
            ),
        )
    with right:
        table = pa.table(
            {
                "by": list(counts),
                **{
                    grade: [
                        share_text({"share": some[i] / n, "interval": share_interval(some[i], n)})
                        for some in counts.values()
                    ]
                    for i, grade in enumerate(GRADES)
                },
            }
        )
        columns = {
            "by": st.column_config.TextColumn("Captions of"),
            **{
                grade: st.column_config.TextColumn(f"{SIGNS[i]} {grade}")
                for i, grade in enumerate(GRADES)
            },
        }
        st.dataframe(table, key="pictures-shares", column_config=columns, hide_index=True)
        st.caption(
            "Shares with Wilson's 95 % intervals. Without errors: all six facts right. Minor "
            "errors: one wrong. Somewhat related: who it is, or half of the facts. The nearest "
            "other picture is that of this set, by the net's vectors."
        )
        show_csv_download("Download (CSV)", table, "embedviz-grades.csv", key="download-grades")


def _show_downloads(
    model: ServerSequenceModel, shown: list[GradedScene], chosen: ChosenScenes
) -> None:
    table = pa.table(
        {
            "scene": [one.number + 1 for one in shown],
            "caption": [one.text for one in shown],
            "grade": [GRADES[one.grade] for one in shown],
            "ratio": [round(one.ratio, 3) for one in shown],
            "true caption": [one.truth for one in shown],
        }
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show_csv_download("Download (CSV)", table, "embedviz-captions.csv", key="download-captions")
        st.download_button(
            "To grade (ZIP)",
            data=lambda: pack_to_grade(model.name, shown, chosen),
            file_name="embedviz-to-grade.zip",
            mime="application/zip",
            on_click="ignore",
            key="download-to-grade",
            help="A table of texts and the pictures that it names: captions of the net, of the "
            "nearest other picture, and true ones.",
        )
    _say_how_to_grade()


def _say_how_to_grade() -> None:
    if server_options.is_read_only():  # without the page
        return
    st.caption(
        "People can grade captions without seeing who wrote them: give the table, and the "
        "pictures, to the page [Grade](grade)."
    )


def pack_to_grade(name: str, shown: list[GradedScene], chosen: ChosenScenes) -> bytes:
    """Pack the texts to grade, as `embedviz caption --table` writes them, with their pictures."""
    rows = []
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for one in shown:
            item = f"scene-{one.number + 1:02}.png"
            rows.append(GradedText(item, one.text, name))
            rows.append(GradedText(item, one.nearest, "caption of the nearest other picture"))
            rows.append(GradedText(item, one.truth, "true caption"))
            address = captions.draw(chosen.seed, one.number, held_out=chosen.held_out)
            archive.writestr(item, base64.b64decode(address.partition(",")[2]))
        archive.writestr("texts.tsv", format_texts_to_grade(rows))
    return file.getvalue()
