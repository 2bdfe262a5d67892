"""The two ways in: `main` is the script that Streamlit runs, `launch` starts Streamlit on it.

The settings of both stand in ``.streamlit/config.toml`` beside the script; see there.
"""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from embedviz.dashboard.state.server_options import READ_ONLY
from embedviz.errors import InputError

_SCRIPT = Path(__file__).with_name("script.py")
_LOCAL = ("localhost", "127.0.0.1")
_EVERY_ADDRESS = ("0.0.0.0", "::")


def main() -> None:
    """Show the dashboard; Streamlit calls it again at every interaction."""
    from embedviz.dashboard import navigation

    navigation.show_dashboard()


def launch(
    models: Sequence[Path] = (),
    *,
    port: int = 8501,
    address: str = "127.0.0.1",
    hosts: Sequence[str] = (),
    read_only: bool = False,
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
    hosts : sequence of str
        Names that browsers reach the server by, besides its address.
    read_only : bool
        Visitors upload and train nothing.

    Raises
    ------
    InputError
        If the port is out of range or taken, the address is not one of this machine, or
        Streamlit is not installed.
    """
    check_address(address, port)
    try:
        from starlette.middleware import Middleware
        from streamlit.starlette import App
    except ImportError:
        raise InputError(
            "The dashboard needs Streamlit: install it with pip install 'embedviz[app]'."
        ) from None
    from embedviz.dashboard.server.request_filter import RequestFilter

    names = list_allowed_hosts(address, hosts)
    sys.argv = [str(_SCRIPT), *_arguments(models, read_only=read_only)]
    # the end of a container is a normal one, so that temporary folders go
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    app = App(_SCRIPT, middleware=[Middleware(RequestFilter, hosts=names, read_only=read_only)])
    app.run(config=_config(names, port=port, address=address))


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


def list_allowed_hosts(address: str, hosts: Sequence[str]) -> tuple[str, ...]:
    """Names that the server answers to; none where it answers to any.

    >>> list_allowed_hosts("127.0.0.1", ())
    ('localhost', '127.0.0.1')
    >>> list_allowed_hosts("0.0.0.0", ["words.example.org"])
    ('localhost', '127.0.0.1', 'words.example.org')
    >>> list_allowed_hosts("0.0.0.0", ())
    ()
    """
    every = address in _EVERY_ADDRESS
    if every and not hosts:
        return ()
    own = () if every else (address,)
    return tuple(dict.fromkeys((*_LOCAL, *own, *hosts)))


def _arguments(models: Sequence[Path], *, read_only: bool) -> list[str]:
    """Return the script's command line; see `settings`."""
    paths = [str(model.resolve()) for model in models]
    return [READ_ONLY, *paths] if read_only else paths


def _config(names: Sequence[str], *, port: int, address: str) -> dict[str, object]:
    """Return what differs from the file of settings."""
    return {
        "server.port": port,
        "server.address": address,
        "server.allowedHosts": list(names) or ["*"],
        # where it is not given, Streamlit asks a service in the net for it
        "browser.serverAddress": names[-1] if names else "localhost",
    }
