# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ten thousand grants: over the wire with a real broker, and in the ledger alone."""
import os
import shutil
import subprocess

from files import lines
from world import World, alternate, as_user, bench, left_out, median, own, row

GRANTS = 10_000
HOLDERS = 100


def grants():
    with World("grants") as world:
        folder = f"{world.home}/Documents"
        for i in range(60):
            # No bare numbers: beside a file that may be written they are taken for its temporary copies.
            with open(f"{folder}/page{i}", "wb") as file:
                file.write(b"text")
        shutil.copy(bench("bench-load"), f"{folder}/load")
        own(world.home)
        world.broker(pinned=True)
        person = lines(world, [bench("bench-person")])
        holder = "command:" + os.path.realpath("/usr/bin/env")
        person.ask("grant", holder, f"{folder}/load")

        def answered(load, number):
            """An open that asks, until it is answered: yes at once."""
            person.send("answer")
            person.answer()
            took = float(load.ask("once", f"{folder}/page{number}")) / 1e6
            person.answer()
            return took

        def all_answered(first):
            load = lines(world, ["latchkey", "run", "--", "/usr/bin/env", f"{folder}/load"])
            times = [answered(load, number) for number in range(first, first + 15)]
            load.end()
            return times[1:]

        few = all_answered(0)
        filled = float(person.ask("fill", HOLDERS, GRANTS, f"{folder}/page0"))
        many = all_answered(20)
        result = alternate({
            "all": lambda: float(person.ask("list").split()[1]) / 1e6,
            "one": lambda: float(person.ask("list", "org.bench.App7").split()[1]) / 1e6,
        }, 11)
        person.end()
    row("question to opened file, 10,000 grants", many, "with none", few)
    row("grant over the wire, committed", filled / 1e6, "-", 0)
    row("list all 10,000 over the wire", result["all"], "list one app's 100", result["one"])


def ledger():
    """grants-bench prints `NAME | ours | PEER | peer | TARGET | UNIT` lines, and others."""
    child = as_user([bench("grants-bench")], stdout=subprocess.PIPE)
    for line in child.stdout:
        parts = [part.strip() for part in line.decode().split("|")]
        if len(parts) >= 5:
            row(parts[0], float(parts[1]), parts[2], float(parts[3]), parts[4], parts[5] if len(parts) > 5 else "")
        else:
            print(line.decode().rstrip(), flush=True)
    if child.wait() != 0:
        left_out("the ledger alone", f"grants-bench ended with status {child.returncode}")
