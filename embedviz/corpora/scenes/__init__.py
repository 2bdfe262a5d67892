"""Scenes: drawings with known facts, captions that can be read back, and grades of captions."""

from embedviz.corpora.scenes.captions import FORMS, read_caption, write_caption
from embedviz.corpora.scenes.drawing import draw_scene
from embedviz.corpora.scenes.facts import Scene, draw_facts
from embedviz.corpora.scenes.grading import GRADES, grade_caption
from embedviz.corpora.scenes.stream import ScenePairs, write_scenes

__all__ = [
    "FORMS",
    "GRADES",
    "Scene",
    "ScenePairs",
    "draw_facts",
    "draw_scene",
    "grade_caption",
    "read_caption",
    "write_caption",
    "write_scenes",
]
