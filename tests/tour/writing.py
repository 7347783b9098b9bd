#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writing through the session's input method, by real keys in a real program that reaches it by its toolkit's own module.

Qt's module for IBus in featherpad; behind it the portal that IBus publishes (`input_method.py`). Typed, what the input method
says stands in the file; with input methods switched off for the program, what is on the keys does.
"""
from hands import *

APP = "featherpad"
METHOD = f"{os.path.dirname(os.path.abspath(__file__))}/input_method.py"


def told():
    with open(f"{out}/log-input_method.py.txt") as log:
        return log.read().splitlines()


def writes(text, expected, picture):
    """Types into a file that the program is started with, saves and ends it."""
    path = f"{home}/Documents/{picture}.txt"
    fresh(path, "")
    spawn("latchkey", "run", APP, path)
    wait_for("the program", lambda: titled(f"{picture}.txt"), 60)
    match = window_of(APP)
    for _ in range(5):
        bring(match)
        time.sleep(1)
        key("a", "ctrl")
        type_text(text)
        still()
        key("s", "ctrl")
        if soon(lambda: (on_disk(path) or "").strip() == expected, 4):
            break
    shot(picture)
    check((on_disk(path) or "").strip() == expected, f"{picture}: {text!r} is written as {expected!r}")
    ends(APP)


def tour():
    begin()
    os.environ["QT_IM_MODULE"] = "ibus"
    spawn(METHOD)
    wait_for("an input method", lambda: "org.freedesktop.portal.IBus" in output("busctl", "--user", "list", "--acquired"))
    writes("bab", "bあb", "composed")
    check("CreateInputContext featherpad" in told(), "it is told which app that is, not what the app says")
    before = len(told())
    check(subprocess.run(["latchkey", "settings", APP, "input-methods=off"]).returncode == 0, "switched off for it")
    writes("bab", "bab", "switched-off")
    check(len(told()) == before, "and the input method hears of no key")
    check(subprocess.run(["latchkey", "settings", APP, "input-methods=on"]).returncode == 0, "switched on again")
    writes("ubi", "うbい", "again")


try:
    tour()
finally:
    end()
print("writing: all as it should be")
