"""The dashboard: a word map, analogies, and how far to trust them, in a browser.

Importing this package is light; Streamlit is imported when `main` or `launch.launch` is called.
"""

from embedviz.dashboard.launch import main

__all__ = ["main"]
