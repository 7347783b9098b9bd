// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/times.h"

#include <time.h>

#include <charconv>

namespace latchkey {
namespace {

// Reads exactly `width` digits at `at` and moves past them.
kj::Maybe<int> digits(std::string_view text, size_t& at, size_t width) {
  if (at + width > text.size()) return nullptr;
  int value = 0;
  auto end = text.data() + at + width;
  auto [stop, error] = std::from_chars(text.data() + at, end, value);
  if (error != std::errc() || stop != end || text[at] == '-') return nullptr;
  at += width;
  return value;
}

bool skip(std::string_view text, size_t& at, std::string_view any) {
  if (at >= text.size() || any.find(text[at]) == any.npos) return false;
  ++at;
  return true;
}

}  // namespace

std::string formatTime(WallTime time) {
  if (time == WallTime()) return {};
  auto nanos = toNanos(time);
  time_t seconds = nanos / 1'000'000'000 - (nanos % 1'000'000'000 < 0 ? 1 : 0);
  tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  return {text, strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

int64_t dayOf(WallTime time) {
  auto nanos = toNanos(time);
  time_t seconds = nanos / 1'000'000'000 - (nanos % 1'000'000'000 < 0 ? 1 : 0);
  tm local{};
  localtime_r(&seconds, &local);
  std::chrono::year_month_day date{std::chrono::year(local.tm_year + 1900),
                                   std::chrono::month(static_cast<unsigned>(local.tm_mon + 1)),
                                   std::chrono::day(static_cast<unsigned>(local.tm_mday))};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

int64_t dayOfCount(int64_t counted, int64_t today) {
  constexpr int64_t AHEAD = 2;  // What time zones can differ by.
  return counted > today + AHEAD ? today : counted;
}

kj::Maybe<Duration> parseDuration(std::string_view text) {
  if (text.size() < 2) return nullptr;
  int64_t count = 0;
  auto end = text.data() + text.size() - 1;
  auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stop != end || count <= 0 || text[0] == '+') return nullptr;
  int64_t unit = 0;
  switch (text.back()) {
    case 's': unit = 1; break;
    case 'm': unit = 60; break;
    case 'h': unit = 3600; break;
    case 'd': unit = 86400; break;
    default: return nullptr;
  }
  constexpr int64_t TEN_YEARS = 86400LL * 3653;
  if (count > TEN_YEARS / unit) return nullptr;
  return Duration(std::chrono::seconds(count * unit));
}

kj::Maybe<WallTime> parseTime(std::string_view text) {
  size_t at = 0;
  int field[6];
  constexpr size_t WIDTH[6] = {4, 2, 2, 2, 2, 2};
  constexpr std::string_view AFTER[6] = {"-", "-", "Tt ", ":", ":", ""};
  for (int i = 0; i < 6; ++i) {
    KJ_IF_MAYBE (value, digits(text, at, WIDTH[i])) field[i] = *value;
    else return nullptr;
    if (!AFTER[i].empty() && !skip(text, at, AFTER[i])) return nullptr;
  }
  int64_t nanos = 0;
  if (skip(text, at, ".")) {
    int64_t unit = 100'000'000;
    size_t start = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) nanos += (text[at] - '0') * unit;
    if (at == start) return nullptr;
  }
  int64_t offset = 0;
  if (!skip(text, at, "Zz")) {
    if (at >= text.size()) return nullptr;
    int sign = text[at] == '-' ? -1 : 1;
    if (!skip(text, at, "+-")) return nullptr;
    KJ_IF_MAYBE (hours, digits(text, at, 2)) {
      if (!skip(text, at, ":")) return nullptr;
      KJ_IF_MAYBE (minutes, digits(text, at, 2)) {
        if (*hours > 23 || *minutes > 59) return nullptr;
        offset = sign * (*hours * 3600LL + *minutes * 60LL);
      } else return nullptr;
    } else return nullptr;
  }
  if (at != text.size()) return nullptr;
  tm utc{};
  utc.tm_year = field[0] - 1900;
  utc.tm_mon = field[1] - 1;
  utc.tm_mday = field[2];
  utc.tm_hour = field[3];
  utc.tm_min = field[4];
  utc.tm_sec = field[5];
  if (field[0] < 1970 || field[0] > 2261 || field[3] > 23 || field[4] > 59 || field[5] > 60) return nullptr;
  tm normal = utc;
  time_t seconds = timegm(&normal);
  if (normal.tm_mon != utc.tm_mon || normal.tm_mday != utc.tm_mday) return nullptr;
  return WallTime(std::chrono::seconds(seconds - offset) + Duration(nanos));
}

kj::Maybe<uint64_t> parseBytes(std::string_view text) {
  // Not "MB", which is a million of them to some.
  bool spelled = text.ends_with("iB");
  if (spelled) text.remove_suffix(2);
  if (text.empty()) return nullptr;
  unsigned shift = 0;
  switch (text.back()) {
    case 'K': shift = 10; break;
    case 'M': shift = 20; break;
    case 'G': shift = 30; break;
    case 'T': shift = 40; break;
    default: break;
  }
  if (spelled && shift == 0) return nullptr;
  auto number = shift == 0 ? text : text.substr(0, text.size() - 1);
  uint64_t count = 0;
  auto end = number.data() + number.size();
  auto [stop, error] = std::from_chars(number.data(), end, count);
  if (number.empty() || error != std::errc() || stop != end || count == 0) return nullptr;
  constexpr uint64_t MOST = uint64_t{1} << 62;  // The store's numbers are signed.
  if (count > MOST >> shift) return nullptr;
  return count << shift;
}

std::string formatBytes(uint64_t bytes) {
  constexpr std::string_view UNITS = "KMGT";
  size_t unit = 0;
  for (; bytes != 0 && bytes % 1024 == 0 && unit < UNITS.size(); ++unit) bytes /= 1024;
  return std::to_string(bytes) + std::string(unit == 0 ? "" : UNITS.substr(unit - 1, 1));
}

}  // namespace latchkey
