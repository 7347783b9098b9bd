# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""From an app touching a file to the question's first picture on the screen (software rendering). A window is mapped with
its first picture; labwc says so. Nothing in the product knows that it is measured."""
import json
import os
import shutil
import subprocess
import time

from files import Lines, make_files
from launch import Screen
from world import BUILD, World, bench, left_out, own, row

ROUNDS = 8


def answer_all(world, env):
    """Says no to what waits, until nothing does."""
    listing = world.start(["latchkey", "requests", "--json"], env=env, stdout=subprocess.PIPE)
    for request in json.loads(listing.communicate()[0] or b"[]"):
        world.start(["latchkey", "answer", request["id"], "deny"], env=env, stdout=subprocess.DEVNULL).wait()


def prompt():
    if not os.path.exists(f"{BUILD}/bin/latchkey-ui"):
        left_out("first frame of a question", "this build has no latchkey-ui")
        return
    cold, resident = [], []
    with World("prompt") as world:
        make_files(f"{world.home}/Documents/asked", 2 * ROUNDS)
        program = f"{world.home}/Documents/load"
        shutil.copy(bench("bench-load"), program)
        own(world.home)
        screen = Screen(world)
        world.broker(env=screen.env)

        def shown(number):
            """A fresh app asks each time: who was refused must wait longer."""
            load = Lines(world.start(["latchkey", "run", "--profile", f"p{number}", "--", "/usr/bin/env", program], env=screen.env,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            load.ask("hold", "/", 0)   # It runs.
            waiter = screen.waiter("dev.latchkey.Latchkey")
            time.sleep(0.05)
            begin = time.monotonic_ns()
            load.send("once", f"{world.home}/Documents/asked/{number}")
            mapped = waiter.wait() == 0
            took = (time.monotonic_ns() - begin) / 1e6
            time.sleep(0.2)
            answer_all(world, screen.env)
            load.process.wait(20)
            time.sleep(0.3)
            return took if mapped else None

        for number in range(ROUNDS):
            resident.append(shown(number))
        for number in range(ROUNDS, 2 * ROUNDS):
            for pid in world.processes(("latchkey-ui",)):
                os.kill(pid, 9)
            time.sleep(0.3)
            cold.append(shown(number))
        screen.end()
    # The first of the residents had to start it.
    for name, values in (("UI running", resident[1:]), ("UI to be started", cold)):
        values = [value for value in values if value is not None]
        if values:
            row(f"question to first frame, {name}", values, "goal", 150, "<= 1" if name == "UI running" else "-")
        else:
            left_out(f"question to first frame, {name}", "no window was mapped")
