# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""What all benchmarks share: a home of their own, processes as an ordinary user, taking turns, rows."""
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

BUILD = f"/src/build/{os.environ.get('LATCHKEY_PRESET', 'release')}"
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.getuid() == 0
USER = 1000 if ROOT else os.getuid()
PINNED = max(os.sched_getaffinity(0))


def bench(name):
    return f"{BUILD}/bench/{name}"


def as_user(command, drop=True, pinned=False, **options):
    """Everything but the peers that need root runs as an ordinary user. `pinned`: it and all it starts share one processor."""
    if pinned:
        command = ["taskset", "-c", str(PINNED), *command]
    if ROOT and drop:
        command = ["setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups", "--inh-caps=-all",
                   "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs", "--", *command]
    return subprocess.Popen(command, **options)


def own(path):
    if ROOT:
        subprocess.run(["chown", "-R", f"{USER}:{USER}", path], check=True)


class World:
    """A person's home and a broker of its own. Ends every process that has it in its environment."""

    def __init__(self, name, base="/tmp"):
        self.path = tempfile.mkdtemp(prefix=f"bench-{name}-", dir=base)
        os.chmod(self.path, 0o755)
        self.home = f"{self.path}/home"
        self.run = f"{self.path}/run"
        for part in ("home/Documents", "run", "data", "state", "config"):
            os.makedirs(f"{self.path}/{part}")
        os.chmod(self.run, 0o700)
        self.env = {**os.environ, "HOME": self.home, "XDG_RUNTIME_DIR": self.run, "XDG_DATA_HOME": f"{self.path}/data",
                    "XDG_STATE_HOME": f"{self.path}/state", "XDG_CONFIG_HOME": f"{self.path}/config"}
        own(self.path)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        # The broker first: without it, launchers would start another.
        for names in (("latchkeyd",), None):
            for pid in self.processes(names):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.2)
        shutil.rmtree(self.path, ignore_errors=True)

    def start(self, command, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("env", self.env)
        return as_user(command, **options)

    def broker(self, **options):
        """Up before anything is measured; with `pinned` it and all it will start share one processor."""
        self.start(["latchkey", "ps"], stdout=subprocess.DEVNULL, **options).wait(30)

    def processes(self, names=None):
        """Of this world. Sandboxes have another environment: they end with their launchers."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    mine = self.path.encode() in file.read()
                with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
                    name = file.read().strip()
            except OSError:
                continue
            if mine and int(pid) != os.getpid() and (names is None or name in names):
                found.append(int(pid))
        return found


def descendants(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="utf-8") as file:
                for child in map(int, file.read().split()):
                    found += [child, *descendants(child)]
    except OSError:
        pass
    return found


def median(values):
    return statistics.median(values) if values else float("nan")


def alternate(contestants, rounds):
    """Runs the contestants in turn, `rounds` times; a dictionary of all their values. The first of each is a warm-up. Those
    that never work are missing."""
    results = {name: [] for name in contestants}
    for _ in range(rounds + 1):
        for name, run in contestants.items():
            value = run()
            if value is not None:
                results[name].append(value)
    return {name: values[1:] for name, values in results.items() if len(values) > 1}


rows = []


def row(name, ours, peer_name, peer, target="-", unit="ms"):
    """`ours` and `peer`: a figure or a list of them (the median is taken). The target speaks of the ratio ours/peer."""
    spread = ""
    if isinstance(ours, list):
        if len(ours) >= 8:
            q = statistics.quantiles(ours, n=4)
            spread = f"   middle half {q[0]:.2f}-{q[2]:.2f}"
        ours = median(ours)
    if isinstance(peer, list):
        peer = median(peer)
    ratio = ours / peer if peer else float("nan")
    met = verdict(ratio, target)
    rows.append((name, ours, unit, peer_name, peer, ratio, target, met))
    print(f"{name:<42} {ours:10.2f} {unit:<4} {peer_name:<26} {peer:10.2f}  ratio {ratio:6.2f}  target {target:<18} {met}{spread}",
          flush=True)


def verdict(ratio, target):
    word = target.split(",")[0].split()
    if len(word) != 2 or word[0] not in ("<", "<=", ">="):
        return ""
    limit = float(word[1])
    return "met" if (ratio >= limit if word[0] == ">=" else ratio <= limit) else "MISSED"


def left_out(name, why):
    print(f"{name:<42} left out: {why}", flush=True)


def summary():
    missed = [entry[0] + " against " + entry[3] for entry in rows if entry[7] == "MISSED"]
    judged = sum(1 for entry in rows if entry[7])
    print(f"-- {judged - len(missed)} of {judged} targets met" + (": missed " + "; ".join(missed) if missed else ""), flush=True)
