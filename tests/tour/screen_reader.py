# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a screen reader reads of the windows on the session's accessibility bus, and what it presses."""
import subprocess

from headless import *

READ = """
import pyatspi
def walk(node, depth=0):
    if node is None or depth > 16: return
    print("  " * depth + node.getRoleName() + ": " + node.name)
    for i in range(min(node.childCount, 60)): walk(node.getChildAtIndex(i), depth + 1)
walk(pyatspi.Registry.getDesktop(0))
"""
PRESS = """
import pyatspi, sys
def find(node, depth=0):
    if node is None or depth > 16: return None
    if node.name.strip() == sys.argv[2] and node.getRoleName() == sys.argv[1]: return node
    return next((f for i in range(min(node.childCount, 60)) if (f := find(node.getChildAtIndex(i), depth + 1))), None)
found = find(pyatspi.Registry.getDesktop(0))
if found: print(found.queryAction().doAction(0))
"""


def start_reader():
    spawn("/usr/libexec/at-spi-bus-launcher", "--launch-immediately")
    wait_for("the accessibility bus", lambda: "org.a11y.Bus" in output("busctl", "--user", "--no-pager", "list"))


def tree():
    return output("python3", "-c", READ)


def press(role, name):
    wait_for(f"the {role} {name}", lambda: "True" in output("python3", "-c", PRESS, role, name))
