// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Words of the protocol as people and scripts write them, both ways. The names are the schema's own: one list.

#include <string>
#include <string_view>

#include "app/rules/enum-names.h"
#include "broker/base/clock.h"
#include "broker/schema/grant.capnp.h"
#include "broker/schema/request.capnp.h"

namespace latchkey::cli {

using latchkey::named;
using latchkey::nameOf;
using latchkey::namesOf;

// The enum value called `name`, else a UsageError that names the choices.
template <typename Enum>
Enum chosen(std::string_view what, std::string_view name);

// once, run, always, `30s`, `15m`, `8h`, `7d`, or a time. Throws UsageError for anything else, a past time among it.
void readLifetime(std::string_view text, const Clock& clock, schema::Lifetime::Builder lifetime);
// once, run, always, or the time.
std::string lifetimeName(schema::Lifetime::Reader lifetime);
// "this time", "while it runs", "until 2026-01-31T12:00:00Z", "always".
std::string lifetimeWords(schema::Lifetime::Reader lifetime);

std::string timeText(int64_t nanos);
// "17B", "12K", "3M".
std::string shortSize(uint64_t bytes);
// "3 s ago", "5 min ago", "yesterday": for listings on a terminal.
std::string agoText(int64_t nanos, const Clock& clock);

inline std::string text(capnp::Text::Reader reader) { return {reader.begin(), reader.size()}; }
inline std::string bytes(capnp::Data::Reader reader) {
  return {reinterpret_cast<const char*>(reader.begin()), reader.size()};
}
inline capnp::Data::Reader asData(std::string_view text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}
inline kj::StringPtr ptr(const std::string& text) { return {text.c_str(), text.size()}; }

// What a grant or request is about, for JSON and for shownPath(): the path where there is one, else the target.
std::string targetOf(schema::Object::Reader object);

}  // namespace latchkey::cli

#include "app/cli/words.h"

template <typename Enum>
Enum latchkey::cli::chosen(std::string_view what, std::string_view name) {
  KJ_IF_MAYBE (value, named<Enum>(name)) return *value;
  throw UsageError(std::string(what) + " is one of: " + namesOf<Enum>());
}
