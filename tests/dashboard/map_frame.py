"""The word map in a browser's page."""

NOT_MARKUP = "<img src=x onerror=alert(1)>"


def frame(page):
    return page.locator(".word-map")


def step(page) -> str:
    """Go to the next labelled word by the keyboard; the word."""
    from playwright.sync_api import expect  # only where there is a browser

    card = frame(page).locator(".card .word")
    before = card.inner_text() if card.is_visible() else None
    frame(page).focus()
    page.keyboard.press("n")
    if before is not None:
        expect(card).not_to_have_text(before)
    return card.inner_text()
