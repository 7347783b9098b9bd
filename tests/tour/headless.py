#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""A desktop nobody sees: labwc on a virtual screen, a message bus and a home of its own, and what drives it."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from compositor import answering

out = os.path.abspath(sys.argv[1])
os.makedirs(out, exist_ok=True)
for name in os.listdir(out):  # Of an earlier run.
    if name.startswith("log-") or name.endswith(".png"):
        os.unlink(f"{out}/{name}")
world = tempfile.mkdtemp(prefix="desk-")
home = f"{world}/ada"
test = os.path.basename(sys.argv[0]).removesuffix(".py")
children = []


def fresh(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def spawn(*command):
    log = open(f"{out}/log-{os.path.basename(command[0])}.txt", "ab")
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    children.append(child.pid)
    return child


def soon(probe, seconds):
    """What it finds within so many seconds, or what it found last."""
    end = time.monotonic() + seconds
    while not (result := probe()) and time.monotonic() < end:
        time.sleep(0.1)
    return result


def wait_for(what, probe, seconds=30):
    return soon(probe, seconds) or fail(f"waited {seconds} s in vain: {what}")


def check(truth, what):
    print(f"{'ok' if truth else 'NOT OK'}: {what}", flush=True)
    if not truth:
        fail(what)


def fail(what):
    """Ends here, and says what there was to be seen."""
    shot("failed")
    print(f"{test}: {what}; picture: {out}/failed.png", flush=True)
    for command in (("wlrctl", "toplevel", "list"), ("latchkey", "ps"), ("latchkey", "requests"), ("latchkey", "grants"),
                    ("latchkey", "log"), ("uptime",)):
        print(f"--- {' '.join(command)}\n{output(*command)[-3000:]}", flush=True)
    for name in sorted(os.listdir(out)):
        if name.startswith("log-"):
            with open(f"{out}/{name}", errors="replace") as log:
                print(f"--- {name}\n{log.read()[-1500:]}", flush=True)
    raise SystemExit(1)


def shot(name):
    subprocess.run(["grim", f"{out}/{name}.png"], check=False)


def picture():
    """What is on the screen, as PPM."""
    return subprocess.run(["grim", "-t", "ppm", "-"], capture_output=True, check=False).stdout


def still(seconds=3):
    """The screen has come to rest, or blinks."""
    last = [picture()]

    def unchanged():
        time.sleep(0.2)
        before, last[0] = last[0], picture()
        return before == last[0]
    soon(unchanged, seconds)


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout


# Each call is a new keyboard to the window that has the focus: what is pressed before it has read what that keyboard is
# means nothing to it, or something else.
READ_FIRST = ("-s", "150")


def key(name, *modifiers):
    hold = [word for one in modifiers for word in ("-M", one)]
    release = [word for one in modifiers for word in ("-m", one)]
    subprocess.run(["wtype", *READ_FIRST, *hold, "-k", name, *release, "-s", "50"], check=True)


def type_text(text):
    subprocess.run(["wtype", *READ_FIRST, "-d", "15", text, "-s", "50"], check=True)


def windows():
    """One line for each, as "app id: title"."""
    return output("wlrctl", "toplevel", "list").splitlines()


def focus(match):
    subprocess.run(["wlrctl", "toplevel", "focus", match], check=False)


def active(match):
    return subprocess.run(["wlrctl", "toplevel", "find", match, "state:active"], check=False).returncode == 0


def bring(match):
    """To the front, with the keyboard."""
    def has_focus():
        focus(match)
        return active(match)
    wait_for(f"{match} with the focus", has_focus)


def requests():
    return json.loads(output("latchkey", "requests", "--json") or "[]")


def begin(settings="<labwc_config/>\n"):
    fresh(f"{world}/labwc/rc.xml", settings)
    os.makedirs(f"{world}/run", mode=0o700)
    for name in list(os.environ):
        if name.startswith("XDG_") or name in ("DISPLAY", "WAYLAND_DISPLAY"):
            del os.environ[name]
    os.environ.update(HOME=home, XDG_RUNTIME_DIR=f"{world}/run", XDG_CURRENT_DESKTOP="labwc:wlroots",
                      XDG_SESSION_TYPE="wayland", WLR_BACKENDS="headless", WLR_RENDERER="pixman",
                      WLR_LIBINPUT_NO_DEVICES="1", QT_QPA_PLATFORM="wayland", LANG="C.UTF-8")
    address, pid = output("dbus-daemon", "--session", "--fork", "--print-address=1", "--print-pid=1").split()
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = address
    children.append(int(pid))
    spawn("labwc", "-C", f"{world}/labwc")
    os.environ["WAYLAND_DISPLAY"] = wait_for("the compositor", lambda: answering(f"{world}/run"))
    # One that is there all the time, and waits for hours to press Shift: else windows have a keyboard for as long as a key
    # is pressed only, and the slower ones hear of it too late.
    spawn("wtype", "-s", "36000000", "-k", "Shift_L")


def is_gone(pid):
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass
    return not os.path.exists(f"/proc/{pid}")


def end():
    subprocess.run(["latchkey", "stop", "--all"], capture_output=True, timeout=30)
    for pid in reversed(children):
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
    try:
        lock = os.stat(f"{world}/run/latchkey/broker.lock").st_ino
        for line in open("/proc/locks"):
            fields = line.split()
            if fields[1] == "FLOCK" and fields[5].endswith(f":{lock}"):
                os.kill(int(fields[4]), signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        pass
    soon(lambda: all(is_gone(pid) for pid in children), 10)
    shutil.rmtree(world, ignore_errors=True)
