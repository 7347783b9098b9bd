#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Unmodified applications that ask the desktop for files, on a headless labwc: Ctrl+O and Save as by real key presses.

What they show is Latchkey's chooser, what is picked there is granted at its own path and seen in `latchkey grants`, and
nothing else of the home is. Saved is what a person names, asked about before anything is replaced; taken back, the app hears an error of its own; a
closed chooser stores nothing and the app goes on. Each step leaves a picture.
"""
import sys

from hands import *

only = sys.argv[2:]  # All, where none is named.
LETTER = "Dear Ada, the keys are under the mat.\n"


def opens(app, match, start=(), by_keys=False):
    """Ctrl+O, letter.txt, and the app shows it."""
    path = f"{home}/Documents/letter.txt"
    global running
    running = spawn("latchkey", "run", app, *start)
    request = ask_for_file(app, window_of(match), ("o", "ctrl"))
    shot(f"{app}-1-chooser")
    if by_keys:
        pick(request, path, picture=f"{app}-typed")
    else:
        answer(request, "allow", path)
    wait_for(f"{app} showing the file", lambda: titled("letter.txt"), 30)
    still()
    shot(f"{app}-2-opened")
    has = grants(app)
    check([(g["target"], g["kind"]) for g in has] == [(path, "file")], f"{app}: granted at its own path, and nothing else")
    check(all("run" in g["lifetime"] for g in has), f"{app}: while it runs")


def save_as(app, match):
    # GTK 4 does not take Ctrl+Shift+S from a keyboard that has no level for Shift, as the one that types here: by menu.
    keys = (("F10",), ("a",)) if "gnome" in app else (("s", "ctrl", "shift"),)
    request = ask_for_file(app, match, *keys)
    # GTK also fills the dialog that it would show without a portal: nobody is asked about that.
    check([r["id"] for r in asked(app)] == [request["id"]] and request["claim"], f"{app}: asks where to save, and nothing else")
    return request


def saves(app, match):
    """Save as: a new file, then over another, which is asked about; then taken back while it is open."""
    folder = f"{home}/Documents"
    fresh(f"{folder}/old.txt", "was here before\n")
    there = window_of(match)
    bring(there)
    key("Home", "ctrl")
    type_text("PS ")
    name_it(save_as(app, there), f"{app}.txt", picture=f"{app}-3-save-as")
    new = f"{folder}/{app}.txt"
    wait_for(f"{app} has saved", lambda: on_disk(new) == "PS " + LETTER)
    check(on_disk(f"{folder}/letter.txt") == LETTER, f"{app}: saved as another file, the first is as it was")
    check([g["origin"] for g in held(app, f"{app}.txt")] == ["picked"], f"{app}: what was named is granted, as picked")

    wait_for("its title", lambda: titled(f"{app}.txt"))
    request = save_as(app, there)
    time.sleep(SEEN)
    key("a", "ctrl")
    type_text("old.txt")
    key("Return")
    still()
    shot(f"{app}-4-replace")
    check(on_disk(f"{folder}/old.txt") == "was here before\n" and not held(app, "old.txt"), f"{app}: asked before it replaces")
    for _ in range(5):
        key("Tab")  # "Keep it" has the focus.
        key("Return")
        if gone(request, 4):
            break
    wait_for(f"{app} has replaced", lambda: on_disk(f"{folder}/old.txt") == "PS " + LETTER)
    check(len(held(app, "old.txt")) == 1, f"{app}: replaced once that was said")

    wait_for("its title", lambda: titled("old.txt"))
    closes(app, there)

    revoked = held(app, "old.txt")[0]["id"]
    check(subprocess.run(["latchkey", "revoke", revoked]).returncode == 0, f"{app}: taken back while open")
    bring(there)
    type_text("PPS ")
    key("s", "ctrl")
    time.sleep(1)
    still()
    shot(f"{app}-5-taken-back")
    check(running.poll() is None, f"{app}: told, and still there")
    check(on_disk(f"{folder}/old.txt") == "PS " + LETTER, f"{app}: nothing more is written to what was taken back")


def closes(app, there):
    folder = f"{home}/Documents"
    request = save_as(app, there)
    before = sorted(os.listdir(folder)), grants(app)
    for _ in range(5):
        time.sleep(SEEN)
        key("Escape")
        if gone(request, 4):
            break
    check(gone(request, 1), f"{app}: Escape closes the chooser")
    check((sorted(os.listdir(folder)), grants(app)) == before, f"{app}: a closed chooser stores nothing")
    check(running.poll() is None and titled("old.txt"), f"{app}: and the app goes on")


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
    request = ask_for_file(PYTHON, "title:native", ("o",))
    check(request["claim"] == "A letter, please", "GtkFileChooserNative: Latchkey's chooser, with the program's words as its own")
    shot("native-1-chooser")
    answer(request, "dismiss")
    wait_for("declined", lambda: titled("native declined"))
    check(not grants(PYTHON), "GtkFileChooserNative: closed is nothing given")
    request = ask_for_file(PYTHON, "title:native declined", ("o",))
    answer(request, "allow", path)
    wait_for("its own path", lambda: titled(f"native {path}"))
    still()
    shot("native-2-opened")
    check([g["target"] for g in grants(PYTHON)] == [path], "GtkFileChooserNative: granted at its own path")


def mousepad():
    """GTK 3's dialog is within the program: what is named before it starts is opened without a question. In the dialog,
    the names of a folder are there once it was asked about, and a file is opened once that was."""
    app = "org.xfce.mousepad"
    folder = f"{home}/Documents/Letters"
    fresh(f"{folder}/first.txt", LETTER)
    fresh(f"{folder}/second.txt", "Another one.\n")
    spawn("latchkey", "run", app, f"{folder}/first.txt")
    wait_for("mousepad with the letter", lambda: titled("first.txt"), 60)
    still()
    shot("mousepad-1-opened")
    check(not requests(), "mousepad: what is named at its start is not asked about")
    check([g["target"] for g in grants(app)] == [f"{folder}/first.txt"], "mousepad: and is all it holds")

    hand = Pointer()

    def file_open():  # GTK 3 takes no Ctrl from the keyboard that types here.
        if not asked(app):
            hand.click(800, 500)  # A menu that is open closes.
            hand.click(340, 148)
            still()
            hand.click(372, 265)
        return soon(lambda: asked(app), 5)
    asks = wait_for("a question about the folder", file_open, 60)[0]
    check((asks["kind"], asks["target"], asks["access"]) == ("folder", folder, "read"), "mousepad: its dialog asks to see the folder")
    bring(PROMPT)  # The dialog may come after the question, and over it: then a notification says that it waits.
    still()
    shot("mousepad-2-asks")
    answer(asks, "allow")

    def second_of_the_list():  # Nobody has told it of that name.
        if not asked(app):
            hand.double_click(270, 160)
        return soon(lambda: asked(app), 2)
    still()
    shot("mousepad-3-names")
    asks = wait_for("a question about the file", second_of_the_list)[0]
    check((asks["kind"], asks["target"]) == ("file", f"{folder}/second.txt"), "mousepad: lists its names, and asks to open one")
    answer(asks, "allow")
    wait_for("mousepad with the other", lambda: titled("second.txt"))
    still()
    shot("mousepad-4-opened")


LINK = "https://example.org/letters?to=ada"


def asks_which(what):
    request = wait_for(f"{what} asks", lambda: next((r for r in requests() if r["kind"] == "app"), None))
    wait_for("its question on the screen", lambda: active(PROMPT))
    still()
    return request


def links():
    """A link or a file in one app is opened in another, which a person chooses: xdg-open and gio as they are."""
    fresh(f"{home}/.local/share/applications/reader.desktop",
          "[Desktop Entry]\nType=Application\nName=Reader\nExec=foot -T %u sleep 600\n"
          "MimeType=x-scheme-handler/https;text/plain;\n")
    for opener in ("xdg-open", "gio open"):
        spawn("latchkey", "run", "--", "sh", "-c", f"{opener} '{LINK}'; sleep 600")
        request = asks_which(opener)
        shot(f"links-{opener.split()[0]}")
        check([r["id"] for r in requests()] == [request["id"]], f"{opener}: asked on when it has ended")
        check(not titled(LINK), f"{opener}: nothing opens before that")
        answer(request, "allow", "reader")
        wait_for("the other app with the address", lambda: titled(LINK), 60)
        running = {r["app"] for r in json.loads(output("latchkey", "ps", "--json"))}
        check("reader" in running, f"{opener}: which is in a sandbox of its own")
        ends(opener)

    letter = f"{home}/Documents/letter.txt"
    spawn("latchkey", "run", "--", "sh", "-c", f"gio open {letter}; sleep 600", letter)
    request = asks_which("gio open")
    shot("links-file")
    answer(request, "allow", "reader")
    wait_for("the other app with the file", lambda: titled("letter.txt"), 60)
    check([g["target"] for g in grants("reader")] == [letter], "gio open: the other app is given the file, and nothing else")


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
