#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Unmodified applications that ask the desktop for files, on a headless labwc: Ctrl+O and Save as by real key presses.

What they show is Latchkey's chooser, what is picked there is granted at its own path and seen in `latchkey grants`, and
nothing else of the home is. Each step leaves a picture.
"""
import json
import os
import subprocess
import time

from headless import *

LETTER = "Dear Ada, the keys are under the mat.\n"


def grants(app):
    listed = json.loads(output("latchkey", "grants", "--json") or "[]")
    return [g for g in listed if g["holder"].split("@")[0] == app and g["state"] == "active"]


def titled(text):
    return next((w for w in windows() if text in w), None)


def window_of(match):
    return wait_for(f"a window of {match}", lambda: next((w for w in windows() if match in w.lower()), None), 60)


def chooser():
    return wait_for("the chooser", lambda: titled("Latchkey") or titled("Open") or titled("Save"), 30)


def pick(path):
    """As a person who types: Ctrl+L, the path, Enter."""
    time.sleep(1.2)  # Keys are taken only once a question has been seen.
    key("l", "ctrl")
    time.sleep(0.3)
    type_text(path)
    time.sleep(0.3)
    shot(f"{test}-typed")
    key("Return")  # Goes there, and marks it.
    time.sleep(0.5)
    key("Return")


def ask_for_file(app, match, keys):
    """Presses `keys` in the app until it asks."""
    for _ in range(8):
        focus(match)
        time.sleep(0.5)
        key(*keys)
        for _ in range(20):
            waiting = [r for r in requests() if r["app"].split("@")[0] == app]
            if waiting:
                return waiting[0]
            time.sleep(0.1)
    shot(f"{app}-failed")
    raise SystemExit(f"apps: {app} never asked")


def opens(app, match, start=(), by_keys=False):
    """Ctrl+O, letter.txt, and the app shows it."""
    path = f"{home}/Documents/letter.txt"
    spawn("latchkey", "run", app, *start)
    window_of(match)
    request = ask_for_file(app, f"app_id:{window_of(match).split(':')[0]}", ("o", "ctrl"))
    time.sleep(1)
    shot(f"{app}-1-chooser")
    if by_keys:
        pick(path)
    else:
        check(subprocess.run(["latchkey", "answer", request["id"], "allow", path]).returncode == 0, f"{app}: answered")
    wait_for(f"{app} showing the file", lambda: titled("letter.txt"), 30)
    time.sleep(0.5)
    shot(f"{app}-2-opened")
    held = grants(app)
    check(any(g["target"].endswith("Documents/letter.txt") and g["kind"] == "file" for g in held), f"{app}: granted at its own path")
    check(all("secret" not in g["target"] for g in held), f"{app}: and nothing else")
    check(any(g["live"] >= 0 and g["lifetime"].startswith("run") or "runs" in g["lifetime"] for g in held), f"{app}: while it runs")


def ends(app):
    subprocess.run(["latchkey", "stop", "--all"], capture_output=True, timeout=30)
    wait_for(f"{app} has ended", lambda: not json.loads(output("latchkey", "ps", "--json") or "[]"))


def tour():
    fresh(f"{home}/Documents/letter.txt", LETTER)
    fresh(f"{home}/Documents/secret.txt", "nobody's business\n")
    begin()
    spawn("latchkey-ui", "--prompts")
    for app, match, by_keys in (("featherpad", "featherpad", True), ("org.kde.kwrite", "kwrite", False),
                                ("org.gnome.TextEditor", "texteditor", False)):
        opens(app, match, by_keys=by_keys)
        ends(app)


try:
    tour()
finally:
    end()
print("apps: all as it should be")
