// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/texts.h"

#include <algorithm>
#include <format>

#include "broker/base/numbers.h"
#include "broker/base/text.h"

namespace latchkey::repository {
namespace {

constexpr size_t MAX_LOCATION = 1024;

bool isWordPart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// The host of a URL, without its port.
std::string_view hostOf(std::string_view rest) {
  auto end = std::min(rest.find('/'), rest.size());
  auto host = rest.substr(0, end);
  if (host.starts_with('[')) return host.substr(0, std::min(host.find(']'), host.size() - 1) + 1);
  return host.substr(0, host.find(':'));
}

}  // namespace

std::optional<std::vector<std::string_view>> Lines::next(std::string_view word, size_t parts) {
  auto end = m_rest.find('\n');
  if (end == m_rest.npos) return {};
  auto line = m_rest.substr(0, end);
  std::vector<std::string_view> found;
  for (;;) {
    auto tab = line.find('\t');
    found.push_back(line.substr(0, tab));
    if (tab == line.npos || found.size() > parts) break;
    line.remove_prefix(tab + 1);
  }
  if (found.size() != parts || found[0] != word) return {};
  m_rest.remove_prefix(end + 1);
  return found;
}

std::optional<Blob> Blob::of(const std::vector<std::string_view>& parts, size_t at) {
  auto size = numberFrom<uint64_t>(parts[at]), packed = numberFrom<uint64_t>(parts[at + 1]);
  if (!size || !packed || *size == 0 || *size > MAX_SIZE || *packed == 0 || *packed > *size || !isDigest(parts[at + 2]))
    return {};
  return Blob{.digest = std::string(parts[at + 2]), .size = *size, .packed = *packed};
}

std::string Blob::text() const { return std::format("{}\t{}\t{}", size, packed, digest); }

std::optional<SignedText> SignedText::of(std::string_view file) {
  auto end = file.find("\n\n");
  if (end == file.npos) return {};
  return SignedText{file.substr(0, end + 1), file.substr(end + 2)};
}

bool SignedText::isOf(const PublicKey& key) const {
  auto parsed = Signature::parse(signature);
  return parsed && parsed->isOf(key, text);
}

std::string signedText(std::string_view text, const SecretKey& key) {
  auto title = text.substr(0, text.find('\n'));
  return std::string(text) + "\n" + key.sign(text, title, "signature of a Latchkey repository");
}

bool isChannel(std::string_view text) {
  return !text.empty() && text.size() <= 32 && !text.starts_with('-') &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool isLocation(std::string_view text) {
  if (text.empty() || text.size() > MAX_LOCATION) return false;
  if (text.starts_with('/')) return escaped(text) == text;
  auto plain = [](char c) {
    return isWordPart(c) || std::string_view("-._~:/[]%+,;=!$&'()*").find(c) != std::string_view::npos;
  };
  if (!std::ranges::all_of(text, plain)) return false;
  if (text.starts_with("https://")) return !hostOf(text.substr(8)).empty();
  if (!text.starts_with("http://")) return false;
  // Nobody stands between here and there. By number: what a name means is somebody else's word.
  auto host = hostOf(text.substr(7));
  return host == "127.0.0.1" || host == "[::1]";
}

}  // namespace latchkey::repository
