// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/file-uri.h"

#include <string_view>

namespace latchkey::desktop {
namespace {

constexpr std::string_view PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=:@";
constexpr char DIGITS[] = "0123456789ABCDEF";

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string fileUri(const std::string& path) {
  std::string uri = "file://";
  for (unsigned char c : path) {
    if (PLAIN.find(static_cast<char>(c)) != PLAIN.npos) {
      uri += static_cast<char>(c);
    } else {
      uri += '%';
      uri += DIGITS[c >> 4];
      uri += DIGITS[c & 15];
    }
  }
  return uri;
}

kj::Maybe<std::string> pathOfUri(const std::string& uri) {
  std::string_view rest = uri;
  if (!rest.starts_with("file://")) return nullptr;
  rest.remove_prefix(7);
  if (rest.starts_with("localhost/")) rest.remove_prefix(9);
  if (!rest.starts_with('/')) return nullptr;
  std::string path;
  for (size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '?' || rest[i] == '#') break;
    if (rest[i] != '%') {
      path += rest[i];
      continue;
    }
    if (i + 2 >= rest.size()) return nullptr;
    int high = digit(rest[i + 1]), low = digit(rest[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return nullptr;
    path += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return path;
}

}  // namespace latchkey::desktop
