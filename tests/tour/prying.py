#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys that a person types into one app are not seen by another, and no app presses or reads Latchkey's questions: with
Wayland (labwc) and without (Xvfb).

Two programs that do to others whatever X and Wayland let them (tests/probes/pry-x, pry-wayland) run in sandboxes, while
real keys are typed into other apps and a question waits: `prying.py OUTPUT wayland|x`. That they would succeed if they could is shown by the same
programs where they may: with the right to the shared X server, outside of a sandbox, and with the focus on themselves.
"""
import glob

from compositor import x_number
from headless import *

PROBES = os.path.abspath(f"{os.path.dirname(shutil.which('latchkey'))}/../tests")
COLOUR = "c01bad"
SECRET = "correct horse"
SIZE = 2700, 1100


def run(app, *command, options=(), **popen):
    return subprocess.Popen(["latchkey", "run", "--as", app, *options, "--", *command], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=open(f"{out}/log-{app}.txt", "ab"), text=True,
                            start_new_session=True, **popen)


def pry(app, *command, sandboxed=True):
    """Started, and busy."""
    if sandboxed:
        child = run(app, f"./{command[0]}", *command[1:], options=["--here=ro"], cwd=f"{home}/Projects")
    else:
        child = subprocess.Popen([f"{home}/Projects/{command[0]}", *command[1:]], stdout=subprocess.PIPE, text=True)
    check(child.stdout.readline() == "prying\n", f"{app} is at it")
    return child


def found(child):
    told = child.stdout.read()
    child.wait(30)
    print(f"   {told.strip()}", flush=True)
    return {name: int(number) for name, number in (word.split("=") for word in told.split())}


def begin_victim(app):
    """A terminal that keeps the line that is typed into it in its own home."""
    return run(app, "xterm", "-bg", f"#{COLOUR}", "-e", "sh", "-c", 'read -r line; echo "$line" >~/typed; exec sleep 1000')


def typed_into(app):
    for path in glob.glob(f"{home}/.local/share/latchkey/profiles/{app}*/**/typed", recursive=True):
        with open(path) as file:
            return file.read().strip()
    return None


def begin_question():
    """An app asks for a file; the question is on the screen and takes keys."""
    child = run("asker", "sh", "-c", f"cat '{home}/Documents/diary.txt'")
    asked = wait_for("the question", requests)
    time.sleep(3)
    return child, asked[0]["id"]


def still_waits(question):
    return [r["id"] for r in requests()] == [question]


def check_blind(where, seen):
    check(seen["raw"] == seen["recorded"] == seen["held"] == 0, f"{where}: no key of another app was seen")
    check(seen["displays"] == 1 and seen["hidden"] == 0, f"{where}: it found no X server but its own")
    check(seen["coloured"] == 0 and seen["pixels"] > 0, f"{where}: of another's window not a pixel was seen")
    check(seen["devices"] == 0, f"{where}: and no keyboard or screen as a device")


# --- Wayland ----------------------------------------------------------------------------------------------------------

def on_labwc():
    begin()
    # Clients outside of every sandbox may do all this, so what follows is no accident of this compositor.
    free = found(pry("a program outside", "pry-wayland", "1", sandboxed=False))
    check(free["offered"] >= 5 and free["bound"] >= 5, "labwc: outside of a sandbox the screen can be read and keys pressed")

    victim = begin_victim("terminal")
    wait_for("the terminal", lambda: [w for w in windows() if "Xwayland" in w or "xterm" in w.lower() or "terminal" in w], 60)
    editor = spawn("latchkey", "run", "featherpad", f"{home}/Documents/letter.txt")
    wait_for("the editor", lambda: [w for w in windows() if "letter.txt" in w], 60)
    before = set(windows())
    x = pry("x-pryer", "pry-x", "45", COLOUR, "press", "grab")
    wait_for("its window", lambda: len(windows()) > len(before))
    wayland = pry("wayland-pryer", "pry-wayland", "30")
    wait_for("its window", lambda: [w for w in windows() if "prying" in w])

    focus("title:letter.txt")
    focus("app_id:featherpad")
    time.sleep(1)
    spawn("wl-copy", "--foreground", "in the clipboard")
    type_text(SECRET)
    key("s", "ctrl")
    wait_for("what was typed, in the file", lambda: SECRET in open(f"{home}/Documents/letter.txt").read())
    check(True, "labwc: keys arrive in the Wayland app they are meant for")
    shot("labwc-1-typed")
    question_child, question = begin_question()
    shot("labwc-2-question")
    time.sleep(4)
    check(still_waits(question), "labwc: pressing and clicking everywhere answers no question")
    seen = found(wayland)
    check(seen["compositors"] == 1 and seen["offered"] == seen["bound"] == 0, "labwc: nothing is offered to a sandbox by which others are read or pressed")
    check(seen["keys"] == 0, "labwc: no key of another app was seen")
    check(seen["clipboards"] == 0, "labwc: nor what lies in the clipboard, without the focus")
    check_blind("labwc, nested X", found(x))
    check(still_waits(question), "labwc: the question still waits")
    focus("title:asks")
    key("Return")
    wait_for("the person's answer", lambda: not requests())
    check(question_child.wait(30) != 0, "labwc: one real key of the person's answers it, with the safe answer")

    own = pry("wayland-pryer", "pry-wayland", "8")
    wait_for("its window", lambda: [w for w in windows() if "prying" in w])
    time.sleep(1)
    type_text("mine")
    seen = found(own)
    check(seen["keys"] >= 4, "labwc: the same program sees what is typed into itself")
    check(seen["clipboards"] >= 1, "labwc: and is offered the clipboard, with the focus")
    for child in (victim, editor):
        child.terminate()
        child.wait(30)


# --- X ----------------------------------------------------------------------------------------------------------------

def xdotool(*words):
    return subprocess.run(["xdotool", *words], capture_output=True, text=True, timeout=30).stdout.split()


def window_on_x(name):
    found = wait_for(f"a window called {name}", lambda: xdotool("search", "--onlyvisible", "--name", name), 60)
    return found[-1]


def place(name, x, y):
    xdotool("windowmove", "--sync", window_on_x(name), str(x), str(y))


def point_at(x, y):
    xdotool("mousemove", str(x), str(y))
    time.sleep(0.5)


def picture_of_x(name):
    subprocess.run(["import", "-window", "root", f"{out}/{name}.png"], check=False)


def on_x():
    begin()  # For its message bus; the compositor is left aside.
    reader, writer = os.pipe()
    server = subprocess.Popen(["Xvfb", x_number(), "-displayfd", str(writer), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp",
                               "-noreset"], pass_fds=[writer], stderr=subprocess.DEVNULL, start_new_session=True)
    children.append(server.pid)
    os.close(writer)
    del os.environ["WAYLAND_DISPLAY"]
    os.environ.update(DISPLAY=":" + os.read(reader, 16).decode().strip(), QT_QPA_PLATFORM="xcb", XDG_SESSION_TYPE="x11")

    victim = begin_victim("x-terminal")
    place("x-terminal", 0, 0)
    x = pry("x-pryer", "pry-x", "40", COLOUR, "press", "grab")
    place("x-pryer", 1150, 0)
    point_at(100, 100)
    xdotool("type", "--delay", "30", SECRET)
    question_child, question = begin_question()
    picture_of_x("x-1-question")
    time.sleep(4)
    check(still_waits(question), "X: pressing and clicking everywhere answers no question")
    check_blind("X, nested", found(x))
    check(still_waits(question), "X: the question still waits")
    point_at(100, 100)
    answer_on_x()
    wait_for("the person's answer", lambda: not requests())
    check(question_child.wait(30) != 0, "X: a real key of the person's answers it")
    point_at(100, 100)
    xdotool("key", "Return")
    line = wait_for("the line", lambda: typed_into("x-terminal"))
    check(line == SECRET, f"X: keys arrive in the app they are meant for ({line})")
    victim.terminate()
    victim.wait(30)

    # The same program where it may.
    subprocess.run(["latchkey", "grant", "x-pryer", "desktop", "shared-x11"], check=True, capture_output=True)
    victim = begin_victim("x-terminal")
    place("x-terminal", 0, 0)
    x = pry("x-pryer", "pry-x", "12", COLOUR)
    point_at(100, 100)
    xdotool("type", "--delay", "30", SECRET)
    picture_of_x("x-2-shared")
    seen = found(x)
    check(seen["raw"] > 0 and seen["recorded"] > 0 and seen["held"] > 0, "X: who has the shared server sees every key")
    check(seen["coloured"] > 0, "X: and the screen")
    question_child, question = begin_question()
    check(still_waits(question), "X: the next question waits")
    x = pry("x-pryer", "pry-x", "25", COLOUR, "press")
    wait_for("an answer that no person gave", lambda: not requests())
    check(True, "X: and presses the questions, as its right says")
    x.terminate()
    question_child.wait(30)
    victim.terminate()
    victim.wait(30)


def answer_on_x():
    asks = window_on_x("asks")
    xdotool("windowfocus", asks)
    time.sleep(0.5)
    xdotool("key", "Return")


try:
    fresh(f"{home}/Documents/letter.txt", "")
    fresh(f"{home}/Documents/diary.txt", "Nobody is to read this.\n")
    os.makedirs(f"{home}/Projects")
    for probe in ("pry-x", "pry-wayland"):
        shutil.copy(f"{PROBES}/{probe}", f"{home}/Projects/{probe}")
    {"wayland": on_labwc, "x": on_x}[sys.argv[2]]()
finally:
    end()
print("prying: all as it should be")
