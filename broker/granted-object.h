// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// From an answer to the grant it makes: "its folder" becomes that very folder, opened and checked now.

#include "broker/base/files.h"
#include "broker/request.h"

namespace latchkey {

struct WantedGrant {
  Grant grant;                        // Without id, instance and times.
  kj::Maybe<kj::AutoCloseFd> object;  // O_PATH of what is granted, where it exists.
};

// `object`: what the request is about, -1 where it does not exist yet. Throws if the answer is not one the request
// offers, or the thing is no longer where it was shown.
WantedGrant wantedGrant(const Request& request, int object, const Answer& answer, WallTime now);

// Throws for a time that has passed, and for full speed, which is not offered here.
void requireLasting(const Answer& answer, WallTime now);

// Throws for limits that nothing of this kind has: of the network they are bytes, of anything else there are none.
void requireLimits(Kind kind, const Limits& limits);

// What can be chosen from for a thing of this kind; the first is the narrowest.
std::vector<Scope> scopesFor(Kind kind, bool directory);

// What a person means who answers a question about that destination with this scope. Throws for one it does not have.
Object networkObject(const Object& asked, Scope scope);

// As people read it: escaped, of bounded length.
std::string targetOf(const std::string& path);

}  // namespace latchkey
