"""Components drawn by JavaScript: the word map, small arrow pictures, the link button."""
