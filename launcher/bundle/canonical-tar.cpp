// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/canonical-tar.h"

#include <string.h>

#include <format>

namespace latchkey::tar {
namespace {

using Type = BundleEntry::Type;

constexpr size_t NAME = 100;
constexpr uint64_t TIME = 315532800;  // 1 January 1980: before all others, and zip files can say it too.

struct Fields {
  std::string name;
  std::string target = {};
  unsigned mode = 0644;
  uint64_t size = 0;
  uint64_t time = TIME;
  char type = '0';
};

std::string block(const Fields& fields) {
  std::string bytes(BLOCK, '\0');
  auto put = [&](size_t at, std::string_view text) { bytes.replace(at, text.size(), text); };
  put(0, fields.name.substr(0, NAME));
  put(100, std::format("{:07o}", fields.mode));
  put(108, "0000000");
  put(116, "0000000");
  put(124, std::format("{:011o}", fields.size));
  put(136, std::format("{:011o}", fields.time));
  put(148, "        ");
  bytes[156] = fields.type;
  put(157, fields.target.substr(0, NAME));
  put(257, "ustar");
  put(263, "00");
  unsigned sum = 0;
  for (unsigned char c : bytes) sum += c;
  put(148, std::format("{:06o}", sum));
  bytes[154] = '\0';
  return bytes;
}

std::string rest(uint64_t size) { return std::string((BLOCK - size % BLOCK) % BLOCK, '\0'); }

// As GNU tar writes what is too long for a header.
std::string longText(char type, const std::string& text) {
  if (text.size() <= NAME) return {};
  auto content = text + '\0';
  return block({.name = "././@LongLink", .size = content.size(), .time = 0, .type = type}) + content +
         rest(content.size());
}

}  // namespace

std::string header(const BundleEntry& entry) {
  Fields fields{.name = entry.path};
  if (entry.type == Type::Directory) {
    fields.name += '/';
    fields.mode = 0755;
    fields.type = '5';
  } else if (entry.type == Type::Link) {
    fields.target = entry.target;
    fields.mode = 0777;
    fields.type = '2';
  } else {
    fields.mode = entry.executable ? 0755 : 0644;
    fields.size = entry.size;
  }
  return longText('K', fields.target) + longText('L', fields.name) + block(fields);
}

size_t padding(const BundleEntry& entry) { return rest(entry.size).size(); }

std::string end() { return std::string(2 * BLOCK, '\0'); }

}  // namespace latchkey::tar
