@0xbebd9ec494abab21;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Homecoming: how processes that outlived a broker come back to the next one. NOT reachable from a sandbox.
#
# Bootstrap of `$XDG_RUNTIME_DIR/latchkey/return` (0600 in a 0700 directory, peer credentials checked). Nothing is had
# for knowing the socket: each call proves a 256-bit cookie, given at start, of which the store keeps only the SHA-256
# digest, and shows a pidfd that must be of the connecting process.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using I = import "instance.capnp";
using L = import "launcher.capnp";
using F = import "file-portal.capnp";
using N = import "network-portal.capnp";

interface Homecoming {
  launcher @0 (instance :Text, cookie :Data, pidfd :I.Descriptor, control :L.LaunchControl,
               app :L.AppDescription, facts :L.SandboxFacts, running :Bool) -> (session :L.LaunchSession);

  filePortal @1 (cookie :Data, pidfd :I.Descriptor, portal :F.FilePortal, sandboxes :List(Survivor)) -> ();
  # The portal goes on enforcing what it holds; the broker compares with its store and revokes what ended meanwhile.

  networkPortal @2 (cookie :Data, pidfd :I.Descriptor, portal :N.NetworkPortal, sandboxes :List(Connected)) -> ();
  # Likewise.

  struct Survivor {
    instance @0 :Text;
    files @1 :F.SandboxFiles;
  }

  struct Connected {
    instance @0 :Text;
    network @1 :N.SandboxNetwork;
  }
}

interface PortalStart {
  # Bootstrap that a portal finds on descriptor 3 when a broker starts it.
  begin @0 (portal :F.FilePortal) -> (cookie :Data);
}
