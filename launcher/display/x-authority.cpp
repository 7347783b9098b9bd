// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/display/x-authority.h"

#include <algorithm>
#include <cstdint>

#include "broker/base/random.h"

namespace latchkey {
namespace {

constexpr std::string_view METHOD = "MIT-MAGIC-COOKIE-1";
constexpr uint16_t ANY_ADDRESS = 0xffff, LOCAL = 256;

void put(std::string& out, std::string_view text) {
  out += static_cast<char>(text.size() >> 8);
  out += static_cast<char>(text.size());
  out += text;
}

// Takes a big-endian number and, for texts, as many bytes off the front. Nothing if they are not there.
std::optional<uint16_t> takeNumber(std::string_view& rest) {
  if (rest.size() < 2) return {};
  auto number = static_cast<uint16_t>(static_cast<uint8_t>(rest[0]) << 8 | static_cast<uint8_t>(rest[1]));
  rest.remove_prefix(2);
  return number;
}

std::optional<std::string_view> takeText(std::string_view& rest) {
  auto size = takeNumber(rest);
  if (!size || rest.size() < *size) return {};
  auto text = rest.substr(0, *size);
  rest.remove_prefix(*size);
  return text;
}

}  // namespace

std::string freshXCookie() { return randomBytes(16); }

std::string xAuthorityFile(std::string_view cookie) {
  std::string file = "\xff\xff";
  put(file, "");
  put(file, "");
  put(file, METHOD);
  put(file, cookie);
  return file;
}

std::optional<std::string> findXCookie(std::string_view rest, std::string_view number) {
  while (!rest.empty()) {
    auto family = takeNumber(rest);
    auto address = takeText(rest), display = takeText(rest), method = takeText(rest), cookie = takeText(rest);
    if (!family || !address || !display || !method || !cookie) return {};
    if ((*family == ANY_ADDRESS || *family == LOCAL) && (display->empty() || *display == number) && *method == METHOD)
      return std::string(*cookie);
  }
  return {};
}

std::optional<std::string> localDisplayNumber(std::string_view display) {
  if (display.starts_with("unix:")) display.remove_prefix(4);
  if (!display.starts_with(':')) return {};
  display.remove_prefix(1);
  auto number = display.substr(0, display.find('.'));
  bool digits =
      !number.empty() && number.size() < 6 && std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
  return digits ? std::optional(std::string(number)) : std::nullopt;
}

}  // namespace latchkey
