"""Parts of the page Train: the form, the progress of a run, its charts."""
