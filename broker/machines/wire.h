// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Text and bytes between messages and strings.

#include <capnp/blob.h>
#include <kj/string.h>

#include <string>

namespace latchkey {

inline std::string textOf(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }
inline std::string textOf(capnp::Data::Reader data) {
  return {reinterpret_cast<const char*>(data.begin()), data.size()};
}
inline capnp::Data::Reader dataOf(const std::string& bytes) {
  return {reinterpret_cast<const kj::byte*>(bytes.data()), bytes.size()};
}

}  // namespace latchkey
