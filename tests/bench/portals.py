# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a message bus and desktop portals of its own cost an app: to start, to ask for settings and files, in memory."""
import os
import re
import shutil
import subprocess
import time

from files import Lines
from launch import Screen
from memory import mebibytes, name_of
from world import ROOT, World, bench, descendants, left_out, median, own, row

PORTAL = "org.freedesktop.portal.Desktop"
BACKEND = "org.freedesktop.impl.portal.desktop.gtk"
INSTANCES = 100
PROCESS = "latchkey-deskto"   # As the kernel cuts its name.


class Session:
    """A message bus of the session with GTK's backend on it, on a screen."""

    def __init__(self, world):
        self.screen = Screen(world)
        self.env = dict(self.screen.env)
        self.bus = world.start(["dbus-daemon", "--session", "--nofork", "--nopidfile", "--nosyslog", "--print-address=1"], env=self.env,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.bus.stdout.readline().decode().strip()
        os.makedirs(f"{world.path}/config/xdg-desktop-portal")
        with open(f"{world.path}/config/xdg-desktop-portal/portals.conf", "w", encoding="utf-8") as file:
            file.write("[preferred]\ndefault=gtk\n")
        own(world.path)
        self.backend = world.start(["/usr/libexec/xdg-desktop-portal-gtk"], env=self.env, stderr=subprocess.DEVNULL)

    def end(self):
        for process in (self.backend, self.bus):
            process.terminate()
            process.wait(20)
        self.screen.end()


def numbers(line):
    return [int(word) for word in line.split()]


def asker(world, session, profile="some"):
    """bench-bus in a sandbox."""
    command = ["latchkey", "run", "--profile", profile, "--here=ro", "--", "./bench-bus"]
    return Lines(world.start(command, env=session.env, cwd=f"{world.home}/Documents", stdin=subprocess.PIPE, stdout=subprocess.PIPE))


def settings(world, session):
    outside = Lines(world.start([bench("bench-bus")], env=session.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    for _ in range(100):
        try:
            outside.ask("ping", BACKEND)
            break
        except RuntimeError:
            outside = Lines(world.start([bench("bench-bus")], env=session.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            time.sleep(0.1)
    inside = asker(world, session)
    inside.ask("ping", PORTAL)
    cold, cached, direct = [], [], []
    for _ in range(9):
        for pid in world.processes((PROCESS,)):
            os.kill(pid, 9)
        time.sleep(1.5)   # Another one is not started more often than that.
        inside.ask("ping", PORTAL)
        cold += numbers(inside.ask("settings", PORTAL, "org.freedesktop.portal.Settings", 1))
        cached += numbers(inside.ask("settings", PORTAL, "org.freedesktop.portal.Settings", 50))
        direct += numbers(outside.ask("settings", BACKEND, "org.freedesktop.impl.portal.Settings", 50))
    outside.end()
    inside.end()
    row("all settings, asked for the first time", median(cold) / 1e6, "the backend itself", median(direct) / 1e6, "<= 1.5")
    row("all settings, known", median(cached) / 1e6, "the backend itself", median(direct) / 1e6, "<= 0.3")


def start(world, session):
    """The first message of a sandbox takes the start of its bus and its portals' coming to it; the next does not. Also with
    the portals' process to be started, which happens once a session."""
    first, process = [], []
    for number in range(21):
        if number >= 15:
            for pid in world.processes((PROCESS,)):
                os.kill(pid, 9)
            time.sleep(1.5)
        inside = asker(world, session)
        took = int(inside.ask("ping", PORTAL))
        again = int(inside.ask("ping", PORTAL))
        inside.end()
        (first if number < 15 else process).append((took - again) / 1e6)
    row("bus and portals of one more app", first, "target", 15, "<= 1")
    row("the portals' process, once a session", process, "the peer's stack", 35, "<= 1")


def open_file(world, session):
    person = Lines(world.start([bench("bench-person")], env=session.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    comes, answered = [], []
    for number in range(15):
        inside = asker(world, session, f"p{number}")   # Who was refused must wait: another one each time.
        inside.ask("ping", PORTAL)
        if person.ask("decline") != "ready":
            raise RuntimeError("bench-person is not ready")
        inside.send("open")
        came = int(person.answer())
        before, after = numbers(inside.answer())
        comes.append((came - before) / 1e6)
        answered.append((after - before) / 1e6)
        inside.end()
    person.process.kill()
    row("OpenFile: until a person could see it", comes, "target", 1.5, "<= 1")
    row("OpenFile: answered at once", answered, "target", 2.0, "<= 1")


def memory(world, session):
    if not ROOT:
        left_out("memory of portals", "the helpers hide their memory: call ./dev bench as root")
        return
    first = asker(world, session)
    first.ask("ping", PORTAL)
    time.sleep(1)
    helpers = ("latchkeyd", "latchkey-files", "latchkey-mounts", PROCESS)
    before = {name: mebibytes(world.processes((name,)), "Private_") for name in helpers}
    all_of = [asker(world, session) for _ in range(INSTANCES)]
    for inside in all_of:
        inside.ask("ping", PORTAL)
    time.sleep(1)
    growth = {name: (mebibytes(world.processes((name,)), "Private_") - before[name]) / INSTANCES for name in helpers}
    parts = {}
    launchers = world.processes(("latchkey-launch",))
    for launcher in launchers:
        parts.setdefault("latchkey-launch", []).append(launcher)
        for pid in descendants(launcher):
            name = name_of(pid)
            if name != "bench-bus":
                parts.setdefault(name if name in ("bwrap", "dbus-daemon") else "latchkey-enter", []).append(pid)
    each = {name: mebibytes(pids, "Pss:") / len(launchers) for name, pids in parts.items()}
    print("   of which " + ", ".join(f"{name} {size:.2f}" for name, size in each.items()) +
          ", growth of " + ", ".join(f"{name} {size:.2f}" for name, size in growth.items()) + " MiB")
    added = each.get("dbus-daemon", 0) + growth[PROCESS]
    row(f"bus and portals of one app, of {INSTANCES}", added, "target", 1.5, "<= 1", "MiB")
    row("of which the portals' process", growth[PROCESS], "target", 0.5, "<= 1", "MiB")
    row("all helpers of an app that uses its bus", sum(each.values()) + sum(growth.values()), "-", 0, "-", "MiB")
    row(f"memory (Pss) of latchkey-desktop, {len(launchers)}", mebibytes(world.processes((PROCESS,)), "Pss:"),
        "the peer's two", 24.5, "<= 1", "MiB")
    for inside in [first, *all_of]:
        inside.end()


def portals():
    if not os.path.exists("/usr/libexec/xdg-desktop-portal-gtk"):
        left_out("desktop portals", "xdg-desktop-portal-gtk is not here")
        return
    with World("portals") as world:
        shutil.copy(bench("bench-bus"), f"{world.home}/Documents/bench-bus")
        own(world.home)
        session = Session(world)
        world.broker(env=session.env)
        for part in (start, settings, open_file, memory):
            part(world, session)
        session.end()
