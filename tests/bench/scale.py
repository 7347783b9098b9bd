# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""A million files, a hundred thousand cached ones taken back, two hundred sandboxes. LATCHKEY_SCALE=10 is a tenth of it."""
import os
import shutil

from files import lines
from world import World, bench, left_out, median, own, row

PART = int(os.environ.get("LATCHKEY_SCALE", "1"))
FILES, CACHED, SANDBOXES = 1_000_000 // PART, 100_000 // PART, 200 // PART


def portal(world):
    return world.processes(("latchkey-files",))[0]


def kilobytes(pid, what="Pss"):
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(what + ":"))


def make(folder, count, content):
    os.makedirs(folder)
    for i in range(count):
        with open(f"{folder}/{i}", "wb") as file:
            file.write(content)


def sandbox(world, folder):
    return lines(world, ["latchkey", "run", "--ask", "no", "--here", "--", f"{folder}/load"], cwd=folder)


def million(world):
    folder = f"{world.home}/Documents/million"
    for i in range(FILES // 1000):
        make(f"{folder}/{i}", 1000, b"")
    shutil.copy(bench("bench-load"), f"{folder}/load")
    own(folder)
    world.broker(pinned=True)
    native = lines(world, [f"{folder}/load"])
    ours = sandbox(world, folder)
    ours.ask("stat", folder, 10)
    before = kilobytes(portal(world))
    first = {"native": float(native.ask("walk", folder, FILES)), "ours": float(ours.ask("walk", folder, FILES))}
    row(f"walk, {FILES} files, first", first["ours"] / 1e6, "native", first["native"] / 1e6, "<= 5")
    row("portal's memory per cached inode", (kilobytes(portal(world)) - before) * 1024 / FILES, "kernel's, about", 1400, "<= 0.25", "B")
    row("portal's descriptors", len(os.listdir(f"/proc/{portal(world)}/fd")), "limit", 20000, "<= 0.2", "")
    ours.end()
    native.end()
    shutil.rmtree(folder)


def taken_back(world):
    holder = "command:" + os.path.realpath("/usr/bin/env")
    folder = f"{world.home}/Documents/cached"
    make(folder, CACHED, b"content")
    shutil.copy(bench("bench-load"), f"{world.home}/Documents/load")
    own(f"{world.home}/Documents")
    world.broker(pinned=True)
    person = lines(world, [bench("bench-person")])
    person.ask("grant", holder, f"{world.home}/Documents/load")
    load = lines(world, ["latchkey", "run", "--ask", "no", "--", "/usr/bin/env", f"{world.home}/Documents/load"])
    cut, told = [], []
    for _ in range(5):
        identity = person.ask("grant", holder, folder).split()[0]
        load.ask("look", f"{folder}/0")
        load.ask("pages", folder, CACHED)
        load.ask("hold", folder, 1000)
        load.send("watch", f"{folder}/0")
        load.answer()
        begin, end = map(float, person.ask("revoke", identity).split())
        cut.append((float(load.answer()) - begin) / 1e6)
        told.append((end - begin) / 1e6)
        load.ask("hold", folder, 0)
    row(f"revoke, {CACHED} cached: open files", cut, "contract", 50, "<= 1")
    row(f"revoke, {CACHED} cached: all of it", told, "contract", 1000, "<= 1, goal 0.3")
    load.end()
    person.end()


def many(world):
    folder = f"{world.home}/Documents/work"
    make(folder, 10, b"content")
    shutil.copy(bench("bench-load"), f"{folder}/load")
    own(f"{world.home}/Documents")
    world.broker(pinned=True)
    started = [sandbox(world, folder)]
    started[0].ask("stat", folder, 10)
    before = kilobytes(portal(world)), len(os.listdir(f"/proc/{portal(world)}/fd"))
    took = []
    for _ in range(SANDBOXES - 1):
        started.append(sandbox(world, folder))
        took.append(float(started[-1].ask("stat", folder, 10)) / 1e3)
    after = kilobytes(portal(world)), len(os.listdir(f"/proc/{portal(world)}/fd"))
    row(f"portal's memory per sandbox, {SANDBOXES}", (after[0] - before[0]) / (SANDBOXES - 1), "bound", 512, "<= 1", "KiB")
    row("portal's descriptors per sandbox", (after[1] - before[1]) / (SANDBOXES - 1), "limit / 200", 100, "<= 1", "")
    row("stat in the last of them", median(took[-10:]), "in the first", median(took[:10]), "<= 2", "us")
    for one in started:
        one.end()


def scale():
    for part in (million, taken_back, many):
        with World("scale") as world:
            try:
                part(world)
            except (RuntimeError, OSError) as failure:
                left_out(part.__name__, str(failure))
