#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sandboxed applications, the desktop and each other, on a headless labwc.

A notification is shown by mako with a button, and who showed it hears that it was pressed. A GTK 4 application follows
the desktop's dark look while it runs. A file dragged or copied from one sandbox is opened in another, which is given
that file and nothing else.
"""
import sys

from hands import *

only = sys.argv[2:]
LETTER = "Dear Ada, the keys are under the mat.\n"

NOTIFYING = """
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gio, GLib, Gtk
app = Gtk.Application(application_id="org.example.Letters")
def start(app):
    window = Gtk.ApplicationWindow(application=app, title="letters", default_width=300, default_height=200)
    window.show_all()
    reply = Gio.SimpleAction.new("reply", GLib.VariantType("s"))
    reply.connect("activate", lambda _, to: window.set_title("reply to " + to.get_string()))
    app.add_action(reply)
    letter = Gio.Notification.new("A letter")
    letter.set_body("from Ada")
    letter.add_button_with_target("Reply", "app.reply", GLib.Variant("s", "Ada"))
    app.send_notification("letter", letter)
app.connect("activate", start)
app.run()
"""

# Opens what is pasted, by any key.
TAKING = """
import gi
gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk
window = Gtk.Window(title="taking", default_width=400, default_height=200)
label = Gtk.Label(label="press a key to paste")
window.add(label)
def paste(*_):
    clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
    for name in ("application/vnd.portal.filetransfer", "text/uri-list"):
        data = clipboard.wait_for_contents(Gdk.Atom.intern(name, False))
        uris = data.get_uris() if data else []
        try:
            label.set_text(open(GLib.filename_from_uri(uris[0])[0]).read())
            return window.set_title("taken by " + name)
        except (IndexError, OSError) as error:
            print(name, error, flush=True)
window.connect("key-press-event", paste)
window.show_all()
Gtk.main()
"""


def mako(*words):
    return output("makoctl", *words)


def notifications():
    """A program of three lines and a real one: both hear what a person presses."""
    said = f"{out}/log-notify.txt"
    with open(said, "w") as log:
        asking = subprocess.Popen(["latchkey", "run", "--", "notify-send", "--action", "yes=Yes, please", "Cake?", "There is some."],
                                  stdin=subprocess.DEVNULL, stdout=log)
    wait_for("the notification", lambda: "Cake?" in mako("list"))
    still()
    shot("notification-1")
    check("yes" in mako("list") and not requests(), "notify-send: shown with its button, and nobody is asked")
    mako("invoke", "yes")
    wait_for("notify-send to end", lambda: asking.poll() is not None)
    with open(said) as log:
        check(log.read() == "yes\n", "notify-send: hears what was pressed")
    mako("dismiss", "--all")

    fresh(f"{home}/.local/share/applications/org.example.Letters.desktop",
          "[Desktop Entry]\nType=Application\nName=Letters\nExec=false\n")
    spawn("latchkey", "run", "--as", "org.example.Letters", "--", "python3", "-c", NOTIFYING)
    wait_for("its notification", lambda: "A letter" in mako("list"), 60)
    still()
    shot("notification-2")
    button = next(line.split(":")[0].strip() for line in mako("list").splitlines() if line.strip().endswith(": Reply"))
    check(not button.startswith("app."), "GNotification: the desktop is not told to start the app for it")
    mako("invoke", button)
    wait_for("the app with what was pressed", lambda: titled("reply to Ada"))
    check(True, "GNotification: its action is called in the running app, with its parameter")
    mako("dismiss", "--all")


def shade():
    """How light the middle of the screen is, from 0 to 255."""
    header, size, depth, pixels = picture().split(b"\n", 3)
    width, height = map(int, size.split())
    at = (height // 2 * width + width // 2) * 3
    return sum(pixels[at:at + 3]) / 3


def looks():
    spawn("latchkey", "run", "org.gnome.TextEditor", f"{home}/Documents/letter.txt")
    wait_for("the editor", lambda: titled("letter.txt"), 60)
    still()
    for scheme, seen in (("prefer-light", lambda: shade() > 200), ("prefer-dark", lambda: shade() < 60),
                         ("default", lambda: shade() > 200)):
        subprocess.run(["gsettings", "set", "org.gnome.desktop.interface", "color-scheme", scheme], check=True)
        wait_for(f"the editor as {scheme}", seen)
        still()
        shot(f"look-{scheme}")
    check(True, "gnome-text-editor: light and dark as the desktop is, while it runs")


def drags():
    """From a GTK 3 program into a GTK 4 application."""
    editor = "org.gnome.TextEditor"
    # Of a profile of its own, which has no letters open from before.
    spawn("latchkey", "run", "--profile", "drags", editor)
    wait_for("the editor", lambda: titled("Text Editor"), 60)
    still()
    drops(f"{home}/Documents/letter.txt", lambda: titled("letter.txt"))
    shot("drag-opened")
    check([(g["target"], g["access"], g["origin"]) for g in grants(editor)] ==
          [(f"{home}/Documents/letter.txt", "read", "picked")], "dragged: given to who it was dropped on, and nothing else")
    check(not requests(), "dragged: which is all the asking there is")


def copies():
    """From one program into another one, which are each other's strangers."""
    runs_python(GIVING, f"{home}/Documents/letter.txt")
    wait_for("who gives", lambda: titled("giving"), 60)
    runs_python(TAKING, profile=("--profile", "taking"))
    wait_for("who takes", lambda: titled("taking"), 60)

    def copy():
        if titled("giving"):
            bring("title:giving")
            key("c")
        return soon(lambda: titled("copied"), 2)
    wait_for("it is copied", copy)

    def paste():
        bring("title:taking")
        key("v")
        return soon(lambda: titled("taken by"), 2)
    wait_for("it is pasted", paste)
    still()
    shot("copy-pasted")
    check(titled("taken by application/vnd.portal.filetransfer"), "copied: given to who it was pasted into")
    has = [g for g in grants("command:/usr/bin/python3") if g["holder"].endswith("@taking")]
    check([(g["target"], g["access"], g["origin"]) for g in has] == [(f"{home}/Documents/letter.txt", "read", "picked")],
          "copied: that file, to read, and nothing else")


def tour():
    fresh(f"{home}/Documents/letter.txt", LETTER)
    fresh(f"{home}/Documents/secret.txt", "nobody's business\n")
    fresh(f"{home}/.config/mako/config", "default-timeout=0\nmarkup=1\n")  # Which the message bus starts.
    begin()
    spawn("latchkey-ui", "--prompts")
    for play in (notifications, looks, drags, copies):
        if not only or play.__name__ in only:
            play()
            ends(play.__name__)


try:
    tour()
finally:
    end()
print("together: all as it should be")
