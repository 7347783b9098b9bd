// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What may be opened with another app, and what it is called in questions and grants.
//
// An address is a message to another program, written by the app. `file:` would name any file of the person's without
// one being given, `javascript:` and `data:` are programs and pages of the app's own in somebody else's window: none of
// them is ever passed on. Others are if they are of the web and of mail, or some installed app says it is for them.
//
// Which app opens what is a grant of kind `app`: "https -> firefox-esr". Held by the app that asks; who opens it holds
// nothing but the file it was given.

#include <string>
#include <vector>

#include "broker/base/places.h"
#include "broker/grants/ledger.h"

namespace latchkey {

// Of a well-formed address, in small letters; empty for what is none: control characters, blanks and what only looks
// like text among it.
std::string schemeOf(std::string_view uri);

// Folders that hold "applications/", the person's own first.
std::vector<std::string> dataFolders(const Places& places);

// Reads the .desktop files of the person and the system: not on the broker's own thread. False for what is never passed
// on.
bool isOpenable(const std::string& scheme, const Places& places);

// MIME type by the name alone, from the shared MIME database. Also not on the broker's own thread.
std::string typeOf(const std::string& path, bool directory);

// A desktop file id: no path, no option.
bool isAppName(std::string_view app);

// "https -> firefox-esr"
Object rememberedAs(const std::string& type, const std::string& app);
// The newest that says so to this instance; empty: none.
std::string rememberedFor(const Ledger& ledger, const std::string& holder, const InstanceId& instance,
                          const std::string& type);

}  // namespace latchkey
