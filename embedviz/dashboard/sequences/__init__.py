"""Parts of the pages that show what a recurrent net does."""
