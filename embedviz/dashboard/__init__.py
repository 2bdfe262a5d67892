"""The dashboard: a word map, analogies, and how far to trust them, in a browser.

Importing this package is light; Streamlit is imported when `main` or `launch` is called.
"""

from embedviz.dashboard.server.launcher import check_address, launch, list_allowed_hosts, main

__all__ = ["check_address", "launch", "list_allowed_hosts", "main"]
