"""The views of the page Map: three panels, all words, own axes; and the search beside them."""
