@0xd1c0a4f39be5627f;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# What is in a bundle, as the confined process that read it says. Seen by the person's programs and the broker; NOT by
# apps. All of it is the author's word, bounded and clean of control characters by whoever made it - a process that may
# have been taken over by the bundle it read. So it is text to be shown, and nothing is decided by it alone.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

struct BundleReport {
  problem @0 :Text;            # Why there is nothing else; one line.
  id @1 :Text;
  version @2 :Text;
  name @3 :Text;
  summary @4 :Text;
  description @5 :Text;        # Paragraphs, one a line.
  changes @6 :Text;
  licence @7 :Text;
  homepage @8 :Text;
  icon @9 :Text;               # Paths below files/.
  appstream @10 :Text;
  runtime @11 :Text;           # What it runs on: "host", or the id of a runtime,
  runtimeName @27 :Text;       # which has to be this: "debian/13".
  ownSandboxes @12 :Bool;
  gpu @13 :Bool;
  needsX @14 :Bool;
  memoryLimit @15 :UInt64;
  processLimit @16 :UInt32;
  cpuPercent @17 :UInt32;
  translations @18 :List(Translation);
  commands @19 :List(Command);
  services @20 :List(Service);
  claims @21 :List(Claim);
  offers @22 :List(Slot);
  needs @23 :List(Slot);
  files @24 :UInt32;           # Entries of every kind.
  bytes @25 :UInt64;           # Of all files, unpacked.
  hostNeeds @26 :List(Text);   # Only after packing: libraries and interpreters that are not in it.
  isRuntime @28 :Bool;         # No app: others run on it, and it starts and claims nothing.
  provides @29 :List(Text);    # Of a runtime: what it is.

  struct Words {
    language @0 :Text;
    text @1 :Text;
  }
  struct Translation {
    language @0 :Text;
    name @1 :Text;
    summary @2 :Text;
    description @3 :Text;
    changes @4 :Text;
  }
  struct Command {
    name @0 :Text;
    words @1 :List(Text);
    desktop @2 :Text;
  }
  struct Service {
    name @0 :Text;
    words @1 :List(Text);
    listen @2 :List(UInt16);
  }
  struct Claim {
    kind @0 :Text;
    target @1 :Text;
    access @2 :Text;
    reason @3 :Text;
    reasons @4 :List(Words);
  }
  struct Slot {
    name @0 :Text;
    kind @1 :Text;
    service @2 :Text;
    reason @3 :Text;
    reasons @4 :List(Words);
  }
}
