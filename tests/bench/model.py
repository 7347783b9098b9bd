# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Random use of a granted folder and of a plain one beside it, on the same disk: what is answered, and what is left, must be the
same. LATCHKEY_MODEL_STEPS and LATCHKEY_MODEL_SEED as for the test files-model, which does the same with fewer steps."""
import os
import shutil
import subprocess
import sys

from world import BUILD, World, left_out, own, row

STEPS = int(os.environ.get("LATCHKEY_MODEL_STEPS", "40000"))
FIRST = int(os.environ.get("LATCHKEY_MODEL_SEED", "101"))
SEEDS = 6


def said(world, command, cwd):
    process = world.start(command, cwd=cwd, stdout=subprocess.PIPE)
    lines = process.communicate(timeout=900)[0].splitlines()
    if process.returncode:
        raise RuntimeError(f"{command[0]}: status {process.returncode}")
    return lines


def differences(seed, ours, plain):
    different = [i for i, pair in enumerate(zip(ours, plain)) if pair[0] != pair[1]]
    if different:
        at = different[0]
        print(f"seed {seed}, line {at}: {ours[at]!r} instead of {plain[at]!r}", file=sys.stderr, flush=True)
    return len(different) + abs(len(ours) - len(plain))


def compare(world):
    found = compared = 0
    for seed in range(FIRST, FIRST + SEEDS):
        granted, plain = f"{world.home}/Documents/granted-{seed}", f"{world.home}/Documents/plain-{seed}"
        for folder in (granted, plain):
            os.makedirs(f"{folder}/in")
            shutil.copy(f"{BUILD}/tests/files-model", f"{folder}/model")
            own(folder)
        words = [str(seed), str(STEPS)]
        expected = said(world, [f"{plain}/model", f"{plain}/in", *words], plain)
        ours = said(world, ["latchkey", "run", "--ask", "no", "--here", "--", f"{granted}/model", f"{granted}/in", *words], granted)
        if len(expected) < STEPS:
            raise RuntimeError(f"the model took {len(expected)} steps of {STEPS}")
        found += differences(seed, ours, expected)
        compared += len(expected)
    row(f"model, {SEEDS} seeds of {STEPS} steps: differences", found, "answers compared", compared, "<= 0", "")


def model():
    # On a disk: tmpfs is not what people keep their files on.
    with World("model", base=os.path.dirname(BUILD)) as world:
        world.broker()
        try:
            compare(world)
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as failure:
            left_out("model", str(failure))
