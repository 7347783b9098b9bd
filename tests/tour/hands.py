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
from pointer import *

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
    return [r for r in requests() if r["app"].split("@")[0] == app and r["visible"]]


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
            return (asked(app) or waiting)[0]
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


# Gives the file it was started with: dragged from its window, or copied by any key.
GIVING = """
import gi, sys
gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk
uri = GLib.filename_to_uri(sys.argv[1])
targets = Gtk.TargetList.new([])
targets.add_uri_targets(0)
window = Gtk.Window(title="giving", default_width=300, default_height=200)
box = Gtk.EventBox()
box.add(Gtk.Label(label="drag me, or press a key to copy"))
window.add(box)
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_set_target_list(targets)
box.connect("drag-data-get", lambda _, context, data, info, time: data.set_uris([uri]))
def copy(_, event):
    Gtk.selection_owner_set(window, Gdk.SELECTION_CLIPBOARD, event.time)
    for name in ("text/uri-list", "application/vnd.portal.filetransfer"):
        Gtk.selection_add_target(window, Gdk.SELECTION_CLIPBOARD, Gdk.Atom.intern(name, False), 0)
    window.set_title("copied")
window.connect("selection-get", lambda _, data, info, time: data.set_uris([uri]))
window.connect("key-press-event", copy)
window.show_all()
Gtk.main()
"""


def runs_python(program, *arguments, profile=()):
    return spawn("latchkey", "run", *profile, "--", "python3", "-c", program, *arguments)


def drops(path, seen):
    """A file, out of a program that has it, onto the window below, until that shows it."""
    runs_python(GIVING, path)
    wait_for("who gives", lambda: titled("giving"), 60)
    hand = Pointer()

    def drag():
        if seen():
            return True
        bring("title:giving")  # In the middle, over the other.
        still()
        hand.drag((640, 380), (400, 560))
        return soon(seen, 5)
    wait_for(f"{path} where it was dropped", drag, 60)
    still()


def ends(app):
    subprocess.run(["latchkey", "stop", "--all"], capture_output=True, timeout=60)
    wait_for(f"{app} has ended", lambda: not json.loads(output("latchkey", "ps", "--json") or "[]"))
    wait_for(f"the windows of {app} are gone", lambda: not windows())
