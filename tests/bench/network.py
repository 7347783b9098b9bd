# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""The network through the portal, natively over the loopback device, and through pasta."""
import os
import subprocess

from world import BUILD, as_user, bench, left_out, row

# Row: (what, unit, target against native, target against pasta).
ROWS = {
    "upload": ("one TCP stream, app to server", "Gb/s", ">= 0.7", ">= 1"),
    "download": ("one TCP stream, server to app", "Gb/s", ">= 0.7", "-"),
    "connect": ("connect() to what is granted", "us", "-", "<= 1.2"),
}


def network():
    env = {**os.environ, "LATCHKEY_BIN": f"{BUILD}/bin"}
    process = as_user([bench("network-bench")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    output, problems = process.communicate()
    if process.returncode != 0:
        left_out("network", problems.decode().strip().splitlines()[-1] if problems else "it failed")
        return
    values = {}
    for line in output.decode().splitlines():
        name, who, value = line.split()
        values.setdefault(name, {}).setdefault(who, []).append(float(value))
    for name, (what, unit, to_native, to_pasta) in ROWS.items():
        result = values.get(name, {})
        if "latchkey" not in result:
            left_out(what, "it failed")
            continue
        row(what, result["latchkey"], "native", result["native"], to_native, unit)
        if "pasta" in result:
            row(what, result["latchkey"], "pasta", result["pasta"], to_pasta, unit)
        else:
            left_out(what, "no pasta here")
    for name in ("upload", "download"):
        if "latchkey" in values.get(name, {}):
            row(f"{name}: the slowest of ten runs", min(values[name]["latchkey"]), "floor", 1, ">= 1", "Gb/s")
