"""Views of vectors as files: tables, pages, pictures, reports; see ``docs/exporting.md``."""

from embedviz.export.bundling import COMPONENT, bundle
from embedviz.export.data import points_csv, statistics_csv
from embedviz.export.files import kind_of, write
from embedviz.export.map_data import (
    LONGEST_WORD,
    N_NEAR,
    focus_marks,
    map_data,
    map_families,
    shown_ids,
    summarise,
    word_facts,
)
from embedviz.export.packing import packed
from embedviz.export.page import page
from embedviz.export.pictures import PictureSettings
from embedviz.export.report import check_report_name, report_page, write_report
from embedviz.export.scene import Scene, map_scene, open_view, take_view
from embedviz.export.site import write_site

__all__ = [
    "COMPONENT",
    "LONGEST_WORD",
    "N_NEAR",
    "PictureSettings",
    "Scene",
    "bundle",
    "check_report_name",
    "focus_marks",
    "kind_of",
    "map_data",
    "map_families",
    "map_scene",
    "open_view",
    "packed",
    "page",
    "points_csv",
    "report_page",
    "shown_ids",
    "statistics_csv",
    "summarise",
    "take_view",
    "word_facts",
    "write",
    "write_report",
    "write_site",
]
