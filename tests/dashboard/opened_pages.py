"""What a page shows once it is open."""

from benchmarks.common.browser import READY

# By its path.
OPENED = {
    "": READY,
    "analogies": "[data-testid=stDataFrame]",
    "relations": ".arrow-picture svg",
    "compare": "[data-testid=stMain] p",
    "export": "[data-testid=stDownloadButton]",
    "train": "[data-testid=stNumberInput]",
    "read": READY,
    "write": ".svg-picture svg",
    "phrases": READY,
    "execute": ".written-trace",
    "describe": READY,
    "pictures": "[data-testid=stDownloadButton]",
}
