# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""The window with a thousand installed apps: from asking for it to its being mapped, which is with its first picture. Apps is
the page it opens with."""
import glob
import hashlib
import os
import shutil
import signal
import subprocess
import time

from launch import Screen
from packages import MANIFEST, Contestant, on_disk
from world import BUILD, World, alternate, bench, left_out, own, row

MANY = 1000
ROUNDS = 8


def name(number):
    return f"org.bench.Many{number:04}"


def copy_app(store, number):
    """What is installed as name(0), under another name of the same length: files, papers and record. Its signature does not
    hold, which nobody asks who reads what is installed."""
    old, new = name(0).encode(), name(number).encode()
    app = f"{store}/apps/{name(0)}"
    version = os.readlink(f"{app}/current").removeprefix("versions/")
    parts = {}
    for part in ("list", "signature", "key", "report"):
        with open(f"{app}/versions/{version}/{part}", "rb") as file:
            parts[part] = file.read()
    digest = lambda data: hashlib.blake2b(data, digest_size=32).hexdigest()
    parts["list"] = parts["list"].replace(old, new)
    report = parts["report"][:-64].replace(old, new)
    parts["report"] = report + digest(report).encode()
    other = version[:-16] + digest(parts["list"])[:16]
    target = f"{store}/apps/{name(number)}"
    os.makedirs(target, 0o700)
    shutil.copytree(f"{app}/versions/{version}", f"{target}/versions/{other}", copy_function=os.link)
    os.rename(f"{target}/versions/{other}/files/share/{name(0)}.desktop", f"{target}/versions/{other}/files/share/{name(number)}.desktop")
    for part, data in parts.items():
        os.remove(f"{target}/versions/{other}/{part}")
        with open(f"{target}/versions/{other}/{part}", "wb") as file:
            file.write(data)
        os.chmod(f"{target}/versions/{other}/{part}", 0o444)
    with open(f"{app}/record", encoding="utf-8") as file:
        record = file.read().replace(name(0), name(number)).replace(version, other)
    with open(f"{target}/record", "w", encoding="utf-8") as file:
        file.write(record)
    os.symlink(f"versions/{other}", f"{target}/current")


def thousand(world):
    """Installs one, and puts copies beside it. Then menus follow, as after each change."""
    one = Contestant(world, world.env)
    folder = f"{world.home}/many"
    os.makedirs(f"{folder}/files/bin")
    os.makedirs(f"{folder}/files/share")
    shutil.copy(bench("bench-stamp"), f"{folder}/files/bin/many")
    with open(f"{folder}/files/share/{name(0)}.desktop", "w", encoding="utf-8") as file:
        file.write("[Desktop Entry]\nType=Application\nName=One of many\nExec=many\nIcon=utilities-terminal\nCategories=Utility;\n")
    with open(f"{folder}/manifest.toml", "w", encoding="utf-8") as file:
        file.write(MANIFEST.format(app=name(0), version="1").replace("large", "many")
                   + f'desktop = "share/{name(0)}.desktop"\n')
    own(folder)
    one.run("latchkey", "bundle", "keygen", "many.key")
    one.run("latchkey", "bundle", "build", "many", "--key", "many.key", "--output", "many.latchkey")
    one.run("latchkey", "install", "--yes", "many.latchkey")
    store = f"{world.path}/data/latchkey/store"
    for number in range(1, MANY):
        copy_app(store, number)
    own(store)
    began = time.monotonic()
    one.run("latchkey", "update", name(0), "--automatic", "on")
    while len(glob.glob(f"{world.path}/data/applications/*Many*.desktop")) < MANY:
        if time.monotonic() - began > 120:
            raise OSError("the menus do not follow")
        time.sleep(0.2)
    return on_disk(store)


def apps():
    if not os.path.exists(f"{BUILD}/bin/latchkey-ui"):
        left_out("the window with 1,000 apps", "this build has no latchkey-ui")
        return
    with World("apps") as world:
        screen = Screen(world)
        world.broker(env=screen.env)

        def shown(resident):
            """Each time the first window of its process."""
            for pid in world.processes(("latchkey-ui",)):
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.3)
            if resident:
                world.start(["latchkey-ui", "--prompts"], env=screen.env, stderr=subprocess.DEVNULL)
                time.sleep(2)
            waiter = screen.waiter("dev.latchkey.Latchkey")
            time.sleep(0.05)
            began = time.monotonic_ns()
            world.start(["latchkey-ui"], env=screen.env, stderr=subprocess.DEVNULL)
            mapped = waiter.wait() == 0
            return (time.monotonic_ns() - began) / 1e6 if mapped else None

        contestants = {"UI running": lambda: shown(True), "UI to be started": lambda: shown(False)}
        try:
            few = alternate(contestants, ROUNDS)
            size = thousand(world)
            many = alternate(contestants, ROUNDS)
        except OSError as problem:
            left_out("the window with 1,000 apps", str(problem))
            return
        finally:
            screen.end()
    row("store, each of 1,000 small apps", size / MANY, "-", 0, unit="KiB")
    for how in contestants:
        if how in few and how in many:
            row(f"Apps' first frame, 1,000 installed, {how}", many[how], "goal", 300, "<= 1")
            row(f"Apps' first frame, 1,000 installed, {how}", many[how], "none installed", few[how])
