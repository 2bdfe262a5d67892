"""Streamlit dashboard: a word map, analogies, relations, comparison of models, export, training.

Importing this package is cheap: Streamlit is imported only when `main` or `launch` is called.
"""

from embedviz.dashboard.server.launcher import check_address, launch, list_allowed_hosts, main

__all__ = ["check_address", "launch", "list_allowed_hosts", "main"]
