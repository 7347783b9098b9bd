# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Apps from a repository: installing, updating, looking for updates and starting, beside flatpak with the same files, both
over HTTP."""
import http.server
import os
import random
import shutil
import subprocess
import threading
import time

from launch import to_running
from peers import Flatpak
from world import BUILD, World, alternate, bench, left_out, own, row

APP = "org.bench.Large"
FILES, SIZE = 800, 80 << 10  # 64 MB
ROUNDS = 5
LAUNCHES = 20
MANIFEST = """format = 1
id = "{app}"
version = "{version}"
name = "Large"
summary = "Of many files"

[[commands]]
name = "large"
command = ["bin/large"]
"""


class Web(http.server.ThreadingHTTPServer):
    """A folder over HTTP, with parts of files; counts what it sends."""

    daemon_threads = True

    def __init__(self, folder):
        self.sent = 0
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True   # Head and body are two writes: else each small answer may take 40 ms.

            def log_message(self, *_):
                pass

            def do_GET(self):
                path = folder + self.path.split("?")[0]
                try:
                    file = open(path, "rb")
                except OSError:
                    self.send_error(404)
                    return
                with file:
                    whole = os.fstat(file.fileno()).st_size
                    first, last = 0, whole - 1
                    part = self.headers.get("Range", "")
                    if part.startswith("bytes="):
                        first, last = map(int, part[6:].split("-"))
                        self.send_response(206)
                        self.send_header("Content-Range", f"bytes {first}-{last}/{whole}")
                    else:
                        self.send_response(200)
                    size = last + 1 - first
                    self.send_header("Content-Length", str(size))
                    self.end_headers()
                    self.wfile.flush()
                    # By the kernel: what is measured is not this server.
                    if size:
                        self.connection.sendfile(file, first, size)
                web.sent += size

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


def fill(folder, seed=1):
    """What both install: random, as packed programs and pictures are."""
    chance = random.Random(seed)
    os.makedirs(f"{folder}/bin")
    os.makedirs(f"{folder}/share")
    shutil.copy(bench("bench-stamp"), f"{folder}/bin/large")   # It says when it runs, and needs no runtime.
    os.chmod(f"{folder}/bin/large", 0o755)
    for number in range(FILES):
        with open(f"{folder}/share/{number}", "wb") as file:
            file.write(chance.randbytes(SIZE))


def change(folder):
    with open(f"{folder}/share/400", "r+b") as file:
        file.seek(SIZE // 3)
        file.write(random.Random(2).randbytes(4096))


class Contestant:
    def __init__(self, world, env):
        self.world, self.env = world, env

    def run(self, *words, allowed=(0,)):
        child = self.world.start(list(words), env=self.env, cwd=self.world.home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = child.communicate(timeout=300)[0].decode()
        if child.returncode not in allowed:
            raise OSError(f"{' '.join(words)}: {said.strip()}")
        return said

    def time(self, *words):
        began = time.monotonic()
        self.run(*words)
        return (time.monotonic() - began) * 1000


class Ours(Contestant):
    def __init__(self, world):
        super().__init__(world, world.env)
        self.folder = f"{world.home}/app"
        os.makedirs(f"{self.folder}/files")
        fill(f"{self.folder}/files")
        own(self.folder)
        for name in ("repo", "next"):
            self.run("latchkey", "bundle", "keygen", f"{name}.key")
        self.run("latchkey", "repo", "create", "apps", "--id", "org.bench.apps", "--key", "repo.key", "--next-key", "next.pub")
        self.publish("1")
        self.web = Web(f"{world.home}/apps")
        self.run("latchkey", "repo", "follow", self.web.url, "--key", "repo.pub")

    def publish(self, version):
        with open(f"{self.folder}/manifest.toml", "w", encoding="utf-8") as file:
            file.write(MANIFEST.format(app=APP, version=version))
        own(self.folder)
        self.run("latchkey", "bundle", "build", "app", "--key", "repo.key", "--output", f"{version}.latchkey")
        self.run("latchkey", "repo", "add", "apps", f"{version}.latchkey", "--key", "repo.key")

    def install(self):
        if os.path.exists(f"{self.world.path}/data/latchkey/store/apps/{APP}"):
            self.run("latchkey", "remove", APP, "--data", "--yes")
        return self.time("latchkey", "install", "--yes", APP)


class Peers(Contestant):
    def __init__(self, world, flatpak):
        super().__init__(world, flatpak.env)
        self.base = f"{world.home}/flatpak"
        self.folder = f"{self.base}/large"
        os.makedirs(f"{self.folder}/files")
        os.makedirs(f"{self.folder}/export")
        fill(f"{self.folder}/files")
        shutil.copy(f"{self.base}/app/metadata", f"{self.folder}/metadata")
        with open(f"{self.folder}/metadata", "r+", encoding="utf-8") as file:
            text = file.read().replace("org.bench.Stamp", APP).replace("command=stamp", "command=large")
            file.seek(0)
            file.write(text)
            file.truncate()
        self.publish()
        self.web = Web(f"{self.base}/repo")
        self.run("flatpak", "--user", "remote-add", "--no-gpg-verify", "web", self.web.url)

    def publish(self):
        own(self.folder)
        self.run("flatpak", "build-export", f"{self.base}/repo", self.folder, "1")
        self.run("flatpak", "build-update-repo", f"{self.base}/repo")

    def uninstall(self):
        self.run("flatpak", "--user", "uninstall", "-y", "--noninteractive", APP, allowed=(0, 1))
        self.run("ostree", "prune", f"--repo={self.env['FLATPAK_USER_DIR']}/repo", "--refs-only", allowed=(0, 1, 127)) \
            if shutil.which("ostree") else None

    def install(self):
        self.uninstall()
        return self.time("flatpak", "--user", "install", "-y", "--noninteractive", "web", APP)


def unpacking(world, ours):
    """The archive of the bundle, by tar alone."""
    archive = f"{world.home}/plain.tar.zst"
    ours.run("tar", "--zstd", "-cf", archive, "-C", ours.folder, ".")

    def run():
        shutil.rmtree(f"{world.home}/plain", ignore_errors=True)
        os.mkdir(f"{world.home}/plain")
        own(f"{world.home}/plain")
        return ours.time("sh", "-c", f"tar --zstd -xf {archive} -C {world.home}/plain && sync -f {world.home}/plain")
    return run


def starting(world, ours, peer):
    contestants = {"ours": lambda: to_running(world, ["latchkey", "run", "--ask", "no", APP])}
    if peer is not None:
        contestants["flatpak"] = lambda: to_running(world, ["flatpak", "run", "--user", APP], env=peer.env)
    times = alternate(contestants, LAUNCHES)
    if "flatpak" in times:
        row("launch of that app to program running", times["ours"], "flatpak run", times["flatpak"], "<= 0.33")


def on_disk(*folders):
    """KiB that copies of them take on a disk, hard links kept: in memory, folders take nothing."""
    copy = f"{os.path.dirname(BUILD)}/bench-size"
    shutil.rmtree(copy, ignore_errors=True)
    os.mkdir(copy)
    subprocess.run(["cp", "-a", *folders, copy], check=True)
    size = int(subprocess.run(["du", "-sk", copy], check=True, stdout=subprocess.PIPE).stdout.split()[0])
    shutil.rmtree(copy)
    return size


def overhead(world, ours, peer):
    """What there is of that app on the disk beside its files. Each alone there, but for flatpak's runtime and other app."""
    files = on_disk(f"{ours.folder}/files")
    store = on_disk(f"{world.path}/data/latchkey/store") - files
    theirs = float("nan")
    if peer is not None:
        user = peer.env["FLATPAK_USER_DIR"]
        whole = on_disk(user)
        peer.uninstall()
        # The program is the other app's too, and stays.
        theirs = whole - on_disk(user) - files + on_disk(bench("bench-stamp"))
        peer.install()
    row("store overhead of that app", store, "flatpak", theirs, unit="KiB")


