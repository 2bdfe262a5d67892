"""Parts of the Train page: the form for a new job, the progress of a run, and its charts."""
