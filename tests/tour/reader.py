#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""A screen reader reads a sandboxed application, and a sandboxed application reads nobody, on the session's real
accessibility bus."""
import subprocess

from screen_reader import *

# What an app might try on the bus it is given: names of others, the tree, somebody's text.
PRY = r"""
address=$(gdbus call --session -d org.a11y.Bus -o /org/a11y/bus -m org.a11y.Bus.GetAddress | cut -d"'" -f2)
echo "address $address"
gdbus call --address "$address" -d org.freedesktop.DBus -o /org/freedesktop/DBus -m org.freedesktop.DBus.ListNames
gdbus call --address "$address" -d org.a11y.atspi.Registry -o /org/a11y/atspi/accessible/root -m org.a11y.atspi.Accessible.GetChildren
gdbus call --address "$address" -d org.a11y.atspi.Registry -o /org/a11y/atspi/accessible/root -m org.freedesktop.DBus.Properties.Get org.a11y.atspi.Accessible ChildCount
for n in 0 1 2 3 4 5 6 7 8 9; do
  gdbus call --address "$address" -d :1.$n -o /org/a11y/atspi/accessible/root -m org.freedesktop.DBus.Properties.Get org.a11y.atspi.Accessible Name
done
"""


def tour():
    fresh(f"{home}/Documents/letter.txt", "Dear Ada\n")
    begin()
    start_reader()
    spawn("latchkey", "run", "org.gnome.TextEditor", f"{home}/Documents/letter.txt")
    wait_for("its window", lambda: [w for w in windows() if "letter.txt" in w], 60)
    read = wait_for("its tree", lambda: (lambda t: t if "application: gnome-text-editor" in t else "")(tree()), 30)
    check("Dear Ada" in read or "letter.txt" in read, "its window is read")
    pried = subprocess.run(["latchkey", "run", "--ask", "no", "--", "sh", "-c", PRY], capture_output=True, text=True, timeout=60)
    check("address unix:path=/run/latchkey/share/" in pried.stdout, "an app is given a bus to be read on")
    check("gnome-text-editor" not in pried.stdout, "and reads nobody there")
    check("uint32" not in pried.stdout and "<int32" not in pried.stdout, "nor counts them")


try:
    tour()
finally:
    end()
print("reader: all as it should be")