def packages():
    with World("packages") as world:
        flatpak = Flatpak(world)
        try:
            ours = Ours(world)
            peer = None if flatpak.trouble else Peers(world, flatpak)
            if peer is None:
                left_out("packages against flatpak", flatpak.trouble)
            contestants = {"ours": ours.install, "tar": unpacking(world, ours)}
            if peer is not None:
                contestants["flatpak"] = peer.install
            times = alternate(contestants, ROUNDS)
            row("install 64 MB, 800 files", times["ours"], "tar --zstd -x", times["tar"], "<= 3")
            if peer is not None:
                row("install 64 MB, 800 files", times["ours"], "flatpak install", times["flatpak"], "<= 0.33")
            contestants = {"ours": lambda: ours.time("latchkey", "update")}
            if peer is not None:
                contestants["flatpak"] = lambda: peer.time("flatpak", "--user", "update", "-y", "--noninteractive")
            times = alternate(contestants, ROUNDS)
            row("nothing to update", times["ours"], "(30 ms)", 30, "<= 1")
            if peer is not None:
                row("nothing to update", times["ours"], "flatpak update", times["flatpak"])
            starting(world, ours, peer)
            overhead(world, ours, peer)
            update(ours, peer)
        except OSError as problem:
            left_out("packages", str(problem))
        finally:
            flatpak.end()


def update(ours, peer):
    """4 KiB of 64 MB are others."""
    change(f"{ours.folder}/files")
    ours.publish("2")
    ours.web.sent = 0
    took = ours.time("latchkey", "update")
    sent = ours.web.sent / 1e6
    row("update, 4 KiB changed: travels", sent, "(0.3 MB)", 0.3, "<= 1", unit="MB")
    if peer is None:
        return
    change(f"{peer.folder}/files")
    peer.publish()
    peer.web.sent = 0
    theirs = peer.time("flatpak", "--user", "update", "-y", "--noninteractive")
    row("update, 4 KiB changed: travels", sent, "flatpak update", peer.web.sent / 1e6, unit="MB")
    row("update, 4 KiB changed: time", took, "flatpak update", theirs)
