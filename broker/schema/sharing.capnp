@0xe3c21a32e40227c3;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Sharing: the person's side of what is shared with other machines, and of what they offer. NOT reachable from a sandbox,
# nor from another machine.
#
# What is shared is a grant like any other, whose holder is "machine:" and the machine's id: it is listed, paused and
# revoked by `Person`. What another machine's offer gave is one too, whose holder is "from:" and its id; what apps hold of
# it is derived from that.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";
using M = import "machine.capnp";

struct OfferInfo {
  id @0 :Text;               # Ours.
  machine @1 :Text;          # Whose it is.
  machineName @2 :Text;      # Its petname.
  kind @3 :G.Kind;
  title @4 :Text;            # Their words: bounded and escaped, as are `chain` and `service`.
  access @5 :G.Access;
  until @6 :G.Time;          # 0: no end is set.
  limits @7 :G.Limits;
  mayPassOn @8 :Bool;
  chain @9 :List(Text);      # Through whom it comes, the origin first.
  service @10 :Text;         # What speaks there; empty: not known.
  since @11 :G.Time;
  state @12 :State;
  why @13 :Text;             # One line, of one that is over or suspended.
  suspended @14 :Bool;       # For now, by its owner.
  over @15 :G.Time;
  grant @16 :Text;           # Of one that was accepted: what this machine holds by it.
  cause @17 :Cause;          # The same as `why`, for who has words of their own.
  run @18 :M.AppRun;         # Of kind `app`: what the last start of it has come to, as far as it was told.
  refused @19 :Text;         # Likewise: one line, why it could not be started lately; empty: it was not refused.
  connected @20 :Bool;       # Its machine is, at this moment.

  enum State {
    new @0;
    accepted @1;
    declined @2;
    over @3;
  }
  enum Cause {
    none @0;
    endedByOwner @1;
    expired @2;
    usedUp @3;
    ownerLost @4;            # What it came from ended.
    suspended @5;
    replaced @6;
  }
}

struct ShareInfo {
  # What is known of something that is shared, beside the grant that it is.
  grant @0 :Text;
  mayPassOn @1 :Bool;
  taken @2 :Bool;            # Its person has accepted it.
}

struct WishInfo {
  # What this machine's person asked another one's for. Not kept when Latchkey ends.
  id @0 :Text;
  machine @1 :Text;
  machineName @2 :Text;      # Its petname.
  kind @3 :G.Kind;
  name @4 :Text;             # What it is called, as far as who asks knows; empty: whichever.
  access @5 :G.Access;
  claim @6 :Text;            # Why, for the other person to read.
  seconds @7 :UInt64;        # For how long it is wanted; 0: `always`, or as the other person likes.
  always @8 :Bool;
  since @9 :G.Time;
  state @10 :State;
  why @11 :Text;             # One line, of one that failed; of one that waits, why nobody is asked yet.
  decided @12 :G.Time;       # 0 while it waits.
  offer @13 :Text;           # Of one that was given: the offer that was accepted by it,
  grant @14 :Text;           # and what this machine holds by that.
  place @15 :Data;           # Where files that were given are found.

  enum State {
    waiting @0;
    given @1;
    declined @2;             # By the other person, or nobody answered there.
    withdrawn @3;
    failed @4;
  }
}

interface Sharing {
  share @0 (machine :Text, kind :G.Kind, target :Text, name :Text, lifetime :G.Lifetime, limits :G.Limits,
            mayPassOn :Bool, parent :Text, access :G.Access) -> (grant :Text);
  # Kind `service`: `target` is what an app listens on ("postgres:5432", by its holder), or a program of this computer
  # ("@computer:5432"). Kind `network`: one host and port of the network. Kinds `file` and `folder`: its path; `access` is of
  # these alone. Kind `app`: the id of an installed app, or ID@PROFILE, to be started and stopped. `name`: what to call it
  # there; empty: as it is. `parent`: the grant of another machine's offer; then it is passed on, and `kind`, `target` and
  # `access` are those.

  offers @1 (over :Bool) -> (list :List(OfferInfo));
  # Newest first. `over`: also those that ended or were declined in the last 30 days.
  accept @2 (offer :Text, holder :Text, place :Text, instance :Text) -> (grant :Text);
  # Gives it to an app, which finds it at `place` ("db:5432": by that name, and at localhost). Files have a place of their
  # own, which is the grant's `object`; they are there when this returns, or could not be had yet. Without `holder`: to nobody
  # yet. May be called again, for others. `instance`: to this one of the app that runs, while it runs; empty: always.
  decline @3 (offer :Text) -> ();
  # Also of one that was accepted: all that was made of it ends.

  watch @4 (observer :SharingObserver) -> (handle :SharingHandle);

  shares @5 () -> (list :List(ShareInfo));
  # Of all that is shared and has not ended.

  ask @6 (wish :WishInfo, keep :Bool) -> (wish :Text, handle :SharingHandle);
  # Asks a machine's person for something of theirs, of kind `service`, `network`, `folder` or `file`: when it is connected, and
  # again when the connection was lost meanwhile, for a day. What they give is accepted at once. Of `wish`, what is not said
  # by this machine is read. Without `keep` it is withdrawn when `handle` is dropped. The same again, while it waits, is one.
  wishes @7 () -> (list :List(WishInfo));
  # Newest first: those that wait, and those lately decided.
  wait @8 (wish :Text) -> (wish :WishInfo) $Cxx.allowCancellation;
  # Returns when it waits no longer.
  takeBack @9 (wish :Text) -> ();
  # Nobody is asked any more. What was given by it stays.

  start @10 (offer :Text) -> (number :UInt64) $Cxx.allowCancellation;
  # Of kind `app`, and accepted: starts it there. Returns when that is under way; `OfferInfo.run` says what comes of it.
  # While it runs: that one. Fails with one line for the person.
  stop @11 (offer :Text) -> () $Cxx.allowCancellation;
  # What was started by that. Returns when it has ended.
}

interface SharingObserver {
  changed @0 () -> ();
  # Offers, wishes, or what is known of shares, are others than before. Gathered; the first comes at once.
}

interface SharingHandle {
  # Dropping it ends the watching.
}
