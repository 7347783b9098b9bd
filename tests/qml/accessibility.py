#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Drives the question and the page of keys as a screen reader would: through AT-SPI alone, on a private session bus, under
Xvfb. Usage: accessibility.py LATCHKEY-DEMO"""

import os
import signal
import subprocess
import sys
import tempfile
import time

if "OWN_SESSION" not in os.environ:
    # What a session starts by itself, such as a document portal, leaves its traces in a place of its own.
    with tempfile.TemporaryDirectory(prefix="accessible-", ignore_cleanup_errors=True) as own:
        session = {**os.environ, "OWN_SESSION": "1", "XDG_RUNTIME_DIR": own}
        sys.exit(subprocess.call(["dbus-run-session", "--", sys.executable, *sys.argv], env=session))

import pyatspi  # noqa: E402

DEMO = sys.argv[1]
PATIENCE = 20
failures = []


def check(truth, what):
    print(("PASS   : " if truth else "FAIL!  : ") + what, flush=True)
    if not truth:
        failures.append(what)


def wait_for(what, find):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            found = find()
        except Exception:   # The tree changes while it is read.
            found = None
        if found:
            return found
        time.sleep(0.05)
    check(False, what)
    sys.exit(1)


def plain(name):
    """Without the marks around names that keep their writing direction to themselves."""
    return (name or "").replace("\u2068", "").replace("\u2069", "")


def find(role, name):
    for app in pyatspi.Registry.getDesktop(0):
        if app is None:
            continue
        node = pyatspi.findDescendant(app, lambda n: plain(n.name) == name and n.getRoleName() == role and
                                      n.getState().contains(pyatspi.STATE_SHOWING))
        if node is not None:
            return node
    return None


def press(node):
    action = node.queryAction()
    names = [action.getName(i) for i in range(action.nActions)]
    for wanted in ("Press", "Toggle", "press"):
        if wanted in names:
            action.doAction(names.index(wanted))
            return
    raise AssertionError(f"{node.name} has no action: {names}")


class Demo:
    def __init__(self, *arguments):
        self.process = subprocess.Popen([DEMO, "--tell", *arguments], stdout=subprocess.PIPE)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.heard = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def told(self):
        try:
            self.heard += os.read(self.process.stdout.fileno(), 65536).decode()
        except BlockingIOError:
            pass
        return self.heard


def pressed_too_early(page, button):
    """A question whose button was pressed while its guard was shut. What shuts it is the window's getting the focus again
    and again: a screen reader takes longer than the 0.7 s that one of them lasts."""
    demo = Demo("--page", page, "--do", "regain")
    wait_for("the window to be restless", lambda: "restless\n" in demo.told())
    press(wait_for(f"the button {button}", lambda: find("button", button)))
    time.sleep(1)
    check("armed" not in demo.told(), "the focus keeps the guard shut")
    demo.process.send_signal(signal.SIGUSR1)
    wait_for("the guard to open", lambda: "armed" in demo.told())
    check("answer" not in demo.told(), "a press while the guard is shut answers nothing")
    return demo


def question():
    with pressed_too_early("change", "Allow") as demo:
        deny = wait_for("the button Don't allow", lambda: find("button", "Don't allow"))
        check(deny.getState().contains(pyatspi.STATE_FOCUSED), "the safe answer has the focus")
        check(find("label", "FeatherPad") is not None, "who asks is there as text")
        press(wait_for("the choice", lambda: find("radio button", "For how long: while it runs")))
        chosen = wait_for("the choice", lambda: find("radio button", "For how long: while it runs"))
        wait_for("the choice to be shown", lambda: chosen.getState().contains(pyatspi.STATE_CHECKED))
        press(find("button", "Allow"))
        told = wait_for("the answer", lambda: "answer" in demo.told() and demo.told())
        check("answer r-change allow read file run" in told, "allowed: look, while it runs")


def keys():
    with Demo("--page", "keys", "--do", "search=budget") as demo:
        wait_for("the heading", lambda: find("heading", "Keys"))
        row = wait_for("a row", lambda: find("list item", "budget.ods, FeatherPad, look and change, while it runs"))
        stop = pyatspi.findDescendant(row, lambda n: n.getRoleName() == "button" and n.name.startswith("Stop"))
        press(stop)
        wait_for("the sheet", lambda: find("button", "Keep"))
        check("revoke" not in demo.told(), "nothing ended before it was said what ends")
        press(wait_for("the button Stop", lambda: find("button", "Stop")))
        wait_for("the end of it", lambda: "revoke g1" in demo.told())
        check(True, "stopped")
        press(wait_for("the button Undo", lambda: find("button", "Undo")))
        wait_for("its return", lambda: "restore g1" in demo.told())
        check(True, "taken back")


def trial():
    with Demo("--page", "activity", "--do", "try"):
        later = wait_for("the sheet", lambda: find("button", "Later"))
        wait_for("the focus", lambda: later.getState().contains(pyatspi.STATE_FOCUSED))
        check(find("heading", "FeatherPad was only tried") is not None, "it says who was tried")
        name = "~/Documents/letter.txt, changed, 6 bytes"
        row = wait_for("a change", lambda: find("check box", name))
        check(row.getState().contains(pyatspi.STATE_CHECKED), "a change is chosen beforehand")
        theirs = find("check box", "~/Documents/shared.txt, changed, Somebody else changed it meanwhile. Keeping this replaces theirs.")
        check(theirs is not None and not theirs.getState().contains(pyatspi.STATE_CHECKED), "one that others changed is not")
        press(row)
        wait_for("its going", lambda: not find("check box", name).getState().contains(pyatspi.STATE_CHECKED))
        check(find("button", "Keep 6, discard 2") is not None, "the button says what it does")
        press(find("button", "Discard all"))
        wait_for("the end of the sheet", lambda: find("button", "Discard all") is None)
        check(True, "decided")


def afresh():
    with Demo("--page", "app", "--do", "tab2"):
        wait_for("the folder", lambda: find("heading", "Its private folder holds 4 MB"))
        button = find("button", "Start afresh…")
        check(not button.getState().contains(pyatspi.STATE_ENABLED), "an app that runs cannot start afresh")
        for name in ("Open the folder", "Save a copy"):
            check(find("button", name) is not None, f"there is the button {name}")


def limits():
    with Demo("--page", "app", "--do", "tab3") as demo:
        for name in ("See the names in your home", "Use the graphics processor", "Share your whole screen"):
            switch = wait_for(name, lambda: find("check box", name))
            check(len(switch.description) > 20, f"{name}: a sentence says what it means")
        with_gpu = find("check box", "Use the graphics processor")
        press(with_gpu)
        wait_for("the switch to be told", lambda: "settings featherpad" in demo.told())
        check(with_gpu.getState().contains(pyatspi.STATE_CHECKED), "a switch switches, and the broker is told")
        for name in ("Memory at most", "Programs at once at most", "Processor time at most"):
            check(find("text", name) is not None, f"there is the field {name}")


def chooser():
    with pressed_too_early("choose", "Cancel") as demo:
        for name in ("Places", "Files"):
            check(find("list", name) is not None, f"there is the list {name}")
        check(not find("button", "Open").getState().contains(pyatspi.STATE_ENABLED), "nothing is chosen beforehand")
        row = wait_for("a file", lambda: pyatspi.findDescendant(find("list", "Files"), lambda n: plain(n.name).startswith("page 10.pdf, ")))
        press(row)
        wait_for("its being selected", lambda: row.getState().contains(pyatspi.STATE_SELECTED))
        press(wait_for("the button Open", lambda: find("button", "Open")))
        told = wait_for("the answer", lambda: "answer" in demo.told() and demo.told())
        check("allow write file run" in told and "page 10.pdf[fd]" in told, "opened: that file, with its descriptor")
    with Demo("--page", "choose", "--do", "search=page 2"):
        row = wait_for("what was searched", lambda: pyatspi.findDescendant(find("list", "Files"), lambda n: plain(n.name).startswith("page 2.pdf, ")))
        check(row.getRoleName() == "list item", "what is found is an item of the list")
        names = lambda: [plain(n.name) for n in find("list", "Files") if n.getRoleName() == "list item"]
        wait_for("the others to be gone", lambda: all(name.startswith("page 2") for name in names()))


def main():
    read, write = os.pipe()
    # The number is none that a compositor's own X server takes: those count from 0, and take it away when they end.
    server = subprocess.Popen(["Xvfb", f":{40 + os.getpid() % 80}", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
                              pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    os.environ.update(DISPLAY=":" + os.read(read, 16).decode().strip(), QT_QPA_PLATFORM="xcb", QT_QUICK_BACKEND="software",
                      QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1")
    try:
        question()
        chooser()
        keys()
        trial()
        afresh()
        limits()
    finally:
        server.terminate()
        server.wait()
    return 1 if failures else 0


sys.exit(main())
