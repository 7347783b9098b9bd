@0xb505a7dabc9ee2c3;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# Requests: questions waiting for a person, and the answers they get.
#
# Seen by the person's programs. An app sees only the outcome of its own request.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using Grant = import "grant.capnp";
using I = import "instance.capnp";

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
  chooser @23 :Chooser;     # Null: a question about one thing. Else the person picks files, and picking is the answer.
  opener @24 :Opener;       # Null, or the person picks another app (kind `app`) to open something with.
  network @25 :Network;     # Of kind `network`; else null.
  wish @26 :FarWish;        # Null, or another machine asks: `app` is "machine:" and its id, and the person picks which thing.

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

struct Network {
  # What a person wants to know of a destination beyond its name. Made by Latchkey, except `host`.
  host @0 :Text;            # As the app named it: a name, or an address where it gave no name. Escaped.
  port @1 :UInt16;
  protocol @2 :Text;        # "tcp", "udp", "ping", or "name" for a look-up that is more than an address.
  service @3 :Text;         # What usually speaks there ("https", "imaps"), empty if nothing well known.
  raw @4 :Bool;             # It gave no name.
  local @5 :Text;           # Not empty: it leads to this address, of the local network or of this computer.
  place @6 :Place;
  domain @7 :Text;          # What an answer of scope `domain` would reach, with all below it; empty: not offered.

  enum Place {
    internet @0;
    localNetwork @1;
    thisComputer @2;
  }
}

struct FarWish {
  # What another machine's person would like. All of it is their word: bounded and escaped.
  name @0 :Text;            # What they call it; empty: whichever.
  seconds @1 :UInt64;       # For how long; 0: `always`, or they did not say.
  always @2 :Bool;
  app @3 :Text;             # For which of their apps; empty: not for one.
  stripe @4 :UInt8;         # Of the machine, as `MachineInfo.stripe`. Ours.
}

struct Answer {
  verdict @0 :Verdict;
  access @1 :Grant.Access;      # At most what was asked for.
  scope @2 :Grant.Scope;        # One of the request's `scopes`.
  lifetime @3 :Grant.Lifetime;
  fast @4 :Bool;                # See Grant.fast. Only where the request says so.
  chosen @5 :List(Chosen);      # Of a chooser, or a wish for a file or folder: what was picked. `access` and `lifetime` are of
                                # all of it.
  filter @6 :UInt32;            # Of a chooser with filters: which one was chosen last.
  choices @7 :List(Choice);     # Of a chooser: the app's own options as the person left them.
  app @8 :Text;                 # Of an opener: the app that is to open it.
  limits @9 :Grant.Limits;      # Of the network: bytes, together and a second and a day. Of a wish: uses, and bytes together.
  target @10 :Text;             # Of a wish for a service or a host of the network: which, as `Sharing.share` takes it.
  name @11 :Text;               # Of a wish: what to call it there; empty: as it is.
  mayPassOn @12 :Bool;          # Of a wish.

  enum Verdict {
    allow @0;
    deny @1;
    never @2;
    dismiss @3;
  }
}

struct Chooser {
  # What an app asks its person to pick. Every text in it is the app's: bounded and escaped by the broker.
  purpose @0 :Purpose;
  title @1 :Text;           # Shown as the app's own words; empty: none.
  filters @2 :List(Filter);
  filter @3 :UInt32;        # The one to begin with.
  options @4 :List(Option);
  folder @5 :Data;          # Where to begin, a host path; empty: where this app's person picked last.
  name @6 :Data;            # To save: the name suggested. No slash.
  names @7 :List(Data);     # To save several: their names. The person picks the folder.

  enum Purpose {
    openFile @0;
    openFiles @1;
    openFolder @2;
    openFolders @3;
    saveFile @4;
    saveFiles @5;
  }

  struct Filter {
    name @0 :Text;
    globs @1 :List(Text);   # As "*.png".
    types @2 :List(Text);   # As "image/png", "image/*".
  }

  struct Option {
    id @0 :Text;
    label @1 :Text;
    entries @2 :List(Choice);  # `value` is the label of `id`. Empty: a check box, "true" or "false".
    selected @3 :Text;
  }
}

struct Choice {
  id @0 :Text;
  value @1 :Text;
}

struct Chosen {
  path @0 :Data;            # Host path, absolute.
  object @1 :I.Descriptor;  # O_PATH of what is there; null for a file that is to be made.
}

struct Opener {
  uri @0 :Text;             # Escaped for display; empty for a file: then the request's object says which.
  type @1 :Text;            # MIME type, or "x-scheme-handler/https".
}
