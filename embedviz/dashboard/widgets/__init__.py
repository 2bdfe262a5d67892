"""Widgets of the pages: controls, tables, statistics, uploads, the choice of a model."""
