#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Unmodified applications that ask the desktop for files, on a headless labwc: Ctrl+O and Save as by real key presses.

What they show is Latchkey's chooser, what is picked there is granted at its own path and seen in `latchkey grants`, and
nothing else of the home is. Saved is what a person names, asked about before anything is replaced; taken back, the app hears an error of its own; a
closed chooser stores nothing and the app goes on. Each step leaves a picture.
"""
import json
import os
import subprocess
import sys
import time

from headless import *

only = sys.argv[2:]  # All, where none is named.
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


def asked(app):
    return [r for r in requests() if r["app"].split("@")[0] == app]


def chooser_of(app):
    """Its question for a file. GTK also fills the dialog that it would show without a portal, and so wants to see a
    folder: nobody needs that, and it is told so."""
    for request in asked(app):
        if request["claim"]:
            return request
        subprocess.run(["latchkey", "answer", request["id"], "deny"], check=True, capture_output=True)
    return None


def ask_for_file(app, match, *strokes):
    """Presses keys in the app until it asks."""
    for _ in range(5):
        focus(match)
        time.sleep(0.5)
        for stroke in strokes:
            key(*stroke)
            time.sleep(1 if len(strokes) > 1 else 0)
        for _ in range(20):
            if waiting := chooser_of(app):
                return waiting
            time.sleep(0.1)
    shot("failed")
    raise SystemExit(f"apps: {app} never asked: {requests()}")


def opens(app, match, start=(), by_keys=False):
    """Ctrl+O, letter.txt, and the app shows it."""
    path = f"{home}/Documents/letter.txt"
    global running
    running = spawn("latchkey", "run", app, *start)
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


def inside(app, match):
    return f"app_id:{window_of(match).split(':')[0]}"


def typed_in_chooser(name):
    """A person's turn: the name is marked when the chooser opens, and keys are taken once it has been seen."""
    time.sleep(1.2)
    key("a", "ctrl")
    type_text(name)
    time.sleep(0.3)


def save_as(app, match):
    # GTK 4 does not take Ctrl+Shift+S from a keyboard that has no level for Shift, as the one that types here: by menu.
    keys = (("F10",), ("a",)) if "gnome" in app else (("s", "ctrl", "shift"),)
    request = ask_for_file(app, match, *keys)
    time.sleep(0.7)
    chooser_of(app)
    return request


