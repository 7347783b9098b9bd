# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person does with apps and with Latchkey's questions, by real key presses.

Nothing here counts on a machine being quick: a key is pressed once the window that it is meant for has the focus, and
pressed again if nothing has come of it.
"""
import json
import os
import subprocess
import time

from headless import *

PROMPT = "app_id:dev.latchkey.Latchkey"
SEEN = 1.2  # Keys are taken only once a question has been seen for 0.7 s.


def grants(app):
    listed = json.loads(output("latchkey", "grants", "--json") or "[]")
    return [g for g in listed if g["holder"].split("@")[0] == app and g["state"] == "active" and g["kind"] != "desktop"]


def held(app, name):
    return [g for g in grants(app) if g["target"].endswith(f"/{name}")]


def titled(text):
    return next((w for w in windows() if text in w), None)


def window_of(match):
    """What the compositor calls the app's window."""
    found = wait_for(f"a window of {match}", lambda: next((w for w in windows() if match in w.lower()), None), 60)
    return f"app_id:{found.split(':')[0]}"


def asked(app):
    return [r for r in requests() if r["app"].split("@")[0] == app]


def answer(request, *words):
    """By command, where it is not the window that is looked at."""
    said = subprocess.run(["latchkey", "answer", request["id"], *words], capture_output=True, text=True)
    if said.returncode != 0:
        fail(f"no answer to {request['target']}: {said.stderr}")


def gone(request, seconds):
    """Whether it has been answered, or is within so many seconds."""
    return soon(lambda: all(r["id"] != request["id"] for r in requests()), seconds)


def on_disk(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return None


def ask_for_file(app, match, *strokes):
    """Presses keys in the app until it asks."""
    for _ in range(6):
        bring(match)
        for stroke in strokes:
            key(*stroke)
            if len(strokes) > 1:
                time.sleep(1)  # A menu, which says to nobody that it is open.
        if waiting := soon(lambda: asked(app), 4):
            wait_for("its question on the screen", lambda: active(PROMPT))
            still()
            return waiting[0]
    fail(f"{app} never asked")


def choose(request, *strokes, picture=None):
    """In its chooser: the keys, what is typed and then Enter, again until that is answered."""
    for _ in range(5):
        if not active(PROMPT):
            bring(PROMPT)
        time.sleep(SEEN)
        for stroke in strokes:
            key(*stroke) if isinstance(stroke, tuple) else type_text(stroke)
        still()
        if picture:
            shot(picture)
        key("Return")
        if gone(request, 2):
            return
        # Of a path typed, the first Enter goes there and marks it.
        key("Return")
        if gone(request, 4):
            return
    fail("the chooser stays")


def pick(request, path, picture=None):
    choose(request, ("l", "ctrl"), ("a", "ctrl"), path, picture=picture)


def name_it(request, name, picture=None):
    """The name is marked when the chooser opens."""
    choose(request, ("a", "ctrl"), name, picture=picture)


def ends(app):
    subprocess.run(["latchkey", "stop", "--all"], capture_output=True, timeout=60)
    wait_for(f"{app} has ended", lambda: not json.loads(output("latchkey", "ps", "--json") or "[]"))
    wait_for(f"the windows of {app} are gone", lambda: not windows())
