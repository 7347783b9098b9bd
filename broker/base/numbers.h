// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Text as a number, when all of it is one.

#include <charconv>
#include <optional>
#include <string_view>

namespace latchkey {

// Decimal, no sign but '-', no blanks; nothing where it is something else or does not fit.
template <typename Number>
std::optional<Number> numberFrom(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace latchkey
