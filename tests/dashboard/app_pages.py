"""Pages of the dashboard for Streamlit's `AppTest`, which itself switches to files only."""

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

ANALOGIES, RELATIONS, COMPARE = "analogies", "relations", "compare"
EXPORT, TRAIN, MAP = "export", "train", "map"


def switch_page(at: AppTest, page: str) -> AppTest:
    """Choose the page of that address for the next run."""
    at._page_hash = calc_hash(page)
    return at
