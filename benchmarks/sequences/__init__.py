"""Parts of the programs that make the sequence models that ship."""
