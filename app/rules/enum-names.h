// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Words of the protocol as people and scripts write them, both ways. The names are the schema's own: one list.

#include <capnp/schema.h>

#include <string>
#include <string_view>

namespace latchkey {

template <typename Enum>
std::string nameOf(Enum value) {
  auto all = capnp::Schema::from<Enum>().getEnumerants();
  auto index = static_cast<uint16_t>(value);
  if (index >= all.size()) return "unknown";
  return all[index].getProto().getName().cStr();
}

template <typename Enum>
kj::Maybe<Enum> named(std::string_view name) {
  for (auto enumerant : capnp::Schema::from<Enum>().getEnumerants()) {
    if (name == enumerant.getProto().getName().cStr()) return static_cast<Enum>(enumerant.getOrdinal());
  }
  return nullptr;
}

// All names of an enum, for messages: "read, write".
template <typename Enum>
std::string namesOf() {
  std::string list;
  for (auto enumerant : capnp::Schema::from<Enum>().getEnumerants()) {
    if (!list.empty()) list += ", ";
    list += enumerant.getProto().getName().cStr();
  }
  return list;
}

}  // namespace latchkey
