# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Files through the portal, natively, and through Debian's document portal; and how fast what is open is cut."""
import os
import shutil
import statistics
import subprocess
import time

from world import BUILD, HERE, World, alternate, bench, left_out, median, own, row

LARGE = 64 * 2**20


class Lines:
    """A program that answers lines with lines."""

    def __init__(self, process):
        self.process = process

    def ask(self, *words):
        self.send(*words)
        return self.answer()

    def send(self, *words):
        self.process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        self.process.stdin.flush()

    def answer(self):
        line = self.process.stdout.readline().decode().strip()
        if not line or line.startswith("failed"):
            raise RuntimeError(line or "it has gone")
        return line

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)


def piped(world, command, **options):
    return world.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pinned=True, **options)


def lines(world, command, **options):
    return Lines(piped(world, command, **options))


def make_files(folder, count, large=0):
    os.makedirs(folder, exist_ok=True)
    for i in range(count):
        with open(f"{folder}/{i}", "wb") as file:
            file.write(os.urandom(4096))
    if large:
        with open(f"{folder}/large", "wb") as file:
            file.write(os.urandom(large))


def git(folder, *words):
    subprocess.run(["git", "-c", "user.name=b", "-c", "user.email=b@b", "-c", "safe.directory=*", *words], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL, env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"})


def make_tree(folder):
    """FILES files in folders of 50 under git, one of them changed."""
    for i in range(FILES // 50):
        part = f"{folder}/group{i // 20}/part{i}"
        os.makedirs(part)
        for j in range(50):
            with open(f"{part}/{j}.c", "wb") as file:
                file.write(os.urandom(1024))
    git(folder, "init", "-q")
    git(folder, "config", "gc.auto", "0")   # Not of its own accord, behind what is measured.
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "all")
    git(folder, "gc", "-q")
    with open(f"{folder}/group0/part1/1.c", "ab") as file:
        file.write(b"changed")


FILES = 20_000
STATUS = ("run", "tree", "git", "-c", "safe.directory=*", "status", "--short")
WALK = ("walk", "tree", FILES)
# Name: (work, unit divisor, unit, target, goal: time against native, target against the document portal).
LOADS = {
    "64 MiB, cached, opened again": (("read", "large", 3), 1e6, "ms", "<= 2, goal 1.67", "<= 1"),
    "4 KiB at random, cached": (("random", "large", 20000), 1e3, "us", "<= 2, goal 1.67", "<= 1"),
    "stat": (("stat", "small", 20000), 1e3, "us", "<= 1.11", "<= 0.066"),
    "open, read 4 KiB, close": (("open", "small", 2000), 1e3, "us", "<= 6.7, goal 6", "<= 0.33"),
    f"walk, {FILES} files, again": (WALK, 1e6, "ms", "<= 2", "<= 0.5"),
    f"git status, {FILES} files, again": (STATUS, 1e6, "ms", "<= 1.5", "<= 1"),
}
# Where fsync has something to wait for: on the disk of the checkout.
ON_DISK = {
    "256 MiB written, fsync": (("write", "written", 256), 1e6, "ms", "<= 1.25", "<= 1"),
}
# A folder given at full speed: no request, so nothing to lose but what a mount costs.
FAST = {
    f"full speed: walk, {FILES} files": (WALK, 1e6, "ms", "<= 1.1", "-"),
    f"full speed: git status, {FILES} files": (STATUS, 1e6, "ms", "<= 1.1", "-"),
    "full speed: open, read 4 KiB, close": (("open", "small", 2000), 1e3, "us", "<= 1.1", "-"),
}
# The first in a fresh sandbox, with the host's caches warm.
FIRSTS = {
    f"walk, {FILES} files, first": (WALK, "<= 5", "<= 0.5"),
    f"git status, {FILES} files, first": (STATUS, "<= 4, goal 2.5", "<= 1"),
}


class Places:
    """The same folder through the portal, natively, and through Debian's document portal."""

    def __init__(self, world, content=True):
        self.world = world
        self.project = f"{world.home}/Documents/project"
        make_files(f"{self.project}/small", 100)
        if content:
            make_files(self.project, 0, LARGE)
            make_tree(f"{self.project}/tree")
        shutil.copy(bench("bench-load"), f"{self.project}/load")
        own(world.home)
        if content:
            time.sleep(1.1)   # What is as new as its index git would read again each time.
        world.broker(pinned=True)
        self.started = []
        self.open = {"latchkey": self.sandboxed, "native": self.native, "document portal": self.exported}

    def begin(self, process, folder):
        program = Lines(process)
        self.started.append(program)
        return program, folder or program.answer()

    def sandboxed(self, here="--here"):
        command = ["latchkey", "run", "--ask", "no", here, "--", f"{self.project}/load"]
        return self.begin(piped(self.world, command, cwd=self.project), self.project)

    def fast(self):
        return self.sandboxed("--here=fast")

    def native(self):
        return self.begin(piped(self.world, [f"{self.project}/load"]), self.project)

    def exported(self):
        command = ["unshare", "-Urm", "dbus-run-session", f"{HERE}/document-portal", self.project, bench("bench-load")]
        return self.begin(piped(self.world, command, stderr=subprocess.DEVNULL), None)

    def end(self):
        for program in self.started:
            try:
                program.end()
            except (OSError, subprocess.TimeoutExpired):
                program.process.kill()
        self.started = []


def work_in(place, work):
    """Nanoseconds; nothing if it cannot be done there."""
    program, folder = place
    verb, where, *rest = work
    try:
        return float(program.ask(verb, f"{folder}/{where}", *rest))
    except RuntimeError:
        return None


def rows_of(what, result, to_native, to_portal, unit):
    row(what, result["latchkey"], "native", result["native"], to_native, unit)
    if "document portal" in result:
        row(what, result["latchkey"], "document portal", result["document portal"], to_portal, unit)
    elif to_portal != "-":
        left_out(what, "it fails in the document portal")


def loads(places, what_to_do, contestants=None):
    opened = {}
    contestants = contestants or places.open
    for name, begin in contestants.items():
        try:
            opened[name] = begin()
        except RuntimeError:
            left_out("files", f"no {name} here")

    def scaled(name, work, divisor):
        value = work_in(opened[name], work)
        if value is None:
            # It has ended, having failed: the others go on.
            opened[name] = contestants[name]()
        return value and value / divisor

    for what, (work, divisor, unit, to_native, to_portal) in what_to_do.items():
        result = alternate({name: lambda name=name: scaled(name, work, divisor) for name in opened}, 7)
        rows_of(what, result, to_native, to_portal, unit)
    places.end()
    return list(opened)


def files():
    with World("files") as world:
        places = Places(world)
        contestants = loads(places, LOADS)
        loads(places, FAST, {"latchkey": places.fast, "native": places.native})
        for what, (work, to_native, to_portal) in FIRSTS.items():
            def first(name):
                value = work_in(places.open[name](), work)
                places.end()
                return value and value / 1e6
            rows_of(what, alternate({name: lambda name=name: first(name) for name in contestants}, 5), to_native, to_portal, "ms")
    with World("files", base=os.path.dirname(BUILD)) as world:
        loads(Places(world, content=False), ON_DISK)


def revocation():
    """From asking the broker to revoke to the first read that is refused. The reader and all servers share a processor."""
    holder = "command:" + os.path.realpath("/usr/bin/env")
    with World("revoke") as world:
        folder = f"{world.home}/Documents/many"
        make_files(folder, 1000)
        shutil.copy(bench("bench-load"), f"{world.home}/Documents/load")
        own(world.home)
        world.broker(pinned=True)
        person = lines(world, [bench("bench-person")])
        person.ask("grant", holder, f"{world.home}/Documents/load")
        load = lines(world, ["latchkey", "run", "--ask", "no", "--", "/usr/bin/env", f"{world.home}/Documents/load"])
        cuts, told, appears = {}, {}, []
        for held, rounds in ((0, 100), (1000, 30)):
            for _ in range(rounds):
                identity, before, _ = person.ask("grant", holder, folder).split()
                appears.append((float(load.ask("look", f"{folder}/0")) - float(before)) / 1e6)
                load.ask("hold", folder, held)
                load.send("watch", f"{folder}/0")
                load.answer()
                begin, end = map(float, person.ask("revoke", identity).split())
                cuts.setdefault(held, []).append((float(load.answer()) - begin) / 1e6)
                told.setdefault(held, []).append((end - begin) / 1e6)
                load.ask("hold", folder, 0)
        load.end()
        person.end()
    for held, values in cuts.items():
        name = "revoke, one open file" if not held else "revoke, 1,000 cached files"
        values.sort()
        goal = 3 if not held else 10
        row(f"{name}: p50 to refused read", statistics.median(values), "goal", goal, "<= 1")
        row(f"{name}: p90", values[int(len(values) * 0.9)], "goal", goal, "<= 1")
        row(f"{name}: p99", values[int(len(values) * 0.99)], "contract", 50, "<= 1")
        row(f"{name}: broker says done", median(told[held]), "-", 0)
    row("grant: decision to first stat", appears, "document portal's 0.8", 0.8)
