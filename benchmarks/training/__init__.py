"""Parts of the training programs: the corpus, the methods compared, their report."""
