@0xba76f04f10920c3e;
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

# App session: what a program inside a sandbox finds at $LATCHKEY_SOCKET.
#
# Everything that comes in here is hostile until shown otherwise: bounded, escaped, never the ground of a decision.
# The caller is the connection the broker was handed by that instance's own launcher; nothing in a message says who it is.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("latchkey::schema");

using G = import "grant.capnp";

interface AppSession {
  about @0 () -> (app :Text, profile :Text, version :Text);

  powerbox @1 () -> (powerbox :Powerbox);
}

interface Powerbox {
  # An app's only way to ask its person for more than it was started with.

  request @0 (query :Descriptor, claim :Text) -> (outcome :Outcome) $Cxx.allowCancellation;
  # Waits until the person decides. Dropping the returned promise withdraws the request.
  #
  # `claim` is shown as the app's own words, cut to 200 characters. No decision is ever based on it.

  struct Descriptor {
    kind @0 :G.Kind;
    path @1 :Data;       # File, folder: a path, or empty for "let me choose". Relative paths are refused.
    access @2 :G.Access;
    target @3 :Text;     # Network, service: what to reach.
  }

  struct Outcome {
    union {
      granted @0 :Granted;
      declined @1 :Void;   # The person said no, or closed the dialog. Both look the same to the app.
    }
  }

  struct Granted {
    path @0 :Data;       # Where the file or folder now is.
    target @1 :Text;
    access @2 :G.Access; # What was given; may be less than was asked for.
    handle @3 :Handle;
  }

  interface Handle {
    # Dropping it gives a "this time" grant back; longer ones stay with the person's record of them.
  }
}
