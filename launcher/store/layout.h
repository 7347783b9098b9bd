// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What lies where in the store (README.md), and how it is reached: by descriptors, from one folder down, never through
// a link. The few links that mean something (`current`, ...) are read as text and checked.

#include <kj/io.h>

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::store {

constexpr std::string_view FORMAT = "latchkey store 1\n";

constexpr const char* CURRENT = "current";
constexpr const char* PREVIOUS = "previous";
constexpr const char* PENDING = "pending";

// A folder below `folder`, for reading. None if it is not there, or lies behind a link or on another file system.
kj::AutoCloseFd tryEnter(int folder, const std::string& path);
// A regular file below it, for reading. Likewise.
kj::AutoCloseFd tryOpen(int folder, const std::string& path);
// Whole, up to so many bytes. Nothing if it cannot be had.
kj::Maybe<std::string> tryRead(int folder, const std::string& path, size_t most);

// Without "." and "..". `folder` may be O_PATH.
std::vector<std::string> namesIn(int folder);

// Of a deploy's folder: the version, and the beginning of the digest of its list.
std::string deployName(std::string_view version, std::string_view listDigest);
bool isDeployName(std::string_view name);
std::string versionOf(std::string_view deployName);

// The deploy that a link of an app (CURRENT, ...) names; empty if there is no link, or it is none of ours.
std::string linkedDeploy(int app, const char* link);

}  // namespace latchkey::store
