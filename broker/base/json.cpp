// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/base/json.h"

#include <stdlib.h>
#include <string.h>

#include <cstdio>

#include "broker/base/text.h"

namespace latchkey {
namespace {

// JSON can spell any character, so what would reverse or hide the text around it in a terminal is spelled out here: the
// value a script reads is the same. `piece` is one whole character.
std::string spelled(std::string_view piece) {
  auto clean = escaped(piece);
  if (clean == piece) return clean;
  auto point = strtoul(clean.c_str() + strlen("\\u{"), nullptr, 16);  // As escaped() writes it.
  char escape[16];
  if (point < 0x10000) {
    snprintf(escape, sizeof escape, "\\u%04lx", point);
  } else {
    snprintf(escape, sizeof escape, "\\u%04lx\\u%04lx", 0xd800 + ((point - 0x10000) >> 10), 0xdc00 + (point & 0x3ff));
  }
  return escape;
}

}  // namespace

std::string jsonString(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < 0x20 || c == 0x7f) {
      char escape[8];
      snprintf(escape, sizeof escape, "\\u%04x", c);
      out += escape;
    } else if (c < 0x80) {
      out += static_cast<char>(c);
    } else {
      // The shortest piece that is whole UTF-8, else one replaced byte.
      size_t length = 2;
      while (length <= 4 && i + length <= text.size() && !isUtf8(text.substr(i, length))) ++length;
      if (length <= 4 && i + length <= text.size()) {
        out += spelled(text.substr(i, length));
        i += length - 1;
      } else {
        out += "\xef\xbf\xbd";
      }
    }
  }
  return out += '"';
}

JsonArray& JsonArray::object() {
  m_text += m_anyObject ? "},\n {" : "{";
  m_anyObject = true;
  m_anyField = false;
  return *this;
}

void JsonArray::separate(std::string_view name) {
  if (m_anyField) m_text += ", ";
  m_anyField = true;
  m_text += jsonString(name) + ": ";
}

JsonArray& JsonArray::field(std::string_view name, std::string_view value) {
  separate(name);
  m_text += jsonString(value);
  return *this;
}

JsonArray& JsonArray::field(std::string_view name, int64_t value) {
  separate(name);
  m_text += std::to_string(value);
  return *this;
}

JsonArray& JsonArray::field(std::string_view name, double value) {
  separate(name);
  char text[32];
  snprintf(text, sizeof text, "%.3f", value);
  m_text += text;
  return *this;
}

JsonArray& JsonArray::flag(std::string_view name, bool value) {
  separate(name);
  m_text += value ? "true" : "false";
  return *this;
}

std::string JsonArray::finish() {
  m_text += m_anyObject ? "}]\n" : "]\n";
  return std::move(m_text);
}

}  // namespace latchkey
