# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Files through the portal, natively, and through Debian's document portal; and how fast what is open is cut."""
import os
import shutil
import statistics
import subprocess

from world import HERE, World, alternate, bench, left_out, median, own, row

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


def lines(world, command, **options):
    return Lines(world.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pinned=True, **options))


def make_files(folder, count, large=0):
    os.makedirs(folder, exist_ok=True)
    for i in range(count):
        with open(f"{folder}/{i}", "wb") as file:
            file.write(os.urandom(4096))
    if large:
        with open(f"{folder}/large", "wb") as file:
            file.write(os.urandom(large))


def make_project(folder):
    """3,000 files under git, one of them changed."""
    for i in range(60):
        make_files(f"{folder}/part{i}", 50)
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "check": True,
             "env": {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"}}
    subprocess.run(["git", "init", "-q"], **quiet)
    subprocess.run(["git", "add", "."], **quiet)
    subprocess.run(["git", "-c", "user.name=b", "-c", "user.email=b@b", "commit", "-q", "-m", "all"], **quiet)
    with open(f"{folder}/part1/1", "ab") as file:
        file.write(b"changed")


LOADS = {   # name: (work, unit divisor, unit, target against native, target against the document portal)
    "stat": (("stat", "small", 20000), 1e3, "us", "<= 2.5", "<= 0.066"),
    "open, read 4 KiB, close": (("open", "small", 2000), 1e3, "us", "<= 6.7", "<= 0.33"),
    "4 KiB at random, cached": (("random", "large", 20000), 1e3, "us", "<= 1.67", "<= 1"),
    "64 MiB, cached, opened again": (("read", "large", 3), 1e6, "ms", "<= 2.2", "<= 1"),
}


def files():
    with World("files") as world:
        project = f"{world.home}/Documents/project"
        make_files(f"{project}/small", 100)
        make_files(project, 0, LARGE)
        make_project(f"{project}/git")
        shutil.copy(bench("bench-load"), f"{project}/load")
        own(world.home)
        world.broker(pinned=True)
        load = f"{project}/load"
        places = {"latchkey": project, "native": project}
        programs = {
            "latchkey": lines(world, ["latchkey", "run", "--ask", "no", "--here", "--", load], cwd=project),
            "native": lines(world, [load]),
        }
        portal = lines(world, ["unshare", "-Urm", "dbus-run-session", f"{HERE}/document-portal", project, bench("bench-load")],
                       stderr=subprocess.PIPE)
        try:
            places["document portal"] = portal.answer()
            programs["document portal"] = portal
        except RuntimeError:
            left_out("files against the document portal", portal.process.stderr.read().decode().strip()[-120:])

        def run(name, work):
            verb, where, *rest = work
            return float(programs[name].ask(verb, f"{places[name]}/{where}", *rest))

        for what, (work, divisor, unit, to_native, to_portal) in LOADS.items():
            result = alternate({name: lambda name=name: run(name, work) / divisor for name in programs}, 9)
            row(what, result["latchkey"], "native", result["native"], to_native, unit)
            if "document portal" in result:
                row(what, result["latchkey"], "document portal", result["document portal"], to_portal, unit)
        git = ("run", "git", "git", "-c", "safe.directory=*", "status", "--short")
        result = alternate({name: lambda name=name: run(name, git) / 1e6 for name in ("latchkey", "native")}, 9)
        row("git status, 3,000 files, again", result["latchkey"], "native", result["native"], "<= 3")
        if "document portal" in programs:
            try:
                run("document portal", git)
            except RuntimeError as failure:
                left_out("git status against the document portal", f"it fails there ({failure})")
        for program in programs.values():
            try:
                program.end()
            except (OSError, subprocess.TimeoutExpired):
                program.process.kill()


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
