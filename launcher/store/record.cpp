// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/record.h"

#include <charconv>
#include <format>

#include "broker/base/text.h"
#include "launcher/bundle/bundle-id.h"
#include "launcher/store/layout.h"

namespace latchkey::store {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

// Takes `name = value` lines off the front, in their order.
class Lines {
public:
  explicit Lines(std::string_view text) : m_rest(text) {}
  bool good() const { return m_good && m_rest.empty(); }

  std::string_view value(std::string_view name) {
    auto end = m_rest.find('\n');
    auto line = m_rest.substr(0, end);
    bool named = line.starts_with(name) && line.substr(name.size()).starts_with(" = ");
    m_good = m_good && end != m_rest.npos && named;
    if (!m_good) return {};
    m_rest.remove_prefix(end + 1);
    return line.substr(name.size() + 3);
  }
  std::string text(std::string_view name) {
    auto in = value(name);
    m_good = m_good && in.size() >= 2 && in.front() == '"' && in.back() == '"';
    std::string result;
    for (size_t i = 1; m_good && i + 1 < in.size(); ++i) {
      if (in[i] == '\\') ++i;
      result += in[i];
    }
    return result;
  }
  int64_t number(std::string_view name) {
    auto in = value(name);
    int64_t result = 0;
    m_good = m_good && std::from_chars(in.data(), in.data() + in.size(), result).ec == std::errc();
    return result;
  }

private:
  std::string_view m_rest;
  bool m_good = true;
};

}  // namespace

std::string Record::text() const {
  return std::format(
      "format = 1\nid = {}\nsigner = {}\norigin = {}\nautomatic = {}\nsince = {}\nchanged = {}\ncurrent = {}\n"
      "previous = {}\npending = {}\nforget = {}\n",
      quoted(id), quoted(signer.line()), quoted(origin), automatic, since, changed, quoted(current), quoted(previous),
      quoted(pending), forget);
}

kj::Maybe<Record> Record::parse(std::string_view text) {
  Lines lines(text);
  Record record;
  lines.value("format");
  record.id = lines.text("id");
  auto signer = PublicKey::parse(lines.text("signer"));
  record.origin = lines.text("origin");
  record.automatic = lines.value("automatic") == "true";
  record.since = lines.number("since");
  record.changed = lines.number("changed");
  record.current = lines.text("current");
  record.previous = lines.text("previous");
  record.pending = lines.text("pending");
  record.forget = lines.value("forget") == "true";
  if (!lines.good() || !signer || !isBundleId(record.id)) return nullptr;
  record.signer = *signer;
  for (auto* deploy : {&record.current, &record.previous, &record.pending}) {
    if (!deploy->empty() && !isDeployName(*deploy)) return nullptr;
  }
  if (record.text() != text || escaped(record.origin) != record.origin) return nullptr;
  return record;
}

}  // namespace latchkey::store
