"""Programs that measure embedviz, mostly against its peers; README.md lists them."""
