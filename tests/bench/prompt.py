# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""From an app touching a file to the question's window."""
import os

from world import BUILD, left_out


def prompt():
    if not os.path.exists(f"{BUILD}/bin/latchkey-ui"):
        left_out("first frame of a question", "this build has no latchkey-ui")
        return
