// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What names mean, as pure functions on text: no file is touched here.
//
// Paths are absolute, without "." and "..", without a closing slash (but "/" itself). They come from the broker or are
// put together here from a known folder and one checked name, never taken whole from a sandbox.

#include <string>
#include <string_view>

#include "broker/base/where.h"

namespace latchkey::files {

// Names of files of our own beside granted ones. No sandbox ever sees or makes such a name.
constexpr std::string_view OWN_PREFIX = ".latchkey-";

std::string_view parentOf(std::string_view path);
std::string_view nameOf(std::string_view path);
std::string join(std::string_view folder, std::string_view name);

// Strictly below; a folder is not below itself.
bool isBelow(std::string_view path, std::string_view folder);
inline bool isWithin(std::string_view path, std::string_view folder) { return path == folder || isBelow(path, folder); }
// `path` below `folder` as a relative path; "" for the folder itself.
std::string_view relativeTo(std::string_view path, std::string_view folder);

// Absolute, no empty, "." or ".." part, no NUL, not longer than the kernel takes.
bool isProperPath(std::string_view path);
// One part of a path that an app may name.
bool isProperName(std::string_view name);

// Some part below `folder` begins with a dot.
bool isHiddenBelow(std::string_view path, std::string_view folder);

// A name that programs use on the way to saving `granted`: see the list in rules.cpp. Such a name is never asked about
// and never the person's own file of that name, so the list holds what editors are known to make and no more.
bool looksTemporary(std::string_view name, std::string_view granted);
// The same of any file in this place, which is one of names alone.
bool looksTemporary(std::string_view path, const Where& where);

}  // namespace latchkey::files
