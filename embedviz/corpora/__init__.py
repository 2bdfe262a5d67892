"""Corpora: the bundled synthetic one and public ones to download.

`bundled_corpus` generates English-like text from fact tables (`read_facts`), `read_phrases` lists
everyday phrases by kind, and `fetch` downloads a public corpus described by a recipe.
`ProgramPairs` draws small programs, and `run_program` gives their value and a trace of it.
`ScenePairs` draws scenes with captions, and `PictureFolder` reads pictures with theirs.
"""

from embedviz.corpora.facts import (
    held_out_capitals,
    read_facts,
)
from embedviz.corpora.fetching import (
    fetch,
    recipe,
    recipes,
)
from embedviz.corpora.phrases import (
    Phrase,
    read_phrase_pairs,
    read_phrases,
)
from embedviz.corpora.picture_sheets import (
    data_url,
    read_sheet,
    sheet_path,
    shrink,
    small_side,
    write_sheet,
)
from embedviz.corpora.pictures import (
    PICTURE_ENDINGS,
    PictureFolder,
    list_pictures,
    read_picture,
    read_square,
)
from embedviz.corpora.programs import (
    EXAMPLE_PROGRAMS,
    Program,
    ProgramPairs,
    Step,
    align_trace,
    draw_program,
    is_held_out,
    parse_program,
    read_answer,
    read_trace,
    run_program,
)
from embedviz.corpora.scenes import (
    FORMS,
    GRADES,
    Scene,
    ScenePairs,
    draw_facts,
    draw_scene,
    grade_caption,
    read_caption,
    write_caption,
    write_scenes,
)
from embedviz.corpora.synthesis import (
    BUNDLED_NAME,
    bundled_corpus,
    generate_documents,
    write_bundled,
)

__all__ = [
    "BUNDLED_NAME",
    "EXAMPLE_PROGRAMS",
    "FORMS",
    "GRADES",
    "PICTURE_ENDINGS",
    "Phrase",
    "PictureFolder",
    "Program",
    "ProgramPairs",
    "Scene",
    "ScenePairs",
    "Step",
    "align_trace",
    "bundled_corpus",
    "data_url",
    "draw_facts",
    "draw_program",
    "draw_scene",
    "fetch",
    "generate_documents",
    "grade_caption",
    "held_out_capitals",
    "is_held_out",
    "list_pictures",
    "parse_program",
    "read_answer",
    "read_caption",
    "read_facts",
    "read_phrase_pairs",
    "read_phrases",
    "read_picture",
    "read_sheet",
    "read_square",
    "read_trace",
    "recipe",
    "recipes",
    "run_program",
    "sheet_path",
    "shrink",
    "small_side",
    "write_bundled",
    "write_caption",
    "write_scenes",
    "write_sheet",
]
