#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Libraries include in one direction: what may not be included is not found. `includes.py BUILD`.

Looked for as a unit of each library looks for it; beside what may not be found, something that may.
"""
import json
import pathlib
import shlex
import subprocess
import sys

# A unit, what it may include, and what it may not.
UNITS = {
    "broker/base/text.cpp": ("broker/base/clock.h", "broker/door.h", "broker/grants/grant.h", "launcher/sandbox/plan.h", "QString"),
    "broker/grants/grant.cpp": ("broker/base/clock.h", "broker/door.h", "portals/files/rules.h", "QString"),
    "broker/door.cpp": ("broker/grants/grant.h", "portals/files/rules.h", "launcher/sandbox/plan.h", "app/ui/desk.h", "QString"),
    "portals/files/rules.cpp": ("broker/base/text.h", "portals/network/names.h", "portals/desktop/bus.h", "launcher/sandbox/plan.h",
                                "app/ui/desk.h", "QString"),
    "portals/network/names.cpp": ("broker/base/text.h", "portals/files/rules.h", "portals/peer/session.h", "QString"),
    "portals/peer/session.cpp": ("broker/base/text.h", "portals/files/rules.h", "portals/network/names.h", "QString"),
    "launcher/sandbox/plan.cpp": ("broker/base/text.h", "broker/door.h", "portals/files/rules.h", "launcher/doctor/doctor.h", "QString"),
    "launcher/doctor/judge.cpp": ("broker/base/text.h", "broker/door.h", "portals/files/rules.h", "app/ui/desk.h", "QString"),
    "app/cli/commands.cpp": ("broker/base/text.h", "app/ui/desk.h", "QString"),
}


def main():
    build = pathlib.Path(sys.argv[1])
    source = pathlib.Path(__file__).resolve().parent.parent
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        commands.setdefault(entry["file"], entry)
    wrong = [f"{header}: there is no such header" for header in {header for headers in UNITS.values() for header in headers}
             if "/" in header and not (source / header).exists()]
    for unit, (may, *may_not) in UNITS.items():
        entry = commands.get(str(source / unit))
        if entry is None:
            wrong.append(f"{unit}: there is no such unit")
            continue
        words = shlex.split(entry["command"])
        words = words[next(i for i, word in enumerate(words) if "clang++" in word):]   # Without what stands before it.
        del words[words.index("-o"):words.index("-o") + 2]
        words = [word for word in words if word not in ("-c", entry["file"])]
        lines = [f'#if !__has_include("{may}")\n#error it cannot include {may}\n#endif\n']
        lines += [f'#if __has_include("{header}")\n#error it can include {header}\n#endif\n' for header in may_not]
        result = subprocess.run([*words, "-fsyntax-only", "-x", "c++", "-"], input="".join(lines), cwd=entry["directory"], text=True,
                                capture_output=True, check=False)
        if result.returncode != 0 or result.stderr:
            wrong.append(f"{unit}: {result.stderr[:1000]}")
    print("\n".join(wrong) or "one direction")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
