# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""What one more sandbox costs, and what the session's own processes hold."""
import subprocess
import time

from world import ROOT, World, descendants, left_out, row

SANDBOXES = 20


def mebibytes(pids, *fields):
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith(fields))
        except OSError:
            pass
    return total / 1024


def name_of(pid):
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""


def memory():
    """Memory (Pss) of all that stands beside the program in one sandbox - launcher, both bubblewraps, process 1 - and what
    the broker and the portals grow by (private). The program has asked for no network; its wire is there all the same. The
    helpers hide their memory from other processes, so this takes root."""
    if not ROOT:
        left_out("helper memory", "the helpers hide their memory: call ./dev bench as root")
        return
    with World("memory") as world:
        def start():
            return world.start(["latchkey", "run", "--ask", "no", "--", "sleep", "300"])

        def running(count):
            for _ in range(600):
                names = [name_of(pid) for launcher in world.processes(("latchkey-launch",)) for pid in descendants(launcher)]
                if names.count("sleep") >= count:
                    return
                time.sleep(0.05)

        commands = [start()]
        running(1)
        time.sleep(1)
        session = ("latchkeyd", "latchkey-files", "latchkey-mounts", "latchkey-net", "latchkey-desktop")
        before = {name: mebibytes(world.processes((name,)), "Private_") for name in session}
        commands += [start() for _ in range(SANDBOXES)]
        running(SANDBOXES + 1)
        time.sleep(1)
        growth = {name: mebibytes(world.processes((name,)), "Private_") - before[name] for name in session}
        launchers = world.processes(("latchkey-launch",))
        parts = {"latchkey-launch": launchers}
        for launcher in launchers:
            for pid in descendants(launcher):
                name = name_of(pid)
                if name != "sleep":
                    parts.setdefault(name if name == "bwrap" else "latchkey-enter", []).append(pid)
        count = len(launchers)
        each = {name: mebibytes(pids, "Pss:") / count for name, pids in parts.items()}
        print("   of which " + ", ".join(f"{name} {size:.2f}" for name, size in each.items()) +
              ", growth of " + ", ".join(f"{name} {size / SANDBOXES:.2f}" for name, size in growth.items()) + " MiB")
        total = sum(each.values()) + sum(growth.values()) / SANDBOXES
        row("helper memory per sandbox", total, "target", 3.0, "<= 1", "MiB")
        row("the waiting `latchkey run` beside it", mebibytes([child.pid for child in commands], "Private_") / len(commands),
            "-", 0, "-", "MiB")
        row(f"memory (Pss) of latchkeyd, {count} sandboxes", mebibytes(world.processes(("latchkeyd",)), "Pss:"), "goal", 16,
            "<= 1", "MiB")
        portal = world.processes(("latchkey-files", "latchkey-mounts"))
        row(f"memory (Pss) of the file portal, {count}", mebibytes(portal, "Pss:"), "document portal's 15", 15, "<= 1", "MiB")
        row(f"memory (Pss) of the network portal, {count}", mebibytes(world.processes(("latchkey-net",)), "Pss:"), "-", 0, "-",
            "MiB")
        row(f"memory (Pss) of the desktop portal, {count}", mebibytes(world.processes(("latchkey-desktop",)), "Pss:"), "-", 0, "-",
            "MiB")
        # Of the network there is one process for all of them, and nothing for each.
        others = sorted(name_of(pid) for pid in world.processes() if name_of(pid) in ("pasta", "passt", "latchkey-net", "nft"))
        print("   network processes running: " + (", ".join(others) or "none"))
        world.start(["latchkey", "stop", "--all"], stdout=subprocess.DEVNULL).wait(60)
        for child in commands:
            child.wait(30)
