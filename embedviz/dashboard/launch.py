"""The two ways in: `main` is the script that Streamlit runs, `launch` starts Streamlit on it.

The settings of both stand in ``.streamlit/config.toml`` beside the script; see there.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path

from embedviz.errors import InputError

_SCRIPT = Path(__file__).with_name("script.py")
_LOCAL = ("localhost", "127.0.0.1")


def main() -> None:
    """Show the dashboard; Streamlit calls it again at every interaction."""
    from embedviz.dashboard import shell

    shell.show()


def launch(
    models: Sequence[Path] = (),
    *,
    port: int = 8501,
    address: str = "127.0.0.1",
    headless: bool = True,
) -> None:
    """Serve the dashboard in this process until it is interrupted.

    Parameters
    ----------
    models : sequence of Path
        Model folders to explore; the first is shown first.
    port : int
        From 1 to 65535.
    address : str
        The default is seen from this machine only.
    headless : bool
        Off: open a browser as well.

    Raises
    ------
    InputError
        If the port is out of range or taken, the address is not one of this machine, or
        Streamlit is not installed.
    """
    check_address(address, port)
    arguments = _arguments(models, port=port, address=address, headless=headless)
    try:
        from streamlit.web import cli
    except ImportError:
        raise InputError(
            "The dashboard needs Streamlit: install it with pip install 'embedviz[app]'."
        ) from None
    cli.main(arguments, standalone_mode=False)


def check_address(address: str, port: int) -> None:
    """Refuse an address and port that cannot be served on."""
    if not 1 <= port <= 65535:
        raise InputError(f"Port {port} does not exist: choose one from 1 to 65535.")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((address, port))
    except OSError as error:
        raise InputError(
            f"{address} port {port} cannot be served on ({error.strerror or error}): "
            "choose another --port or --address."
        ) from None


def _arguments(models: Sequence[Path], *, port: int, address: str, headless: bool) -> list[str]:
    """Return Streamlit's command line."""
    arguments = [
        "run",
        str(_SCRIPT),
        f"--server.port={port}",
        f"--server.address={address}",
        f"--server.headless={str(headless).lower()}",
    ]
    if address not in _LOCAL:
        # whoever opens another address chooses which names it is reached by; all, if any machine
        hosts = ("*",) if address in ("0.0.0.0", "::") else (*_LOCAL, address)
        arguments += [f"--server.allowedHosts={host}" for host in hosts]
    return [*arguments, "--", *(str(model.resolve()) for model in models)]
