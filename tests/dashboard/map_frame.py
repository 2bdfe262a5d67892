"""The word map in a browser's page."""

NOT_MARKUP = "<img src=x onerror=alert(1)>"


def frame(page):
    return page.locator(".word-map")


def step(page) -> str:
    """Go to the next labelled word by the keyboard; the word."""
    frame(page).focus()
    page.keyboard.press("n")
    return frame(page).locator(".card .word").inner_text()
