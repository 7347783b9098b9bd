#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a question appears: over the app that asks, in the middle of the screen, on labwc and on X.

A window that fills the screen stands for the app. Under Wayland the compositor has the last word, and nobody but itself says
where a window is: there it is read off two pictures of the screen, taken before the question and after.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from compositor import answering, x_number

out = os.path.abspath(sys.argv[1])
shutil.rmtree(out, ignore_errors=True)
os.makedirs(out)
world = tempfile.mkdtemp(prefix="position-")
children = []
SIZE = 1280, 720
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"  # No services of a desktop that would start beside it.
TITLE_BAR = 30


def spawn(*command, **environment):
    log = open(f"{out}/log-{os.path.basename(command[0])}.txt", "ab")
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                             env=os.environ | environment)
    children.append(child)
    return child


def tell_what_was_seen():
    for child in children:
        print(f"{child.args[0]}: {'runs' if child.poll() is None else f'ended with {child.returncode}'}", flush=True)
    for name in sorted(os.listdir(out)):
        if name.startswith("log-"):
            with open(f"{out}/{name}", errors="replace") as log:
                print(f"--- {name}\n{log.read()[-2000:]}", flush=True)
    print(f"--- windows\n{titles() if 'WAYLAND_DISPLAY' in os.environ else ''}", flush=True)


def end(child):
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
    child.wait(30)


def wait_for(what, probe, seconds=30):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        result = probe()
        if result:
            return result
        time.sleep(0.1)
    tell_what_was_seen()
    raise SystemExit(f"position: waited {seconds} s in vain: {what}")


def check(truth, what):
    print(f"{'ok' if truth else 'NOT OK'}: {what}", flush=True)
    if not truth:
        raise SystemExit(1)


def in_the_middle(where, box):
    left, top, right, bottom = box
    x, y = (left + right) / 2 / SIZE[0], (top + bottom) / 2 / SIZE[1]
    check(left >= 0 and top >= 0 and right <= SIZE[0] and bottom <= SIZE[1], f"{where}: all of it is on the screen {box}")
    check(0.4 < x < 0.6, f"{where}: in the middle from left to right ({x:.2f})")
    check(0.3 < y < 0.65, f"{where}: in the middle from top to bottom, or a little above ({y:.2f})")


# --- Wayland ----------------------------------------------------------------------------------------------------------

def picture():
    raw = subprocess.run(["grim", "-t", "ppm", "-"], stdout=subprocess.PIPE, check=True).stdout
    header = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", raw)
    return int(header[1]), int(header[2]), raw[header.end():]


def steady():
    """The screen, when it no longer changes."""
    before = picture()
    for _ in range(100):
        time.sleep(0.3)
        now = picture()
        if now == before:
            return now
        before = now
    raise SystemExit("position: the screen does not come to rest")


def changed(before, after):
    """The box of what differs, below the title bar of the app, which tells that another window has the focus."""
    width, height, old = before
    new = after[2]
    rows = [y for y in range(TITLE_BAR, height) if old[y * width * 3:(y + 1) * width * 3] != new[y * width * 3:(y + 1) * width * 3]]
    columns = [x for x in range(width) if any(
        old[(y * width + x) * 3:(y * width + x) * 3 + 3] != new[(y * width + x) * 3:(y * width + x) * 3 + 3] for y in rows)]
    return (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1) if rows else None


def titles():
    return subprocess.run(["wlrctl", "toplevel", "list"], capture_output=True, text=True, check=False).stdout


def on_labwc():
    os.makedirs(f"{world}/labwc")
    with open(f"{world}/labwc/rc.xml", "w") as file:
        file.write('<labwc_config><windowRules><windowRule title="Latchkey"><action name="Maximize"/>'
                   '</windowRule></windowRules></labwc_config>\n')
    os.environ.update(XDG_RUNTIME_DIR=f"{world}/run", XDG_SESSION_TYPE="wayland", WLR_BACKENDS="headless",
                      WLR_RENDERER="pixman", WLR_LIBINPUT_NO_DEVICES="1")
    os.makedirs(f"{world}/run", mode=0o700)
    compositor = spawn("labwc", "-C", f"{world}/labwc")
    os.environ["WAYLAND_DISPLAY"] = wait_for("the compositor", lambda: answering(f"{world}/run"))
    app = spawn("latchkey-demo", "--page", "keys", QT_QPA_PLATFORM="wayland")
    wait_for("the app", lambda: "Latchkey" in titles())
    before = steady()
    check(before[:2] == SIZE, f"labwc: the screen is {SIZE[0]} wide and {SIZE[1]} high")
    question = spawn("latchkey-demo", "--page", "file", QT_QPA_PLATFORM="wayland")
    wait_for("the question", lambda: "asks" in titles())
    time.sleep(1)  # The line that fills while input is ignored; then it rests.
    after = steady()
    subprocess.run(["grim", f"{out}/labwc.png"], check=False)
    box = changed(before, after)
    check(box and 430 <= box[2] - box[0] <= 460 and box[3] - box[1] >= 200, f"labwc: it is seen over the app that asks {box}")
    in_the_middle("labwc", box)
    for child in (question, app, compositor):
        end(child)


# --- X ----------------------------------------------------------------------------------------------------------------

def windows(display):
    """Name and box of each, the topmost first."""
    tree = subprocess.run(["xwininfo", "-display", display, "-root", "-tree"], capture_output=True, text=True, check=False)
    found = re.findall(r'^     0x\w+ "(.*?)".*?(\d+)x(\d+)\+(-?\d+)\+(-?\d+)  ', tree.stdout, re.MULTILINE)
    return [(name, (int(x), int(y), int(x) + int(w), int(y) + int(h))) for name, w, h, x, y in found]


def on_x():
    reader, writer = os.pipe()
    server = subprocess.Popen(["Xvfb", x_number(), "-displayfd", str(writer), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"],
                              pass_fds=[writer], stderr=subprocess.DEVNULL, start_new_session=True)
    children.append(server)
    os.close(writer)
    display = ":" + os.read(reader, 16).decode().strip()
    on_it = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    app = spawn("latchkey-demo", "--page", "keys", "--size", f"{SIZE[0]}x{SIZE[1]}", **on_it)
    wait_for("the app", lambda: [w for w in windows(display) if w[0] == "Latchkey"])
    question = spawn("latchkey-demo", "--page", "file", **on_it)
    wait_for("the question", lambda: [w for w in windows(display) if w[0].endswith("asks") and w[1][3] - w[1][1] > 200])
    time.sleep(1)
    named = [w for w in windows(display) if w[0] == "Latchkey" or w[0].endswith("asks")]
    check(named[0][0].endswith("asks"), f"X: it is above the app that asks {named}")
    in_the_middle("X", named[0][1])
    for child in (question, app, server):
        end(child)


try:
    on_x()
    on_labwc()
finally:
    for one in reversed(children):
        if one.poll() is None:
            one.terminate()
    shutil.rmtree(world, ignore_errors=True)
print("position: all as it should be")
