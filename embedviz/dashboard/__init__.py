"""The dashboard: a word map, analogies, and how far to trust them, in a browser.

Importing this package is light; Streamlit is imported when `main` or `launch` is called.
"""

from embedviz.dashboard.server.launch import answered_names, check_address, launch, main

__all__ = ["answered_names", "check_address", "launch", "main"]
