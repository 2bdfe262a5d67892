"""Streamlit components with JavaScript: the word map, small arrow pictures, the copy-link button.

Each Python module sends data to the ES modules (``*.mjs``) next to it.
"""
