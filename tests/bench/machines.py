# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""What lies between two machines: a call and a stream between their peer portals, beside TLS alone and `ssh -L`."""
import os
import shutil
import socket
import subprocess
import tempfile
import time

from memory import mebibytes
from world import BUILD, ROOT, as_user, bench, left_out, own, row

STREAM = 256 << 20
PEERS = 50


def environment():
    return {**os.environ, "LATCHKEY_BIN": f"{BUILD}/bin"}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Forward:
    """An sshd of our own, and `ssh -L` to a port through it."""

    def __init__(self, target):
        self.path = tempfile.mkdtemp(prefix="bench-ssh-")
        self.processes = []
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{self.path}/{name}"], check=True)
        shutil.copy(f"{self.path}/user.pub", f"{self.path}/authorized")
        self.there, self.here = free_port(), free_port()
        with open(f"{self.path}/config", "w", encoding="utf-8") as file:
            file.write(f"Port {self.there}\nListenAddress 127.0.0.1\nHostKey {self.path}/host\nPidFile none\nUsePAM no\n"
                       f"StrictModes no\nAuthorizedKeysFile {self.path}/authorized\nPasswordAuthentication no\n")
        own(self.path)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
        self.processes.append(as_user(["/usr/sbin/sshd", "-D", "-f", f"{self.path}/config"], **quiet))
        self.wait(self.there)
        self.processes.append(as_user(
            ["ssh", "-F", "none", "-N", "-p", str(self.there), "-i", f"{self.path}/user", "-o", "StrictHostKeyChecking=no",
             "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes",
             "-L", f"127.0.0.1:{self.here}:127.0.0.1:{target}", "127.0.0.1"], **quiet))
        self.wait(self.here)

    def wait(self, port):
        for _ in range(100):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if any(process.poll() is not None for process in self.processes):
                break
            time.sleep(0.05)
        self.close()
        raise OSError("ssh does not work here")

    def close(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        shutil.rmtree(self.path, ignore_errors=True)


def forwarded(rounds):
    """Megabytes a second through `ssh -L`; nothing where ssh does not work."""
    sink = as_user([bench("peer-bench"), "sink"], stdout=subprocess.PIPE)
    try:
        port = int(sink.stdout.readline())
        forward = Forward(port)
        try:
            return [STREAM / 1e6 / float(as_user([bench("peer-bench"), "push", str(forward.here), str(STREAM)],
                                                 stdout=subprocess.PIPE).communicate(timeout=120)[0]) for _ in range(rounds)]
        finally:
            forward.close()
    except (OSError, ValueError, subprocess.SubprocessError):
        return []
    finally:
        sink.kill()
        sink.wait()


def memory():
    what = f"memory (Pss) of latchkey-peer, {PEERS} machines"
    if not ROOT:
        left_out(what, "it hides its memory: call ./dev bench as root")
        return
    process = as_user([bench("peer-bench"), "hold", str(PEERS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment())
    line = process.stdout.readline()
    if line:
        time.sleep(1)
        row(what, mebibytes([int(line)], "Pss:"), "goal", 24, "<= 1", "MiB")
    else:
        left_out(what, "it failed")
    process.communicate()


def machines():
    rounds = int(os.environ.get("LATCHKEY_ROUNDS", "10"))
    process = as_user([bench("peer-bench"), "all", str(rounds)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    output, problems = process.communicate()
    if process.returncode != 0:
        left_out("machines", problems.decode().strip().splitlines()[-1] if problems else "it failed")
        return
    values = {}
    for line in output.decode().splitlines():
        name, who, value = line.split()
        values.setdefault(name, {}).setdefault(who, []).append(float(value))
    row("a call between two machines", values["call"]["latchkey"], "TLS alone", values["call"]["tls"], "<= 1.5", "us")
    row("a stream between two machines", values["stream"]["latchkey"], "TLS alone", values["stream"]["tls"], ">= 0.9", "MB/s")
    ssh = forwarded(rounds)
    if ssh:
        row("a TCP connection to a far service", values["forward"]["latchkey"], "ssh -L", ssh, ">= 0.8", "MB/s")
    else:
        left_out("a TCP connection to a far service", "ssh does not work here")
    memory()
