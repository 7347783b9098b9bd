@0xb505a7dabc9ee2c3;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Requests: questions waiting for a person, and the answers they get.
#
# Seen by the person's programs. An app sees only the outcome of its own request.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using Grant = import "grant.capnp";

struct Request {
  id @0 :Text;
  app @1 :Text;             # Holder: APP-ID or APP-ID@PROFILE.
  appName @2 :Text;         # Petname.
  instance @3 :Text;
  kind @4 :Grant.Kind;
  object @5 :Grant.Object;
  access @6 :Grant.Access;
  claim @7 :Text;           # The app's own words. Untrusted; bounded and escaped by the broker.
  since @8 :Grant.Time;
  deadline @9 :Grant.Time;
  state @10 :State;
  scopes @11 :List(Grant.Scope);   # What an answer may choose from; the first is the narrowest.
  pid @12 :Int32;           # Asking process in the broker's pid namespace, 0 if unknown. For display only.
  program @13 :Text;        # Its program name, for display only.
  directory @14 :Bool;      # The thing is a folder.
  size @15 :UInt64;         # Bytes; entries for a folder.
  modified @16 :Grant.Time;
  create @17 :Bool;         # The thing does not exist yet: the app wants to save it.
  decided @18 :Grant.Time;  # 0 while waiting.
  grant @19 :Text;          # The grant an "allow" made.
  visible @20 :Bool;        # The one of its app that may be on the screen now.
  alsoWaiting @21 :UInt32;  # Further requests of the same app behind this one.
  mayBeFast @22 :Bool;      # An answer of scope `tree`, for longer than once, may be `fast`.

  enum State {
    waiting @0;
    allowed @1;
    denied @2;       # An explicit no: holds for the run.
    never @3;        # A standing no.
    dismissed @4;    # Closed without an answer: declined once, nothing stored.
    timedOut @5;     # No answer in time: declined once, nothing stored.
    withdrawn @6;    # The asker went away.
    unpresentable @7;  # --ask no, or the window that showed it died: declined once, nothing stored.
  }
}

struct Answer {
  verdict @0 :Verdict;
  access @1 :Grant.Access;      # At most what was asked for.
  scope @2 :Grant.Scope;        # One of the request's `scopes`.
  lifetime @3 :Grant.Lifetime;
  fast @4 :Bool;                # See Grant.fast. Only where the request says so.

  enum Verdict {
    allow @0;
    deny @1;
    never @2;
    dismiss @3;
  }
}
