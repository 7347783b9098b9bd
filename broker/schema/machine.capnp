@0x9174662cc0333d29;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Machine: what two paired machines say to each other, through TLS that each pinned to the other's one certificate.
#
# Both ends implement it; each is the other's bootstrap. Whoever calls is the machine whose certificate the channel was
# made with: nothing in a message says who it is. All that comes in is read by `latchkey-peer` alone, hostile until shown
# otherwise: counted, bounded, and told to the broker in words of our own (peer-portal.capnp).
#
# Numbers and meanings stay; what is new is a new method, and known by `Hello.features`.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";

const protocolVersion :UInt16 = 1;

const wishes :Text = "wishes";
# Feature: `Machine.wish` reaches a person. Without it every wish comes back as declined, unheard.

struct Hello {
  version @0 :UInt16;          # The newest protocol this machine speaks. Lower than it once was: refused.
  features @1 :List(Text);     # At most 64, of 40 letters.
  name @2 :Text;               # What it calls itself, at most 64 bytes. A suggestion, never shown as if it were ours.
  epoch @3 :UInt64;            # Counts this machine's changes of what it shares; 0 is before the first.
  port @4 :UInt16;             # Where it accepts connections, at the address it comes from; 0: nowhere.
}

interface Machine {
  greet @0 (hello :Hello) -> (hello :Hello);
  # Comes first; every other call before it fails. Once in a session.

  ping @1 (number :UInt64) -> (number :UInt64);

  goodbye @2 (reason :Reason) -> ();
  # The session is over after it.

  offer @3 (offer :Offer) -> ();
  # Something of the caller's may be used from now on, if the other person wishes. Again with the same id: it has changed.
  withdraw @4 (offers :List(Withdrawal)) -> ();
  # They are over, whether taken or not. Told for the person's sake: what is over no longer works in any case.
  take @5 (offer :Text) -> (token :Data);
  # The person of the caller wants it. 32 random bytes, good for the caller alone. Again: another, and the first is void.
  decline @6 (offer :Text) -> ();
  # They do not, or have given it back.

  restore @7 (token :Data) -> (thing :SharedThing);
  # The live thing, for this session. Fails as `ThingFailure` says.

  wish @8 (wish :Wish) -> (offer :Text) $Cxx.allowCancellation;
  # Asks the other machine's person for something of theirs; waits for their answer. Declined: `offer` is empty, whatever
  # the reason. Else it is the offer that answers it, which is told as any other and says so. Dropping it withdraws.

  enum Reason {
    none @0;
    leaving @1;         # The machine is going down, or Latchkey is.
    forgotten @2;       # Its person wants nothing to do with this one any more.
    crossed @3;         # Another session of the same two machines goes on.
    misbehaved @4;      # Broke a limit.
  }
}

struct Offer {
  # Text is the offering person's: bounded and escaped by who shows it.
  id @0 :Text;                 # At most 64 of [a-z0-9].
  kind @1 :G.Kind;
  title @2 :Text;              # "Photos", "db"; at most 200 bytes.
  access @3 :G.Access;
  until @4 :G.Time;            # 0: no end is set.
  limits @5 :G.Limits;
  mayPassOn @6 :Bool;
  chain @7 :List(Text);        # Through whom it comes, the origin first; empty: it is the offering machine's own.
  service @8 :Text;            # Of kind `service`: what speaks there, as "postgresql"; empty: not known.
  used @9 :UInt64;             # How often so far, where uses are limited.
  answers @10 :Text;           # The receiver's `Wish` that it answers; empty: none. Whether there was one is theirs to know.
  run @11 :AppRun;             # Of kind `app`: what the receiver's last start of it has come to.
}

struct AppRun {
  # Nothing else is told of an app: not what it says, nor whether others have started it.
  state @0 :State;
  code @1 :Int32;              # Of `exited` its status, of `signalled` the signal.
  number @2 :UInt64;           # Grows with each start. Within a session a smaller one is old news.
  since @3 :G.Time;            # Of that state.

  enum State {
    none @0;                   # Not started, or that is forgotten.
    starting @1;
    running @2;
    exited @3;
    signalled @4;
    failed @5;                 # It could not be started. Why is its owner's concern.
  }
}

struct Withdrawal {
  offer @0 :Text;
  why @1 :Why;
  when @2 :G.Time;

  enum Why {
    endedByOwner @0;
    expired @1;
    usedUp @2;
    ownerEnded @3;             # What it was derived from is over.
    suspended @4;              # For now.
    replaced @5;
  }
}

struct Wish {
  kind @0 :G.Kind;
  target @1 :Text;             # Empty: whatever the other person picks.
  access @2 :G.Access;
  claim @3 :Text;              # The asking app's own words.
  app @4 :Text;                # What the asking machine calls the app. Its word.
  id @5 :Text;                 # Made by who asks, as an offer's. Again with the same one: the same wish.
  seconds @6 :UInt64;          # For how long it is wanted. 0: `always`, or as the other person likes.
  always @7 :Bool;
}

struct SharedThing {
  union {
    unknown @0 :Void;          # Of a kind that this version does not know.
    service @1 :Service;       # `service` and `network`: something to be connected with.
    app @2 :App;
  }
}

interface App {
  # Started as its owner would start it, in its own sandbox: nothing is passed to it, nothing of what it says comes back.
  start @0 () -> (number :UInt64);
  # Returns when it is under way; what comes of it is told with the offer (`AppRun`). While it runs: that one. One at a
  # time, started by whoever has it, or whoever it was passed on to.
  stop @1 () -> ();
  # What was started by `start`, and nothing else. Returns when it has ended.
}

interface Service {
  connect @0 (back :ByteStream) -> (forth :ByteStream);
  # One connection. What the service says goes to `back`. Dropping both ends breaks it off.
}

interface ByteStream {
  write @0 (bytes :Data) -> ();
  # At most 64 KiB. Answered when they have been taken: who writes keeps count of what is not, and waits.
  end @1 () -> ();
  # No more bytes this way; the other way goes on.
}

struct ThingFailure {
  # How calls fail: the exception's text is the name of one of these and no more.
  enum Why {
    unknown @0;
    ended @1;                  # It was, and is no more.
    expired @2;
    usedUp @3;
    suspended @4;
    notNow @5;                 # What it leads to does not answer.
    notYours @6;               # No such thing, or another machine's: both look the same.
    tooMany @7;
  }
}
