@0xe50ab53ecd608da3;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Peer portal: between the broker and `latchkey-peer`, the only process that reads bytes of other machines. NOT reachable
# from a sandbox, nor from another machine.
#
# The portal opens no sockets and no files: each connection is a descriptor that the broker made or accepted, and is
# taken up or closed. It knows certificates, sessions and streams; the broker knows who is who, what is shared with them,
# and asks the person. It ends with its broker; sessions are made anew.
#
# `latchkey-peer --make-identity` makes a key and its certificate, writes one message, an `Identity`, to its standard output,
# and ends.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";
using I = import "instance.capnp";
using M = import "machine.capnp";

interface PeerStart {
  # Bootstrap that the portal finds on descriptor 3 when a broker starts it.
  begin @0 (portal :PeerPortal) -> (identity :Identity, host :PeerHost);
}

struct Identity {
  key @0 :Data;             # Private key, PKCS #8 DER, ECDSA P-256.
  certificate @1 :Data;     # X.509 DER, of the one shape (portals/peer/certificate.h).
  hello @2 :M.Hello;        # What to announce at first.
  id @3 :Text;              # As others know it: hash of the public key. Told by who makes it; the portal looks for itself.
}

struct KnownMachine {
  id @0 :Text;              # Hash of its public key: 52 letters of base 32.
  certificate @1 :Data;
  version @2 :UInt16;       # The newest protocol it ever spoke.
}

interface PeerPortal {
  machines @0 (known :List(KnownMachine)) -> ();
  # All that may be connected with from now on. Sessions of others have ended when it returns.

  open @1 (socket :I.Descriptor, machine :Text) -> ();
  # A connected stream socket, to where that machine may be. Returns when a call was answered over it, and
  # `PeerHost.connected` was told; fails with a `LinkFailure`'s name.
  accepted @2 (socket :I.Descriptor, from :Text) -> ();
  # Somebody has connected. `from`: their address without port, for limits; empty: known to be local. Returns at once.

  admit @3 (words :Bool, invitations :Bool) -> ();
  # Whether those whom nobody knows are let in to compare words, or to show an invitation. At the start: no.
  pair @4 (socket :I.Descriptor, invitation :Invitation) -> (certificate :Data, name :Text, machine :Text) $Cxx.allowCancellation;
  # To a machine that admits it. `invitation` null: by words (`PeerHost.compare`). Both have agreed when it returns, and
  # `PeerHost.paired` was told. Fails with a `LinkFailure`'s name. Dropping the call breaks it off.

  announce @6 (hello :M.Hello) -> ();
  # What to say of this machine in sessions and pairings that begin from now on, in the place of `Identity.hello`.

  statistics @5 () -> (sessions :UInt32, unpaired :UInt32, exports :UInt32, descriptors :UInt32);

  struct Invitation {
    # As the link carries it.
    id @0 :Data;            # 16 bytes.
    secret @1 :Data;        # 16 bytes.
    machine @2 :Text;       # Who made it: another certificate is refused before the secret is used.
  }
}

struct LinkFailure {
  enum Why {
    unreachable @0;         # Nothing, or nothing of ours, answered there.
    refused @1;             # It does not know us, or not any more.
    keyChanged @2;          # Another certificate than the one that is known.
    tooOld @3;              # An older version than it once spoke, or than can be spoken.
    tooNew @4;
    notAdmitting @5;        # Nobody there is adding a machine; or the invitation is over, used or unknown.
    differ @6;              # The person here, or there, said that the words differ.
    crossed @7;             # Another session with it goes on, and that one is kept.
    broken @8;              # It broke off, or did not keep to the protocol.
    silent @9;              # No answer in time.
  }
}

interface PeerHost {
  # Implemented by the broker.
  connected @0 (machine :Text, hello :M.Hello, session :FarMachine, from :Text) -> (desk :MachineDesk);
  # A session began. A call was answered, so both know each other. `from`: as `accepted` was told; empty: by `open`.
  ended @1 (machine :Text, why :LinkFailure.Why, reason :M.Machine.Reason) -> ();
  # That session is over.

