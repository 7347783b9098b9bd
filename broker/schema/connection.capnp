@0xde3f70a91b6c4825;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# What an app is connected with at this moment. Seen by the person's programs, never by apps.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";

struct Connection {
  id @0 :UInt64;            # Within its sandbox.
  destination @1 :Text;     # As it was asked for: "example.org:443/tcp". Of one from outside: who came, and to what.
  address @2 :Text;         # What it led to; empty before that is known.
  direction @3 :Direction;
  state @4 :State;
  since @5 :G.Time;
  used @6 :G.Time;
  ended @7 :G.Time;         # 0 while it lasts.
  bytesIn @8 :UInt64;       # To the app.
  bytesOut @9 :UInt64;
  program @10 :Text;        # Whose it is, for display; empty if unknown.
  pid @11 :Int32;
  instance @12 :Text;       # Set by the broker.
  grant @13 :Text;          # By which it is; empty while it is held.
  ending @14 :Ending;       # Of one that ended.

  enum Direction {
    out @0;
    in @1;
  }

  enum State {
    held @0;                # Waits for the person.
    connecting @1;
    open @2;
    ended @3;
  }

  enum Ending {
    none @0;                # It lasts.
    finished @1;            # As both sides wished.
    endedByYou @2;
    pausedByYou @3;
    permissionOver @4;
    timeOver @5;            # Of the permission.
    bytesUsedUp @6;
    networkOff @7;          # Switched off for all.
    denied @8;
    notFound @9;            # Its name.
    notReachable @10;
    noAnswer @11;
    refusedByOtherSide @12;
    brokenOffByApp @13;
    brokenOffByOtherSide @14;
    givenUpByApp @15;       # Before it was connected.
    nothingListens @16;     # Inside, for one who came from outside.
    failed @17;             # Of ours.
  }
}

struct Listener {
  # Something that listens inside.
  port @0 :UInt16;
  udp @1 :Bool;
  loopback @2 :Bool;        # On a loopback address alone.
  program @3 :Text;
  grant @4 :Text;           # By which it can be reached from outside; empty: not at all.
  id @5 :UInt64;            # Of this very one: whatever listens there later has another.
}
