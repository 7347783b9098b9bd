// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Identities as types. An instance id cannot be passed where a grant id is meant, and none of them is a plain string.
//
// Outside they are opaque strings: random, unguessable (128 bits), never reused.

#include <compare>
#include <string>
#include <string_view>

namespace latchkey {

// 16 random bytes from the kernel as 26 characters of [a-z2-7]. Throws if the kernel refuses, which it does not.
std::string randomToken();

template <typename Tag>
class Id {
public:
  Id() = default;
  explicit Id(std::string text) : m_text(std::move(text)) {}
  static Id fresh() { return Id(randomToken()); }

  const std::string& text() const { return m_text; }
  bool empty() const { return m_text.empty(); }
  auto operator<=>(const Id&) const = default;

private:
  std::string m_text;
};

using GrantId = Id<struct GrantTag>;
using RequestId = Id<struct RequestTag>;
using InstanceId = Id<struct InstanceTag>;

}  // namespace latchkey

template <typename Tag>
struct std::hash<latchkey::Id<Tag>> {
  size_t operator()(const latchkey::Id<Tag>& id) const { return std::hash<std::string>()(id.text()); }
};