def on_disk(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return None


def saves(app, match):
    """Save as: a new file, then over another, which is asked about; then taken back while it is open."""
    folder = f"{home}/Documents"
    fresh(f"{folder}/old.txt", "was here before\n")
    there = inside(app, match)
    focus(there)
    key("Home", "ctrl")
    type_text("PS ")
    save_as(app, there)
    typed_in_chooser(f"{app}.txt")
    shot(f"{app}-3-save-as")
    key("Return")
    new = f"{folder}/{app}.txt"
    wait_for(f"{app} has saved", lambda: on_disk(new) == "PS " + LETTER)
    check(on_disk(f"{folder}/letter.txt") == LETTER, f"{app}: saved as another file, the first is as it was")
    held = lambda name: [g for g in grants(app) if g["target"].endswith(f"/{name}")]
    check([g["origin"] for g in held(f"{app}.txt")] == ["picked"], f"{app}: what was named is granted, as picked")

    wait_for("its title", lambda: titled(f"{app}.txt"))
    save_as(app, there)
    typed_in_chooser("old.txt")
    key("Return")
    time.sleep(0.7)
    shot(f"{app}-4-replace")
    check(on_disk(f"{folder}/old.txt") == "was here before\n" and not held("old.txt"), f"{app}: asked before it replaces")
    key("Tab")  # "Keep it" has the focus.
    key("Return")
    wait_for(f"{app} has replaced", lambda: on_disk(f"{folder}/old.txt") == "PS " + LETTER)
    check(len(held("old.txt")) == 1, f"{app}: replaced once that was said")

    wait_for("its title", lambda: titled("old.txt"))
    closes(app, there)

    revoked = held("old.txt")[0]["id"]
    check(subprocess.run(["latchkey", "revoke", revoked]).returncode == 0, f"{app}: taken back while open")
    focus(there)
    time.sleep(0.3)
    type_text("PPS ")
    key("s", "ctrl")
    time.sleep(2)
    shot(f"{app}-5-taken-back")
    check(running.poll() is None, f"{app}: told, and still there")
    check(on_disk(f"{folder}/old.txt") == "PS " + LETTER, f"{app}: nothing more is written to what was taken back")


def closes(app, there):
    folder = f"{home}/Documents"
    save_as(app, there)
    time.sleep(1.2)
    before = sorted(os.listdir(folder)), grants(app)
    key("Escape")
    wait_for("the question is gone", lambda: not asked(app))
    check((sorted(os.listdir(folder)), grants(app)) == before, f"{app}: a closed chooser stores nothing")
    time.sleep(1)
    check(running.poll() is None and titled("old.txt"), f"{app}: and the app goes on")


def ends(app):
    subprocess.run(["latchkey", "stop", "--all"], capture_output=True, timeout=30)
    wait_for(f"{app} has ended", lambda: not json.loads(output("latchkey", "ps", "--json") or "[]"))


PYTHON = "command:/usr/bin/python3"
NATIVE = """
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
window = Gtk.Window(title="native", default_width=500, default_height=300)
label = Gtk.Label(label="nothing yet")
window.add(label)
def ask(*_):
    global native
    native = Gtk.FileChooserNative.new("A letter, please", window, Gtk.FileChooserAction.OPEN, None, None)
    def answered(_, response):
        if response == Gtk.ResponseType.ACCEPT:
            window.set_title("native " + native.get_filename())
            label.set_text(open(native.get_filename()).read())
        else:
            window.set_title("native declined")
    native.connect("response", answered)
    native.show()
window.connect("key-press-event", ask)
window.show_all()
Gtk.main()
"""


def native():
    """GTK 3's GtkFileChooserNative, in a program of three lines: declined, then answered."""
    path = f"{home}/Documents/letter.txt"
    spawn("latchkey", "run", "--", "python3", "-c", NATIVE)
    wait_for("the program", lambda: titled("native"), 60)
    there = "title:native"
    request = ask_for_file(PYTHON, there, ("o",))
    check(request["claim"] == "A letter, please", "GtkFileChooserNative: Latchkey's chooser, with the program's words as its own")
    time.sleep(1)
    shot("native-1-chooser")
    check(subprocess.run(["latchkey", "answer", request["id"], "dismiss"], capture_output=True).returncode == 0, "closed")
    wait_for("declined", lambda: titled("native declined"))
    check(not grants(PYTHON), "GtkFileChooserNative: closed is nothing given")
    request = ask_for_file(PYTHON, "title:native declined", ("o",))
    check(subprocess.run(["latchkey", "answer", request["id"], "allow", path], capture_output=True).returncode == 0, "answered")
    wait_for("its own path", lambda: titled(f"native {path}"))
    time.sleep(0.5)
    shot("native-2-opened")
    check([g["target"] for g in grants(PYTHON)] == [path], "GtkFileChooserNative: granted at its own path")


def mousepad():
    """GTK 3's dialog is within the program, so the file is named before it starts: opened with Latchkey, not asked about."""
    app = "org.xfce.mousepad"
    spawn("latchkey", "run", app, f"{home}/Documents/letter.txt")
    wait_for("mousepad with the letter", lambda: titled("letter.txt"), 60)
    time.sleep(1)
    shot("mousepad-opened")
    check(not requests(), "mousepad: what is named at its start is not asked about")
    check([g["target"] for g in grants(app)] == [f"{home}/Documents/letter.txt"], "mousepad: and is all it holds")


LINK = "https://example.org/letters?to=ada"


def links():
    """A link in one app is opened in another, which a person chooses: xdg-open as it is."""
    fresh(f"{home}/.local/share/applications/reader.desktop",
          "[Desktop Entry]\nType=Application\nName=Reader\nExec=foot -T %u sleep 600\n"
          "MimeType=x-scheme-handler/https;\n")
    spawn("latchkey", "run", "--", "sh", "-c", f"xdg-open '{LINK}'; sleep 600")
    request = wait_for("xdg-open asks", lambda: next((r for r in requests() if r["kind"] == "app"), None))
    time.sleep(1.5)
    shot("links-which-app")
    check([r["id"] for r in requests()] == [request["id"]], "xdg-open: asked on when it has ended")
    check(not titled(LINK), "xdg-open: nothing opens before that")
    check(subprocess.run(["latchkey", "answer", request["id"], "allow", "reader"], capture_output=True).returncode == 0,
          "xdg-open: answered")
    wait_for("the other app with the address", lambda: titled(LINK), 60)
    shot("links-opened")
    running = {r["app"] for r in json.loads(output("latchkey", "ps", "--json"))}
    check("reader" in running, "xdg-open: which is in a sandbox of its own")


def tour():
    fresh(f"{home}/Documents/letter.txt", LETTER)
    fresh(f"{home}/Documents/secret.txt", "nobody's business\n")
    begin()
    spawn("latchkey-ui", "--prompts")
    for app, match, by_keys in (("featherpad", "featherpad", True), ("org.kde.kwrite", "kwrite", False),
                                ("org.gnome.TextEditor", "texteditor", False)):
        if only and app not in only:
            continue
        opens(app, match, by_keys=by_keys)
        if app != "org.kde.kwrite":
            saves(app, match)
        ends(app)
    for name, play in (("native", native), ("mousepad", mousepad), ("links", links)):
        if not only or name in only:
            play()
            ends(name)


try:
    tour()
finally:
    end()
print("apps: all as it should be")
