#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Chromium and Firefox as they are installed, on a headless labwc: nobody tells them of the portal or of a sandbox.

Ctrl+O and Ctrl+S show Latchkey's chooser; what is picked is opened, what is named is saved, both are grants, and
nothing else of the home is there. Their pages are drawn by processes in sandboxes of their own, inside of ours. Closed,
nothing is given. A file dropped on them by another program is opened.
"""
import re
import sys

from hands import *

only = sys.argv[2:]
PAGE = "<!doctype html><meta charset=utf-8><title>Under the mat</title><body style='background:#00c000'><h1>Keys</h1>\n"
GREEN, RED = b"\x00\xc0\x00", b"\xc0\x00\xc0"


def status(pid):
    with open(f"/proc/{pid}/status") as file:
        return dict(line.split(":", 1) for line in file)


def below(pid):
    """It and all its children, as (its place in the pid namespaces, user namespace, filters, whether it sees files)."""
    children, result = {}, []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                children.setdefault(int(status(name)["PPid"]), []).append(int(name))
            except OSError:
                pass
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        waiting += children.get(one, [])
        try:
            its = status(one)
            result.append((len(its["NSpid"].split()), os.readlink(f"/proc/{one}/ns/user"),
                           int(its["Seccomp_filters"]), os.path.exists(f"/proc/{one}/root/usr")))
        except OSError:
            pass
    return result


def own_sandboxes(app):
    """Processes that see no files at all, are in user namespaces of their own, and behind one filter more than we set."""
    first = next(int(i["pid"]) for i in json.loads(output("latchkey", "ps", "--json")) if i["app"] == app)
    _, ours, filters, _ = below(first)[0]
    return [p for p in below(first) if p[1] != ours and p[2] > filters and not p[3]]


def drawn(colour):
    return picture().count(colour) > 100_000


def closed(app, match):
    request = ask_for_file(app, match, ("o", "ctrl"))
    bring(PROMPT)
    time.sleep(SEEN)
    key("Escape")
    check(gone(request, 10), f"{app}: the chooser is closed")
    check(not grants(app), f"{app}: closed is nothing given")


def opens(app, match):
    request = ask_for_file(app, match, ("o", "ctrl"))
    shot(f"{app}-1-chooser")
    pick(request, f"{home}/Documents/page.html", picture=f"{app}-2-typed")
    wait_for(f"{app} shows the page", lambda: titled("Under the mat"), 60)
    wait_for(f"{app} draws the page", lambda: drawn(GREEN), 60)
    shot(f"{app}-3-opened")
    check([(g["target"], g["kind"], g["origin"]) for g in grants(app)] ==
          [(f"{home}/Documents/page.html", "file", "picked")], f"{app}: granted at its own path, and nothing else")
    check(own_sandboxes(app), f"{app}: pages are in sandboxes of its own")


def saves(app, match):
    request = ask_for_file(app, match, ("s", "ctrl"))
    name_it(request, f"{app}.html", picture=f"{app}-4-save")
    saved = f"{home}/{app}.html"
    wait_for(f"{app} has saved", lambda: re.search("<h1>Keys</h1>", on_disk(saved) or ""))
    still()
    shot(f"{app}-5-saved")
    check([g["origin"] for g in held(app, f"{app}.html")] == ["picked"], f"{app}: what was named is granted, as picked")
    check(on_disk(f"{home}/Documents/page.html") == PAGE, f"{app}: and the page is as it was")
    check(not requests(), f"{app}: which is all it wanted")


def takes(app):
    """What another program gives by dropping it: the key to it, not only its name."""
    dropped = f"{home}/Documents/dropped.html"
    drops(dropped, lambda: drawn(RED))
    shot(f"{app}-6-dropped")
    check([(g["access"], g["kind"], g["origin"]) for g in held(app, "dropped.html")] == [("read", "file", "picked")],
          f"{app}: what is dropped on it is given to it, to look at")


def browse(app, match, *start):
    check(subprocess.run(["latchkey", "settings", app, "own-sandboxes=on"]).returncode == 0, f"{app}: may make sandboxes")
    running = spawn("latchkey", "run", app, *start)
    there = window_of(match)
    closed(app, there)
    opens(app, there)
    saves(app, there)
    takes(app)
    check(running.poll() is None, f"{app}: is still there")
    ends(app)


def tour():
    fresh(f"{home}/Documents/page.html", PAGE)
    fresh(f"{home}/Documents/dropped.html", PAGE.replace("00c000", "c000c0"))
    fresh(f"{home}/Documents/secret.txt", "nobody's business\n")
    begin()
    # Browsers call home as soon as they run: questions of their own, which are not what is looked at here.
    check(subprocess.run(["latchkey", "network", "off"]).returncode == 0, "of the network nothing is asked")
    spawn("latchkey-ui", "--prompts")
    # The first has a page to sign in on instead of a window, the first time.
    for app, match, start in (("chromium", "chromium", ("--no-first-run",)), ("firefox-esr", "firefox", ())):
        if not only or app in only:
            browse(app, match, *start, "about:blank")


try:
    tour()
finally:
    end()
print("browsers: all as it should be")
