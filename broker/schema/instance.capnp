@0xb67590fe0f247af2;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Instances: running sandboxes, and what is needed to start one.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using Grant = import "grant.capnp";

interface Descriptor {
  # A kernel descriptor, crossing as the descriptor attached to this capability (`getFd()`).
  # It has no methods on purpose: who holds the capability holds the descriptor.
}

enum AskMode {
  ui @0;       # The window asks; without one, requests wait for `latchkey answer`.
  tty @1;      # The terminal the app runs on asks.
  no @2;       # Every request is declined at once.
}

struct EnvironmentEntry {
  name @0 :Data;
  value @1 :Data;
}

struct Designation {
  # A thing the person named themselves. Consent lies in the naming: no question is asked.
  path @0 :Data;               # Resolved host path of `object`.
  object @1 :Descriptor;       # O_PATH, opened once, when the person named it.
  directory @2 :Bool;
  access @3 :Grant.Access;
  origin @4 :Grant.Origin;
  fast @5 :Bool;               # A folder, at full speed: see Grant.fast.
}

struct LaunchSpec {
  # What the person asked to be started. Made by the person's programs only.
  union {
    app @0 :Text;              # Desktop file id without ".desktop", or the path of an AppImage.
    command @1 :List(Data);    # argv of anything else. Never empty.
  }
  arguments @2 :List(Data);    # For `app`: what follows the id. Never read as options, ours or anyone's.
  profile @3 :Text;            # Empty: the default profile.
  runAs @4 :Text;              # For `command`: take the identity of this app. Empty: identity of its own.
  ask @5 :AskMode;
  designations @6 :List(Designation);
  workingDirectory @7 :Data;   # Host path; empty: the home. Only with a workdir designation of it.
  environment @8 :List(EnvironmentEntry);   # Of the person's session. The launcher passes on only names it knows.
  stdin @9 :Descriptor;        # Null: /dev/null.
  stdout @10 :Descriptor;
  stderr @11 :Descriptor;
  terminal @12 :Bool;          # The three are one pty made for this instance, to become its controlling terminal.
  action @13 :Text;            # Desktop action id; empty: the main entry.
  throwaway @14 :Bool;         # --try
}

struct ExitStatus {
  union {
    exited @0 :Int32;
    signalled @1 :Int32;
    failed @2 :Text;           # Latchkey could not start it: one line saying what and what to do. Contract: status 125.
    notExecutable @3 :Text;    # 126
    notFound @4 :Text;         # 127
  }
  lacked @5 :Text;             # What its manifest claims and it did not have, if it failed soon: `own-sandboxes`.
}

struct InstanceInfo {
  id @0 :Text;
  app @1 :Text;                # Holder without profile.
  profile @2 :Text;
  name @3 :Text;               # Petname, else the name its desktop file gives.
  pid @4 :Int32;               # First process of the sandbox, in the broker's pid namespace; 0 before it runs.
  started @5 :Grant.Time;
  state @6 :State;
  icon @7 :Text;               # Icon name or path as in the desktop file. Untrusted: decode by the reader only.
  limits @8 :Text;             # Which back-end limits it: "systemd scope", "delegated cgroup", "rlimits".
  desktop @9 :Text;            # How it reaches a screen: "wayland", "own X server", "shared X server", "none".
  command @10 :Text;           # For display, escaped.
  lacked @11 :Text;            # As in ExitStatus, once it has ended.
  startedBy @12 :Text;         # The holder of the grant by which it was started: "machine:" and an id. Empty: you.
  startedByName @13 :Text;     # That machine's petname.

  enum State {
    starting @0;
    running @1;
    stopping @2;
    ended @3;
  }
}
