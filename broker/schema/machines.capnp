@0xbf408085629b7297;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Machines: the person's side of other machines. NOT reachable from a sandbox, nor from another machine.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";
using I = import "instance.capnp";

struct MachineInfo {
  id @0 :Text;               # Hash of its public key. The holder of what is shared with it is "machine:" and this.
  petname @1 :Text;          # The person's own name for it. Unique.
  announced @2 :Text;        # What it calls itself. Its word.
  stripe @3 :UInt8;          # Which of the eight colours.
  state @4 :State;
  why @5 :Text;              # One line: why it is not connected. Empty where `state` says all.
  paired @6 :G.Time;
  seen @7 :G.Time;           # Last time it was connected; 0: never.
  route @8 :Text;            # By which it is connected, or was last: "lan 192.168.1.7:7357", "ssh anna@desk".
  routes @9 :List(MachineRoute);    # All that are known, in the order in which they are tried.
  blocked @10 :Bool;
  shared @11 :UInt32;        # How many things of mine it may use,
  offered @12 :UInt32;       # and how many of its I may.
  roundTrip @13 :UInt64;     # Microseconds, when last measured; 0: not known.

  enum State {
    offline @0;
    connecting @1;
    connected @2;
    refused @3;              # It does not know this machine any more.
    keyChanged @4;           # Somebody else answers in its place.
    tooOld @5;
    blocked @6;
  }
}

struct MachineRoute {
  text @0 :Text;             # As it is typed: "192.168.1.7", "desk.example.org:7357", "ssh anna@desk", "onion ...".
  origin @1 :Origin;
  tried @2 :G.Time;
  outcome @3 :Text;          # Empty: it worked. Else one line.

  enum Origin {
    typed @0;
    invitation @1;
    seen @2;                 # It came from there.
    found @3;                # On the local network.
  }
}

struct MachineInvitation {
  id @0 :Text;
  made @1 :G.Time;
  until @2 :G.Time;
  used @3 :G.Time;           # 0: not yet.
  by @4 :Text;               # The machine that used it.
  link @5 :Text;             # Only in the answer that makes it.
}

interface Machines {
  list @0 () -> (list :List(MachineInfo), self :OwnMachine);

  invite @1 (seconds :UInt64 = 86400) -> (invitation :MachineInvitation);
  # Good for one machine, once. The link is told this once and kept nowhere.
  invitations @2 () -> (list :List(MachineInvitation));
  cancelInvitation @3 (id :Text) -> ();
  join @4 (link :Text) -> (machine :Text) $Cxx.allowCancellation;
  # Somebody's invitation. Fails with one line for the person.

  admit @5 (presenter :WordsPresenter) -> (handle :MachineHandle);
  # While it is held, machines nearby may ask to be added by comparing words.
  add @6 (address :Text, presenter :WordsPresenter) -> (machine :Text) $Cxx.allowCancellation;
  # A machine whose person is adding one: "192.168.1.7", "desk.example.org:7357", "ssh anna@desk".
  nearby @7 () -> (list :List(Nearby));
  # Who announces itself on the local network. A hint, believed by nobody.

  rename @8 (machine :Text, petname :Text) -> ();
  # Fails for a name that another machine has, or that is no plain line of text.
  forget @9 (machine :Text) -> (ended :List(G.Grant));
  # All that is shared with it, and all that came from it, ends. It may be paired again.
  block @10 (machine :Text, blocked :Bool) -> (ended :List(G.Grant));
  # The same, and it is not let in again, also not by introduction.
  setRoutes @11 (machine :Text, routes :List(Text)) -> ();
  connect @12 (machine :Text) -> (machine :MachineInfo);
  # Tries now; returns when it is connected or every route was tried.
  serve @13 (socket :I.Descriptor) -> ();
  # A stream on which another machine speaks: `latchkey peer serve --stdio`. Returns when it is taken up; who called carries
  # its bytes until one side ends.
  setSelf @14 (self :OwnMachine) -> ();

  watch @15 (observer :MachineObserver) -> (handle :MachineHandle);

  struct Nearby {
    address @0 :Text;
    hint @1 :Text;           # The first letters of the id it announces. Not to be believed.
    known @2 :Text;          # The machine of ours with such an id; empty: none.
  }
}

struct OwnMachine {
  id @0 :Text;
  name @1 :Text;             # What this machine calls itself to others.
  listening @2 :Bool;        # Whether other machines may connect to this one. Even then nothing listens before there is one
                             # that could: a machine that is known, an invitation, or somebody who adds one.
  port @3 :UInt16;           # 0: the usual one, or the next that is free.
  addresses @4 :List(Text);  # Where it can be reached at this moment: "192.168.1.7:7357". Not set by `setSelf`.
  announce @5 :Bool;         # On the local network.
  trouble @6 :Text;          # One line: why it is not reachable although it should be. Empty: all is well.
}

interface MachineHandle {
  # Dropping it ends what it stands for.
}

interface WordsPresenter {
  compare @0 (name :Text, words :List(Text)) -> (match :Bool) $Cxx.allowCancellation;
  # `name`: what the other machine calls itself. Shows the words and asks whether the other screen has the same.
  added @1 (machine :MachineInfo) -> ();
  over @2 (reason :Text) -> ();
  # A comparison that was answered "match" here came to nothing after all: one line. The other person said that the
  # words differ, or did not answer.
}

interface MachineObserver {
  changed @0 (machines :List(MachineInfo));
  gone @1 (ids :List(Text));
}