  compare @2 (certificate :Data, name :Text, words :List(Text), machine :Text,
              joining :Bool) -> (match :Bool) $Cxx.allowCancellation;
  # Shows the words; waits for the person. The portal drops it when the other side is gone. `joining`: this side began it,
  # by `pair`.
  redeem @3 (invitation :Data, certificate :Data, name :Text, transcript :Data, proof :Data,
             machine :Text) -> (proof :Data);
  # Somebody shows an invitation of ours. Returns our proof, and the invitation is used up, on disk, before that; fails if
  # it is not good. The same machine may show it again while it lasts: the connection may have broken before it had our
  # proof. HMAC-SHA-256 by the secret of a letter ('j' joins, 'i' invited) and the transcript.
  paired @4 (certificate :Data, name :Text, invitation :Data, machine :Text) -> ();
  # Both agreed. On disk when it returns. `invitation`: by which, or empty. `machine`: the certificate's id, here as above.

  refused @5 (from :Text, why :LinkFailure.Why, machine :Text) -> ();
  # For the journal; rate-limited by the portal. `machine`: the id it shows, or empty.
}

interface FarMachine {
  # One session with one machine, as the broker speaks to it. Dropping it ends the session.
  offer @0 (offer :M.Offer) -> ();
  withdraw @1 (offers :List(M.Withdrawal)) -> ();
  take @2 (offer :Text) -> (token :Data);
  decline @3 (offer :Text) -> ();
  restore @4 (token :Data) -> (thing :FarThing);
  wish @5 (wish :M.Wish) -> (offer :Text) $Cxx.allowCancellation;
  end @6 (reason :M.Machine.Reason) -> ();
  measure @7 () -> (microseconds :UInt64);   # One round trip.
}

interface FarThing {
  # Something of the other machine's, live in this session. Dropping it lets it go.
  connect @0 (socket :I.Descriptor) -> ();
  # `socket`, a stream socket of ours, is from now on the far service. Returns when the other machine has connected it.
  counters @1 () -> (live :UInt32, uses :UInt64, bytesIn :UInt64, bytesOut :UInt64);
  start @2 () -> (number :UInt64);
  stop @3 () -> ();
  # Of an app, as `M.App` says; it cannot be connected with.
}

interface MachineDesk {
  # What a far machine may ask of this one; implemented by the broker, one for each session. All of it is bounded by the
  # portal, none of it is to be believed.
  offered @0 (offer :M.Offer) -> ();
  withdrawn @1 (offers :List(M.Withdrawal)) -> ();
  taken @2 (offer :Text) -> (token :Data);
  declined @3 (offer :Text) -> ();
  restored @4 (token :Data, door :LiveDoor) -> (access :G.Access, service :NearService, app :NearApp);
  # `door`: by which the broker ends it. One of `service` and `app`. Fails with the name of an `M.ThingFailure`.
  wished @5 (wish :M.Wish) -> (offer :Text) $Cxx.allowCancellation;
}

interface LiveDoor {
  # One restored thing of ours, held by a far machine.
  revoke @0 () -> ();
  # Nothing of it works any more when it returns; what was connected is reset.
  suspend @1 () -> ();
  resume @2 () -> ();
}

interface NearService {
  # What leads to the shared thing itself. Implemented by the broker, which asks the portal that can reach it.
  connect @0 () -> (socket :I.Descriptor);
  used @1 (live :UInt32, uses :UInt64, bytesIn :UInt64, bytesOut :UInt64) -> ();
  # Told at most once a second, and at once when `live` goes to or from 0.
}

interface NearApp {
  # The same for an app. Implemented by the broker.
  start @0 () -> (number :UInt64);
  stop @1 () -> ();
}
