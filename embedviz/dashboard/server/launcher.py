"""Entry points: `main` is the script that Streamlit runs, `launch` starts the server.

The Streamlit settings are in ``.streamlit/config.toml`` next to the script.
"""

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from embedviz.dashboard.state.server_options import READ_ONLY
from embedviz.errors import InputError

_SCRIPT = Path(__file__).with_name("script.py")
_LOCAL = ("localhost", "127.0.0.1")
_WILDCARD_ADDRESSES = ("0.0.0.0", "::")


def main() -> None:
    """Draw the dashboard; Streamlit calls it again at every interaction."""
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
        The default is reachable from this machine only.
    hosts : sequence of str
        Host names under which browsers reach the server, in addition to its address.
    read_only : bool
        Disable uploads and training.

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
    sys.argv = [str(_SCRIPT), *_build_arguments(models, read_only=read_only)]
    # exit normally when a container stops, so that temporary folders are deleted
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    threading.Thread(target=_import_ahead, daemon=True).start()
    app = App(_SCRIPT, middleware=[Middleware(RequestFilter, hosts=names, read_only=read_only)])
    app.run(config=_build_config(names, port=port, address=address))


def _import_ahead() -> None:
    """Import what the planes of all pages need, which takes a second, before the first visit."""
    with suppress(ImportError):
        import sklearn.decomposition  # noqa: F401


def check_address(address: str, port: int) -> None:
    """Raise `InputError` if the server cannot listen on an address and port."""
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
    """List the host names that requests may use; an empty tuple allows any.

    >>> list_allowed_hosts("127.0.0.1", ())
    ('localhost', '127.0.0.1')
    >>> list_allowed_hosts("0.0.0.0", ["words.example.org"])
    ('localhost', '127.0.0.1', 'words.example.org')
    >>> list_allowed_hosts("0.0.0.0", ())
    ()
    """
    is_wildcard = address in _WILDCARD_ADDRESSES
    if is_wildcard and not hosts:
        return ()
    own = () if is_wildcard else (address,)
    return tuple(dict.fromkeys((*_LOCAL, *own, *hosts)))


def _build_arguments(models: Sequence[Path], *, read_only: bool) -> list[str]:
    """Return the command line of the script, which `server_options` reads."""
    paths = [str(model.resolve()) for model in models]
    return [READ_ONLY, *paths] if read_only else paths


def _build_config(names: Sequence[str], *, port: int, address: str) -> dict[str, object]:
    """Return the settings that differ from ``config.toml``."""
    return {
        "server.port": port,
        "server.address": address,
        "server.allowedHosts": list(names) or ["*"],
        # without it, Streamlit queries a service on the Internet for this address
        "browser.serverAddress": names[-1] if names else "localhost",
    }
