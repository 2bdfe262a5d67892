"""Parts of the page Train: the form for a new job, the progress of a run, and its charts."""
