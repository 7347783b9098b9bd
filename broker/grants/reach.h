// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How far a grant on a named thing goes, and whether one such reach lies inside another.
//
// Of the network, the canonical target alone decides (broker/base/destination.h, listening.h, service.h); the scope
// says only how the person came to it.
//
// Paths are compared as bytes of resolved paths; nothing here looks at the disk. That is sound because a grant's path
// was resolved when the person saw it, and the file portal enforces the inode.

#include <string_view>

#include "broker/base/destination.h"
#include "broker/base/listening.h"
#include "broker/base/service.h"
#include "broker/base/where.h"
#include "broker/grants/grant.h"

namespace latchkey {

inline bool hasPath(Kind kind) { return kind == Kind::File || kind == Kind::Folder; }

// What the network portal enforces.
inline bool isOfNetwork(Kind kind) { return kind == Kind::Network || kind == Kind::Listen || kind == Kind::Service; }

inline bool isOfFiles(Scope scope) { return scope <= Scope::Tree || scope == Scope::Pattern; }

// Absolute, no empty, "." or ".." component, no NUL, no slash at the end except "/" itself, at most 4095 bytes.
bool isCleanPath(std::string_view path);

// "/a" lies in "/a" and "/", not in "/ab". Both clean.
bool liesIn(std::string_view path, std::string_view folder);

inline bool isOfNetwork(Scope scope) { return scope >= Scope::Host && scope <= Scope::Network; }

// Whether it is a destination, a place to listen or a service, as such are written.
bool isCanonical(Kind kind, const std::string& target);

// Where a grant of this object holds, for files and folders. Refers to the object's own text.
Where whereOf(Kind kind, const Object& object);

}  // namespace latchkey
