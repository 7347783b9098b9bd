// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Why an app says that it wants what it asks for.
//
// Its author has said so beforehand, in the manifest: this thing, for that reason. An app that meets a file or a host
// says nothing itself; then the author's reason stands in the question, as words of theirs. Nothing is decided by it.

#include <string>
#include <vector>

#include "broker/grants/grant.h"
#include "broker/schema/launcher.capnp.h"

namespace latchkey {

struct AppClaim {
  Kind kind = Kind::File;
  Object object;
  Access access = Access::Read;
  std::string reason;  // Escaped and cut already.
};

// Those that say something about a thing that can be asked for; what is written in a way nobody understands is left
// out. `home`: what `~` is, as paths are once they are resolved.
std::vector<AppClaim> claimsFrom(capnp::List<schema::AppDescription::Claim>::Reader claims, const std::string& home);

// The reason of the narrowest claim that reaches so far. Empty if there is none.
std::string reasonFor(const std::vector<AppClaim>& claims, Kind kind, const Object& object, Access access);

}  // namespace latchkey
