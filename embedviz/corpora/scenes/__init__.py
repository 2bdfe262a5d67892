"""Scenes: drawings with known facts, and captions that can be read back."""
