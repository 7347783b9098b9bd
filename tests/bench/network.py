# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""The network through the portal, natively over the loopback device, and through pasta; near, and at the end of a delay line."""
import os
import subprocess

from world import BUILD, as_user, bench, left_out, median, row

# (row, what, unit, [(peer, its name, target)], whether more is better).
ROWS = [
    ("upload", "one TCP stream, app to server", "Gb/s", [("native", "native", ">= 0.7"), ("pasta", "pasta", ">= 1")], True),
    ("download", "one TCP stream, server to app", "Gb/s", [("native", "native", ">= 0.7"), ("pasta", "pasta", "-")], True),
    ("far-upload", "the same at 20 ms there and back, up", "Gb/s", [("native", "native", ">= 0.9")], True),
    ("far-download", "the same at 20 ms there and back, down", "Gb/s", [("native", "native", ">= 0.9")], True),
    ("connect", "connect() to what is granted", "us", [("native", "native", "-"), ("pasta", "pasta", "<= 1.2")], False),
    ("first-byte", "the same to the server's first byte", "us", [("native", "native", "-"), ("pasta", "pasta", "<= 1.2")], False),
    ("crowd-connect", "connect(), 1,000 granted, 200 open", "us", [("alone", "one granted, none open", "<= 1.1")], False),
    ("crowd-upload", "upload, 1,000 granted, 200 open", "Gb/s", [("alone", "one granted, none open", ">= 0.9")], True),
]
# (row, what, unit, goal, whether more is better).
GOALS = [
    ("upload", "one TCP stream, app to server", "Gb/s", 5, ">= 1"),
    ("download", "one TCP stream, server to app", "Gb/s", 5, ">= 1"),
    ("first-answer", "a sandbox's first connect(), after the answer", "ms", 20, "<= 1"),
    ("answer", "its next ones", "ms", 20, "<= 1"),
    ("slowest-answer", "  the slowest of each 19", "ms", 20, "<= 1"),
    ("refusal", "a connect() that is refused, after the answer", "ms", 20, "<= 1"),
    ("slowest-refusal", "  the slowest of each 20", "ms", 20, "<= 1"),
    ("cut", "revoked: both ends of a stream are reset", "ms", 20, "<= 1"),
    ("slowest-cut", "  the slowest of each 20", "ms", 20, "<= 1"),
    ("processor", "latchkey-net at 1 Gb/s, of one processor", "%", 3, "<= 1"),
    ("memory", "an idle app's wire, of 50", "MiB", 6, "<= 1"),
]


def network():
    env = {**os.environ, "LATCHKEY_BIN": f"{BUILD}/bin"}
    rounds = os.environ.get("LATCHKEY_ROUNDS", "10")
    process = as_user([bench("network-bench"), rounds], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    output, problems = process.communicate()
    if process.returncode != 0:
        left_out("network", problems.decode().strip().splitlines()[-1] if problems else "it failed")
        return
    values = {}
    for line in output.decode().splitlines():
        name, who, value = line.split()
        values.setdefault(name, {}).setdefault(who, []).append(float(value))
    for name, what, unit, peers, more in ROWS:
        result = values.get(name, {})
        if "latchkey" not in result:
            left_out(what, "it failed")
            continue
        ours = result["latchkey"]
        for peer, called, target in peers:
            if peer in result:
                row(what, ours, called, result[peer], target, unit)
            else:
                left_out(what, f"no {called} here")
        worst, others = (min, min) if more else (max, max)
        peer, called, _ = peers[0]
        if peer in result:
            row(f"  worst of {len(ours)}", worst(ours), f"{called}, worst", others(result[peer]), "-", unit)
    for name, what, unit, goal, target in GOALS:
        if "latchkey" in values.get(name, {}):
            row(what, median(values[name]["latchkey"]), "goal", goal, target, unit)
        else:
            left_out(what, "it failed")
    for name in ("upload", "download"):
        if "latchkey" in values.get(name, {}):
            row(f"{name}: the slowest of all runs", min(values[name]["latchkey"]), "floor", 1, ">= 1", "Gb/s")
