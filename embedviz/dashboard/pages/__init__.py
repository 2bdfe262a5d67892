"""The pages: each module shows one, by its function ``show``."""
