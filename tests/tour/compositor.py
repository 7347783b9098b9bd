# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Displays of a test's own: a compositor that was just started, and a number for an X server."""
import os
import re
import socket


def answering(runtime):
    """The name of the Wayland display in this folder, once somebody listens there: it has its name a moment before."""
    for name in os.listdir(runtime):
        with socket.socket(socket.AF_UNIX) as one:
            if re.fullmatch(r"wayland-\d+", name) and one.connect_ex(f"{runtime}/{name}") == 0:
                return name
    return None


def x_number():
    """For an X server: compositors take theirs from 0 up, and one that ends takes away the socket of who came after it."""
    return f":{40 + os.getpid() % 80}"
