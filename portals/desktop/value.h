// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A D-Bus value as plain data, so that what an app sends can be looked at, checked against a table, and passed on
// without the code of each portal walking messages by hand.
//
// A value knows its own signature: an empty array still says of what. It never changes, so what it holds is shared
// among copies: one value may be both looked at and passed on.

#include <kj/common.h>
#include <kj/io.h>
#include <systemd/sd-bus.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::desktop {

class Value {
public:
  using List = std::vector<Value>;

  Value() = default;
  Value(const char* text) : Value(std::string(text)) {}  // NOLINT: a literal is a text.
  Value(std::string text) : m_signature("s"), m_text(std::move(text)) {}
  Value(bool flag) : m_signature("b"), m_number(flag ? 1 : 0) {}
  Value(uint32_t number) : m_signature("u"), m_number(number) {}
  Value(int32_t number) : m_signature("i"), m_number(static_cast<uint64_t>(static_cast<int64_t>(number))) {}
  Value(double number) : m_signature("d"), m_real(number) {}

  static Value byte(uint8_t number);
  static Value ofNumber(char type, uint64_t number);  // y n q t x
  static Value path(std::string path) { return text('o', std::move(path)); }
  static Value text(char type, std::string text);  // s o g
  static Value descriptor(kj::AutoCloseFd fd);
  static Value array(std::string_view of, List items = {});
  static Value bytes(std::string_view bytes);                 // ay
  static Value texts(const std::vector<std::string>& texts);  // as
  static Value tuple(List items);
  static Value pair(Value key, Value value);  // A dictionary's entry.
  static Value variant(Value value);
  static Value dictionary(const std::map<std::string, Value>& entries);  // a{sv}

  const std::string& signature() const { return m_signature; }
  bool is(std::string_view signature) const { return m_signature == signature; }
  char type() const { return m_signature.empty() ? '\0' : m_signature[0]; }

  // What it holds. Asking for what it is not gives the empty one.
  const std::string& asText() const { return m_text; }
  bool asFlag() const { return m_number != 0; }
  uint64_t asNumber() const { return m_number; }
  int64_t asSigned() const { return static_cast<int64_t>(m_number); }
  double asReal() const { return m_real; }
  const List& items() const;
  std::string asBytes() const;
  std::vector<std::string> asTexts() const;
  // Of a variant; itself otherwise.
  const Value& inside() const;
  // Of a{sv}. Of equal keys the first counts.
  std::map<std::string, Value> asDictionary() const;
  int asDescriptor() const { return m_descriptor == nullptr ? -1 : m_descriptor->get(); }

  bool operator==(const Value& other) const;

private:
  void hold(List items);

  std::string m_signature;
  uint64_t m_number = 0;
  double m_real = 0;
  std::string m_text;
  std::shared_ptr<const List> m_items;  // None: empty.
  std::shared_ptr<kj::AutoCloseFd> m_descriptor;
};

using Options = std::map<std::string, Value>;

// What a message holds, one value for each argument. Throws if it cannot be read.
Value::List readAll(sd_bus_message* message);
// Appends.
void writeAll(sd_bus_message* message, const Value::List& values);

}  // namespace latchkey::desktop
