@0xc6a1f4b27d9e8053;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Network portal: between the broker and `latchkey-net`. NOT reachable from a sandbox.
#
# The portal is the only wire out of a sandbox's network namespace: whatever leaves is a connection the portal makes for
# it. It knows packets, names and connections; the broker knows who may. The portal never decides to allow: it carries
# out the grants it was given, asks when there is none, and refuses when nobody answers.
#
# A destination is a line of text (broker/base/destination.h): "example.org:443/tcp", "*.example.org", "internet",
# "10.0.0.0/8". A place to listen is one too (broker/base/listening.h): "8080/tcp@localhost".

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";
using L = import "launcher.capnp";
using C = import "connection.capnp";
using I = import "instance.capnp";

interface NetworkPortal {
  attach @0 (instance :Text, holder :Text, facts :L.SandboxFacts, asker :NetworkAsker) -> (sandbox :SandboxNetwork);
  # Makes the wire in the sandbox's network namespace. Fails, leaving the sandbox without a network, if any of it cannot
  # be done. `holder`: names keep their addresses within one (see names.h).

  statistics @1 () -> (sandboxes :UInt32, connections :UInt32, held :UInt32, descriptors :UInt32);

  reconnected @2 (sandboxes :List(Reattached)) -> ();
  # After a broker restart: askers for the sandboxes the portal came home with. What is held is asked again.

  dial @3 (destination :Text) -> (socket :I.Descriptor, address :Text);
  # A connection outside that is no sandbox's: to a single host and TCP port. Fails where nobody answers, and where the
  # name leads elsewhere than the destination says.

  struct Reattached {
    instance @0 :Text;
    asker @1 :NetworkAsker;
  }
}

struct NetworkGrant {
  id @0 :Text;
  union {
    destination @1 :Text;     # May be reached. Canonical.
    listening @2 :Text;       # What listens there inside can be reached from outside. Canonical.
    service @8 :Text;         # "db:5432/tcp": a service of elsewhere, inside by this name and at localhost, this port.
                              # Who connects there is connected by `NetworkAsker.dial`.
  }
  expires @3 :G.Time;         # 0: not by time. The portal enforces it also while no broker is there.
  once @4 :Bool;              # Ends when the last connection made under it is over.
  limits @5 :G.Limits;        # Both ways together, and of all sandboxes that hold it. When bytes are used up, in all or
                              # for the day, the portal ends it.
  suspended @6 :Bool;
  deny @7 :Bool;              # A standing refusal: where no more specific grant reaches it is refused without a question.
  passed @9 :UInt64;          # Bytes so far, of `limits.bytes`,
  passedToday @10 :UInt64;    # and of `limits.bytesPerDay` on this day:
  day @11 :Int64;             # a number that grows by one at each midnight of the person's.
}

interface SandboxNetwork {
  # One sandbox's wire. Dropping it does not cut it: `detach` does, or the end of the sandbox.
  add @0 (grant :NetworkGrant) -> (handle :NetworkLive);
  # Returns when the next packet is judged by it, and for `listening` when it is listened on. Fails where it cannot be
  # (the port is taken).
  detach @1 () -> ();
  grants @2 () -> (list :List(Live));
  connections @3 (most :UInt32) -> (list :List(C.Connection), more :UInt64);
  # What is connected, held or lately ended, last used first.
  endConnection @4 (id :UInt64) -> ();
  # Resets both sides. The grant stays.
  listeners @5 () -> (list :List(C.Listener));
  # What listens inside at this moment.
  cutAll @6 (off :Bool) -> ();
  # The panic button: every connection is reset, and until it is switched on again all is refused at once.
  reach @7 (port :UInt16) -> (socket :I.Descriptor);
  # A connection to what listens there inside, from an address that is not loopback. Fails where nothing does, and while
  # the network is switched off.
  limit @8 (limits :G.Limits, passedToday :UInt64, day :Int64) -> ();
  # What all connections of the holder may move together, over whatever grants: `bytesPerSecond` and `bytesPerDay`. Used
  # up for the day, every connection is reset and all is refused until the next one begins.

  struct Live {
    id @0 :Text;
    handle @1 :NetworkLive;
    deny @2 :Bool;
  }
}

interface NetworkLive {
  # Enforcement of one grant in one sandbox.
  revoke @0 () -> ();
  # Refuses from then on and resets what was connected by it, on both sides. Returns when that is done.
  suspend @1 () -> ();
  resume @2 () -> ();
  lapse @3 () -> ();
  # Like `revoke`, but what it gave is asked for again.
  counters @4 () -> (live :UInt32, uses :UInt64, bytesIn :UInt64, bytesOut :UInt64, used :G.Time, passed :UInt64);
  # `passed`: as in `NetworkGrant`, with what the broker has not been told.
}

interface NetworkAsker {
  # Implemented by the broker, one per sandbox.
  ask @0 (wanted :Wanted) -> (outcome :Outcome) $Cxx.allowCancellation;
  # Waits until decided. On `granted` the broker has already added the grant to the sandbox: look again.
  # Dropping the call withdraws the question.
  used @1 (grant :Text, live :UInt32, uses :UInt64, bytesIn :UInt64, bytesOut :UInt64, used :G.Time) -> ();
  # Told at most once a second per grant, and at once when `live` goes to or from 0.
  refused @2 (destination :Text, why :Text) -> ();
  # For the journal: something was refused without a question. Rate-limited by the portal.
  ended @3 (grant :Text, passed :UInt64) -> ();
  # The portal ended it by itself: it expired, `once` was over, or its bytes were used up, be it for the day. `passed`: as
  # in `NetworkGrant`, with what the broker has not been told.
  listening @4 (listeners :List(C.Listener)) -> ();
  # The set of what listens inside has changed. Looked at while something may listen, once a second at most.
  dial @5 (grant :Text, socket :I.Descriptor) -> (instead :I.Descriptor) $Cxx.allowCancellation;
  # Of a grant of a service: connects `socket`, a TCP socket of ours, with it; returns when that is done. Its other end is
  # the app's connection, and a reset is one. `instead`, if not null: a socket that leads there itself.

  struct Wanted {
    destination @0 :Text;     # "example.org:443/tcp", or with an address where the app used one. Canonical.
    pid @1 :Int32;            # Asking process in the host's pid namespace; 0 if unknown. Display only.
    program @2 :Text;
    raw @3 :Bool;             # The app used an address and gave no name.
    local @4 :Text;           # Not empty: the name leads to this address of the local network, or of this computer. It
                              # is asked about again, as such, after the name itself was allowed.
  }

  enum Outcome {
    granted @0;
    declined @1;       # This once.
    deniedForRun @2;   # The portal may refuse equal wishes by itself until a grant is added that reaches them.
    unavailable @3;    # No broker to ask.
  }
}

interface NetworkStart {
  # Bootstrap that the portal finds on descriptor 3 when a broker starts it.
  begin @0 (portal :NetworkPortal) -> (cookie :Data);
}
