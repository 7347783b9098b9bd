// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/holder.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/text.h"
#include "broker/grants/digest.h"
#include "broker/grants/machine-record.h"

namespace latchkey {
namespace {

constexpr size_t MAX_APP_ID = 512;
constexpr size_t MAX_PROFILE = 64;

bool isPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

void appendEncoded(std::string& text, char c) {
  constexpr char DIGITS[] = "0123456789ABCDEF";
  auto byte = static_cast<unsigned char>(c);
  text += '%';
  text += DIGITS[byte >> 4];
  text += DIGITS[byte & 15];
}

// Every byte outside [A-Za-z0-9._-], and a leading dot: a name for a directory, whatever the app is called.
std::string encodedName(std::string_view app) {
  std::string result;
  for (char c : app) {
    if (isPlain(c) && !(c == '.' && result.empty())) result += c;
    else appendEncoded(result, c);
  }
  // A path component takes 255 bytes; longer ones are cut and told apart by what was cut.
  constexpr size_t LIMIT = 200;
  if (result.size() <= LIMIT) return result;
  auto digest = digestOf(result);
  result.resize(LIMIT);
  for (int i = 0; i < 8; ++i) appendEncoded(result, static_cast<char>(digest[i]));
  return result;
}

void requireApp(std::string_view app) {
  KJ_REQUIRE(!isHeldByMachine(app) && !isReceivedFromMachine(app), "that is another machine, not an app");
}

}  // namespace

bool isProfileName(std::string_view name) {
  return !name.empty() && name.size() <= MAX_PROFILE && name.front() != '.' && std::ranges::all_of(name, isPlain);
}

Holder Holder::of(std::string_view appId, std::string_view profile) {
  requireApp(appId);
  KJ_REQUIRE(!appId.empty() && appId.size() <= MAX_APP_ID, "not an app's name");
  KJ_REQUIRE(profile.empty() || isProfileName(profile), "a profile's name may have letters, digits and . _ -");
  Holder holder;
  auto plain = isUtf8(appId) && escaped(appId) == appId;
  for (char c : appId) {
    bool kept = c != '@' && c != '%' && (plain || (c > ' ' && c < '\x7f'));
    if (kept) holder.app += c;
    else appendEncoded(holder.app, c);
  }
  if (profile != "default") holder.profile = profile;
  return holder;
}

Holder Holder::parse(std::string_view text) {
  auto at = text.rfind('@');
  Holder holder{.app = std::string(text.substr(0, at)), .profile = {}};
  if (at != text.npos) {
    holder.profile = text.substr(at + 1);
    KJ_REQUIRE(isProfileName(holder.profile) && holder.profile != "default", "not an app's name");
  }
  KJ_REQUIRE(!holder.app.empty() && holder.app.size() <= 3 * MAX_APP_ID && !holder.app.contains('@') &&
                 escaped(holder.app) == holder.app,
             "not an app's name");
  return holder;
}

Holder Holder::ofApp(std::string_view text) {
  requireApp(text);
  return parse(text);
}

std::string Holder::directory() const {
  return encodedName(app) + "/" + (profile.empty() ? std::string("default") : profile);
}

std::string plainName(std::string_view app) {
  auto slash = app.rfind('/');
  return std::string(slash == app.npos ? app : app.substr(slash + 1));
}

}  // namespace latchkey
