# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""From the start to the program running, and to its window."""
import glob
import os
import re
import shutil
import subprocess
import time

from peers import Flatpak
from world import ROOT, World, alternate, bench, left_out, row

DATE = ["/usr/bin/date", "+%s%N"]   # A program that every sandbox has, and that says when it ran.


def to_running(world, command, **options):
    """Milliseconds from just before the start to the program saying what time it is. None if it said nothing."""
    begin = time.time_ns()
    child = world.start(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)
    text = child.communicate(timeout=30)[0].decode()
    found = re.search(r"^(\d{9,})\s*$", text, re.M)
    return (int(found.group(1)) - begin) / 1e6 if found else None


def without_network(world):
    """The same programs, but for latchkey-net: each app starts without a wire, and nobody waits for one."""
    place = f"{world.path}/bin"
    shutil.copytree(os.path.dirname(shutil.which("latchkey")), place, ignore=shutil.ignore_patterns("latchkey-net"))
    return f"{place}/latchkey"


def processor_time(world, name):
    """Milliseconds that the processes of that name have run so far."""
    total = 0
    for pid in world.processes((name,)):
        for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
            with open(path, encoding="utf-8") as file:
                total += int(file.read().split()[0])
    return total / 1e6


def launch():
    """What is launched asks for no network. It gets a wire all the same, laid while the files are mounted: a row says what
    that adds."""
    rounds = 40
    with World("launch") as world, World("launch-offline") as offline:
        ours = ["latchkey", "run", "--ask", "no", "--", *DATE]
        program = without_network(offline)
        contestants = {
            "latchkey": lambda: to_running(world, ours),
            "latchkey without latchkey-net": lambda: to_running(offline, [program, *ours[1:]]),
            "bwrap": lambda: to_running(world, [bench("bench-plan"), *DATE]),
            "no sandbox": lambda: to_running(world, DATE),
        }
        if ROOT:
            quiet = ["firejail", "--quiet"]
            contestants["firejail"] = lambda: to_running(world, [*quiet, *DATE], drop=False)
            contestants["firejail --noprofile"] = lambda: to_running(world, [*quiet, "--noprofile", *DATE], drop=False)
        else:
            left_out("launch against firejail", "it is setuid: call ./dev bench as root")
        flatpak = Flatpak(world)
        if flatpak.trouble:
            left_out("launch against flatpak", flatpak.trouble)
        else:
            contestants["flatpak run --sandbox"] = lambda: to_running(world, flatpak.command, env=flatpak.env)
        to_running(world, ours)   # The broker and its portals are up.
        before = processor_time(world, "latchkey-net")
        result = alternate(contestants, rounds)
        wire = (processor_time(world, "latchkey-net") - before) / (rounds + 1)
        flatpak.end()
    if "latchkey without latchkey-net" in result:
        row("launch without using the network", result["latchkey"], "without latchkey-net", result["latchkey without latchkey-net"])
    row("of which latchkey-net, processor time", wire, "-", 0)
    targets = {"bwrap": "<= 2, goal 1.6", "flatpak run --sandbox": "< 1", "firejail": "< 1"}
    names = {"bwrap": "bwrap, same operations"}
    for name in ("bwrap", "flatpak run --sandbox", "firejail", "firejail --noprofile", "no sandbox"):
        if name in result:
            row("launch to program running", result["latchkey"], names.get(name, name), result[name], targets.get(name, "-"))


class Screen:
    """labwc without a screen."""

    def __init__(self, world, *first):
        self.world = world
        self.env = {**world.env, "WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1",
                    "QT_QPA_PLATFORM": "wayland"}
        self.compositor = world.start(["labwc", *first], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            names = [name for name in os.listdir(world.run) if re.fullmatch(r"wayland-\d+", name)]
            if names:
                self.env["WAYLAND_DISPLAY"] = names[0]
                break
            time.sleep(0.1)

    def waiter(self, app):
        return self.world.start(["timeout", "30", "wlrctl", "toplevel", "waitfor", f"app_id:{app}"], env=self.env, stderr=subprocess.DEVNULL)

    def end(self):
        self.compositor.terminate()
        self.compositor.wait(20)


def session_bus(world):
    """As desktops have it: Debian's services, its portals among them, start when somebody asks for them."""
    address = f"unix:path={world.run}/session-bus"
    world.start(["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}"], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
    while not os.path.exists(f"{world.run}/session-bus"):
        time.sleep(0.02)
    return {"DBUS_SESSION_BUS_ADDRESS": address}


def window():
    with World("window") as world:
        screen = Screen(world)
        bus = session_bus(world)

        def to_window(command, **variables):
            waiter = screen.waiter("featherpad")
            time.sleep(0.05)
            begin = time.monotonic_ns()
            child = world.start(command, env={**screen.env, **variables}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            mapped = waiter.wait() == 0   # Without a limit: with one, Python looks 20 times a second.
            took = (time.monotonic_ns() - begin) / 1e6
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                if not variables:
                    raise
                child.kill()   # Measured it has been; on its way out it once hung on the session's services.
                child.wait(20)
            time.sleep(0.3)
            return took if mapped else None

        result = alternate({
            "latchkey": lambda: to_window(["latchkey", "run", "--ask", "no", "featherpad", "--standalone"]),
            "native": lambda: to_window(["featherpad", "--standalone"]),
            "bus": lambda: to_window(["featherpad", "--standalone"], **bus),
        }, 21)
        screen.end()
    row("featherpad to mapped window", result["latchkey"], "native", result["native"], "<= 1.3")
    row("featherpad to mapped window", result["latchkey"], "native, with a session bus", result["bus"])


def x_window():
    """An X11 app with a server of its own: from the start to its window being there, which is when xterm starts its shell."""
    with World("xwindow") as world:
        screen = Screen(world, "-s", f"sh -c 'echo $DISPLAY >{world.path}/display'")
        while not (os.path.exists(f"{world.path}/display") and open(f"{world.path}/display", encoding="utf-8").read().strip()):
            time.sleep(0.1)
        with open(f"{world.path}/display", encoding="utf-8") as file:
            common = {**screen.env, "DISPLAY": file.read().strip()}
        xterm = ["xterm", "-e", "sh", "-c", "date +%s%N >~/when"]

        def to_window(command, env):
            begin = time.time_ns()
            world.start(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait(60)
            for path in (f"{world.home}/when", *glob.glob(f"{world.path}/data/latchkey/profiles/**/when", recursive=True)):
                if os.path.exists(path):
                    with open(path, encoding="utf-8") as file:
                        text = file.read()
                    os.remove(path)
                    return (int(text) - begin) / 1e6
            return None

        bare = ["sh", "-c", 'Xwayland -displayfd 1 -terminate -decorate -shm -geometry 800x600 | '
                            '{ read -r number; DISPLAY=":$number" xterm -e sh -c "date +%s%N >~/when"; }']
        result = alternate({
            "latchkey": lambda: to_window(["latchkey", "run", "--ask", "no", "--", *xterm], screen.env),
            "bare": lambda: to_window(bare, screen.env),
            "common": lambda: to_window(xterm, common),
        }, 11)
        screen.end()
    row("xterm to its window, own X server", result["latchkey"], "Xwayland of its own, bare", result["bare"], "<= 1.5")
    row("xterm to its window, own X server", result["latchkey"], "native, the common server", result["common"])
