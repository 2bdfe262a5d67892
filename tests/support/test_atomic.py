"""A folder is replaced in one step, or can be restored."""

import pytest

from embedviz.errors import InputError
from embedviz.support import atomic, atomic_path, memory, recover, writing_alone


@pytest.fixture(params=["in one step", "in two steps"])
def way(request, monkeypatch):
    if request.param == "in two steps":
        monkeypatch.setattr(atomic, "_exchange_at_once", lambda *_: False)


@pytest.mark.parametrize("durable", [False, True])
def test_a_folder_is_replaced_whole(way, tmp_path, durable):
    target = tmp_path / "model"
    for content in ("old", "new"):
        with atomic_path(target, durable=durable) as aside:
            aside.mkdir()
            (aside / f"{content}.txt").write_text(content)
    assert [file.name for file in target.iterdir()] == ["new.txt"]
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.usefixtures("way")
def test_a_folder_stays_after_an_error(tmp_path):
    target = tmp_path / "model"
    target.mkdir()
    with pytest.raises(InputError, match="cannot be written"), atomic_path(target) as aside:
        aside.mkdir()
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == [target]


def test_a_kill_between_two_renames_loses_nothing(tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    target = tmp_path / "mo[d]el"
    target.mkdir()
    (target / "old.txt").write_text("old")
    monkeypatch.setattr(atomic, "_exchange_at_once", lambda *_: False)
    monkeypatch.setattr(atomic.shutil, "rmtree", lambda *_, **__: None)  # a kill removes nothing
    rename = atomic.Path.rename

    def killed(path, new):
        if path.name == "new":
            raise Killed
        return rename(path, new)

    monkeypatch.setattr(atomic.Path, "rename", killed)
    with pytest.raises(Killed), atomic_path(target) as aside:
        aside.mkdir()
    assert not target.exists()
    recover(target)
    assert (target / "old.txt").read_text() == "old"
    recover(target)  # nothing to do
    recover(tmp_path / "nowhere" / "model")
    assert not (tmp_path / "nowhere").exists()


def test_one_process_writes_at_a_time(tmp_path):
    target = tmp_path / "models" / "mine"
    with writing_alone(target):
        for _ in range(2):  # a refusal leaves the lock of the first
            refused = pytest.raises(InputError, match="being written by another training")
            with refused, writing_alone(target):
                pass
        with writing_alone(target.with_name("other")):
            pass
    with writing_alone(target):
        pass
    assert not list(target.parent.iterdir())


def test_a_place_without_a_folder_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be locked"), writing_alone(tmp_path / "file/m"):
        pass


def test_a_container_leaves_less_memory_than_its_machine(tmp_path, monkeypatch):
    whole = memory.available_memory()
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.available_memory() is None or memory.available_memory() > 0
    (tmp_path / "memory.max").write_text("3000\n")
    (tmp_path / "memory.current").write_text("1000\n")
    assert memory.available_memory() == 2000
    (tmp_path / "memory.stat").write_text("anon 100\ninactive_file 400\n")
    assert memory.available_memory() == 2400
    (tmp_path / "memory.current").write_text("5000\n")
    assert memory.available_memory() == 0
    (tmp_path / "memory.max").write_text("nonsense\n")
    assert memory.available_memory() is None or whole is not None


def test_what_a_killed_process_left_is_removed(tmp_path):
    target = tmp_path / "m.txt"
    left = tmp_path / ".m.txt.abcd_123"
    (left / "new").mkdir(parents=True)
    kept = [tmp_path / name for name in (".m.txt.notes", ".m.txt.zzzzzzzz", ".other.abcd_123")]
    for folder in kept:
        folder.mkdir()
    (kept[1] / "mine").write_text("")  # no scratch folder
    with atomic_path(target) as first:
        first.write_text("1")
        with atomic_path(target) as second:  # the first one is at work, and stays
            second.write_text("2")
        assert first.exists() and not left.exists()
    assert target.read_text() == "1"
    assert all(folder.exists() for folder in kept)
