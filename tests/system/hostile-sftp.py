#!/usr/bin/python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# In the place of sshfs: another machine's program that asks the server of a shared folder for what was not shared. What
# came of it is written into the folder, as one JSON file.

import json
import struct
import sys

INIT, OPEN, CLOSE, READ, WRITE, SETSTAT, OPENDIR, READDIR, REMOVE, MKDIR, RMDIR, REALPATH, RENAME, READLINK, SYMLINK = (
    1, 3, 4, 5, 6, 9, 11, 12, 13, 14, 15, 16, 18, 19, 20)
EXTENDED = 200
STATUS, HANDLE, DATA, NAME = 101, 102, 103, 104
READING, WRITING, APPENDING, CREATING, CUTTING = 1, 2, 4, 8, 16

out = sys.stdout.buffer
number = 0


def text(value):
    data = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return struct.pack(">I", len(data)) + data


def receive(size):
    data = sys.stdin.buffer.read(size)
    if len(data) != size:
        sys.exit(0)
    return data


def send(kind, body):
    out.write(struct.pack(">IB", len(body) + 1, kind) + body)
    out.flush()


def ask(kind, body):
    global number
    number += 1
    send(kind, struct.pack(">I", number) + body)
    size, = struct.unpack(">I", receive(4))
    answer = receive(size)
    return answer[0], answer[5:]


def taken(data):
    size, = struct.unpack(">I", data[:4])
    return data[4:4 + size]


def said(answer):
    kind, body = answer
    return struct.unpack(">I", body[:4])[0] if kind == STATUS else None


def read(path):
    kind, body = ask(OPEN, text(path) + struct.pack(">II", READING, 0))
    if kind != HANDLE:
        return "refused %s" % said((kind, body))
    handle = taken(body)
    kind, body = ask(READ, text(handle) + struct.pack(">QI", 0, 1000))
    found = taken(body).decode("utf-8", "replace") if kind == DATA else "opened, not read"
    ask(CLOSE, text(handle))
    return "got " + found


def write(path, data):
    kind, body = ask(OPEN, text(path) + struct.pack(">II", WRITING | CREATING, 0))
    if kind != HANDLE:
        return "refused %s" % said((kind, body))
    handle = taken(body)
    answer = ask(WRITE, text(handle) + struct.pack(">Q", 0) + text(data))
    ask(CLOSE, text(handle))
    return "wrote" if said(answer) == 0 else "opened, not written"


def names(path):
    kind, body = ask(OPENDIR, text(path))
    if kind != HANDLE:
        return "refused %s" % said((kind, body))
    handle = taken(body)
    found = []
    while True:
        kind, body = ask(READDIR, text(handle))
        if kind != NAME:
            break
        count, = struct.unpack(">I", body[:4])
        body = body[4:]
        for _ in range(count):
            name = taken(body)
            body = body[4 + len(name):]
            body = body[4 + len(taken(body)):]
            flags, = struct.unpack(">I", body[:4])
            body = body[4 + (8 if flags & 1 else 0) + (8 if flags & 2 else 0) + (4 if flags & 4 else 0) + (8 if flags & 8 else 0):]
            found.append(name.decode("utf-8", "replace"))
    ask(CLOSE, text(handle))
    return sorted(found)


send(INIT, struct.pack(">I", 3))
receive(struct.unpack(">I", receive(4))[0])

kind, body = ask(REALPATH, text("."))
outcome = {"place": taken(body[4:]).decode() if kind == NAME else "none", "read": {}, "list": {}, "act": {}}
aims = read("aim")[4:].split()
for path in aims + ["../secret", "../../secret", "out", "/etc/shadow", "/proc/self/environ", "/proc/self/maps",
                    "/proc/1/cmdline", "/proc/version", "/usr/bin/ls", "/etc/hostname", "/run/latchkey/app",
                    "/proc/self/root/" + aims[0], "/proc/self/cwd/../secret"]:
    outcome["read"][path] = read(path)
for path in ["/", "/home", "/usr/bin", "/proc", "/tmp", "/root", "..", "/shared", "."]:
    outcome["list"][path] = names(path)
act = outcome["act"]
# OpenSSH has the two the other way round than the standard says.
act["symlink"] = said(ask(SYMLINK, text(aims[0]) + text("evil")))
act["through it"] = read("evil")
act["over it"] = write("evil", "overwritten")
act["hardlink"] = said(ask(EXTENDED, text("hardlink@openssh.com") + text(aims[0]) + text("hard")))
act["rename up"] = said(ask(RENAME, text("plain") + text("../stolen")))
act["rename to root"] = said(ask(RENAME, text("plain") + text("/stolen")))
for path in ["../planted", "/planted", "/usr/planted", "/etc/passwd", "/shared/planted", "/home/planted", "/tmp/planted"]:
    act["write " + path] = write(path, "x")
act["mkdir"] = said(ask(MKDIR, text("/made") + struct.pack(">I", 0)))
for name in ["users-groups-by-id@openssh.com", "home-directory", "expand-path@openssh.com"]:
    act[name] = said(ask(EXTENDED, text(name) + text("root") + text("")))
# Room for as much as was shared, and no more.
filled = 0
while filled < 100 and write("/run/fill-%d" % filled, b"x" * 32768) == "wrote":
    filled += 1
act["filled"] = filled
act["inside"] = write("fresh", "x")
if act["inside"] != "wrote":
    # It was given to read: whatever changes something.
    mode, size = struct.pack(">II", 4, 0o600), struct.pack(">IQ", 1, 0)
    changes = {"open to append": (OPEN, text("plain") + struct.pack(">II", WRITING | APPENDING, 0)),
               "open for both": (OPEN, text("plain") + struct.pack(">II", READING | WRITING, 0)),
               "open and cut": (OPEN, text("plain") + struct.pack(">II", READING | CUTTING, 0)),
               "remove": (REMOVE, text("plain")),
               "remove a folder": (RMDIR, text("empty")),
               "rename": (RENAME, text("plain") + text("plain2")),
               "make a folder": (MKDIR, text("made") + struct.pack(">I", 0)),
               "mode": (SETSTAT, text("plain") + mode),
               "cut": (SETSTAT, text("plain") + size),
               "symbolic link": (SYMLINK, text("plain") + text("link"))}
    for name in ["posix-rename@openssh.com", "hardlink@openssh.com"]:
        changes[name] = (EXTENDED, text(name) + text("plain") + text("plain2"))
    changes["lsetstat@openssh.com"] = (EXTENDED, text("lsetstat@openssh.com") + text("plain") + mode)
    changes["copy-data"] = (EXTENDED, text("copy-data") + text("0") + struct.pack(">QQ", 0, 0) + text("1") + struct.pack(">Q", 0))
    act["changes"] = {}
    for name, (kind, body) in changes.items():
        answer = ask(kind, body)
        act["changes"][name] = "done" if said(answer) in (None, 0) else "refused"
print("OUTCOME " + json.dumps(outcome), file=sys.stderr, flush=True)
write("outcome", json.dumps(outcome))
# More than any packet may be: the end.
out.write(struct.pack(">I", 0x7fffffff) + b"x" * 100000)
out.flush()
sys.stdin.buffer.read()
