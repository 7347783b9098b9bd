// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Messages to and from name servers, written byte by byte.

#include <kj/array.h>

#include <QByteArray>
#include <string>

namespace latchkey::network {

inline kj::ArrayPtr<const kj::byte> bytesOf(const QByteArray& array) {
  return {reinterpret_cast<const kj::byte*>(array.data()), static_cast<size_t>(array.size())};
}

class Words {
public:
  explicit Words(const std::string& bytes) : m_bytes(QByteArray::fromStdString(bytes)) {}
  // A header for one question.
  explicit Words(uint16_t id) : m_bytes("\0\0\1\0\0\1\0\0\0\0\0\0", 12) { set(0, id >> 8).set(1, id & 0xff); }
  Words(uint16_t id, const std::string& name, int type) : Words(id) {
    for (size_t at = 0; at < name.size();) {
      auto label = name.substr(at, name.find('.', at) - at);
      more(static_cast<char>(label.size()) + label);
      at += label.size() + 1;
    }
    more(std::string({0, static_cast<char>(type >> 8), static_cast<char>(type), 0, 1}));
  }

  Words& set(qsizetype at, int value) {
    m_bytes[at] = static_cast<char>(value);
    return *this;
  }
  Words& more(const std::string& bytes) {
    m_bytes += QByteArray::fromStdString(bytes);
    return *this;
  }
  Words& extension(int room, int version = 0) {
    set(11, m_bytes[11] + 1);
    return more(
        {0, 0, 41, static_cast<char>(room >> 8), static_cast<char>(room), 0, static_cast<char>(version), 0, 0, 0, 0});
  }

  const QByteArray& array() const { return m_bytes; }
  kj::ArrayPtr<const kj::byte> bytes() const { return bytesOf(m_bytes); }

private:
  QByteArray m_bytes;
};

}  // namespace latchkey::network
