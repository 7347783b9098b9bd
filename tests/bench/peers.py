# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Setting up the peers: flatpak without a network, the document portal without a desktop."""
import subprocess

from world import bench

FLATPAK = """
set -e
mkdir -p {base}/runtime/usr/bin {base}/runtime/usr/lib {base}/runtime/files {base}/app/files/bin {base}/app/export
cd {base}
cp /usr/sbin/ldconfig runtime/usr/bin/
cp {stamp} app/files/bin/stamp
names='runtime=org.bench.Platform/x86_64/1\\nsdk=org.bench.Platform/x86_64/1\\n'
printf "[Runtime]\\nname=org.bench.Platform\\n$names" > runtime/metadata
printf "[Application]\\nname=org.bench.Stamp\\n${{names}}command=stamp\\n" > app/metadata
flatpak build-export --runtime repo runtime 1
flatpak build-export repo app 1
flatpak --user remote-add --no-gpg-verify bench {base}/repo
flatpak --user install -y --noninteractive bench org.bench.Platform//1
flatpak --user install -y --noninteractive bench org.bench.Stamp//1
"""


class Flatpak:
    """An app of one static program on an empty runtime. `trouble` says why there is none."""

    def __init__(self, world):
        self.trouble = ""
        self.world = world
        self.env = {**world.env, "FLATPAK_USER_DIR": f"{world.home}/flatpak/user"}
        self.bus = world.start(["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
        address = self.bus.stdout.readline().decode().strip()
        # It asks a system bus for parental controls: any bus that has none will do.
        self.env.update(DBUS_SESSION_BUS_ADDRESS=address, DBUS_SYSTEM_BUS_ADDRESS=address)
        script = FLATPAK.format(base=f"{world.home}/flatpak", stamp=bench("bench-stamp"))
        child = world.start(["sh", "-c", script], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        message = child.communicate(timeout=120)[1].decode().strip()
        if child.returncode != 0:
            self.trouble = message.splitlines()[-1] if message else "no reason given"

    command = ("flatpak", "run", "--user", "--sandbox", "org.bench.Stamp")

    def end(self):
        self.bus.kill()
        self.bus.wait()
