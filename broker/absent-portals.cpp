// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/absent-portals.h"

#include <bit>
#include <cstdint>

namespace latchkey {
namespace {

static_assert(std::endian::native == std::endian::little, "the first byte of a message says so");

// The D-Bus specification, "Message Protocol": as much of it as these few messages need.
class Text {
public:
  void pad(size_t to) { m_bytes.resize((m_bytes.size() + to - 1) / to * to); }
  void byte(uint8_t value) { m_bytes += static_cast<char>(value); }
  void number(uint32_t value) {
    pad(4);
    m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void string(const std::string& value) {
    number(static_cast<uint32_t>(value.size()));
    m_bytes += value + '\0';
  }
  void signature(const std::string& value) {
    byte(static_cast<uint8_t>(value.size()));
    m_bytes += value + '\0';
  }
  const std::string& bytes() const { return m_bytes; }

private:
  std::string m_bytes;
};

enum class Type : uint8_t { Call = 1, Signal = 4 };
enum class Field : uint8_t { Path = 1, Interface = 2, Member = 3, Destination = 6, Signature = 8 };

struct Header {
  Type type;
  uint32_t serial;
  std::string path, interface, member, destination, signature;
};

void addField(Text& fields, Field field, const char* type, const std::string& value) {
  if (value.empty()) return;
  fields.pad(8);
  fields.byte(static_cast<uint8_t>(field));
  fields.signature(type);
  *type == 'g' ? fields.signature(value) : fields.string(value);
}

std::string message(const Header& header, const Text& body) {
  constexpr uint8_t NO_REPLY = 1, PROTOCOL = 1;
  Text fields;
  addField(fields, Field::Path, "o", header.path);
  addField(fields, Field::Interface, "s", header.interface);
  addField(fields, Field::Member, "s", header.member);
  addField(fields, Field::Destination, "s", header.destination);
  addField(fields, Field::Signature, "g", header.signature);
  Text all;
  all.byte('l');
  all.byte(static_cast<uint8_t>(header.type));
  all.byte(NO_REPLY);
  all.byte(PROTOCOL);
  all.number(static_cast<uint32_t>(body.bytes().size()));
  all.number(header.serial);
  all.number(static_cast<uint32_t>(fields.bytes().size()));
  auto result = all.bytes() + fields.bytes();
  result.resize((result.size() + 7) / 8 * 8);
  return result + body.bytes();
}

std::string toTheBus(uint32_t serial, const std::string& member, const std::string& signature, const Text& body) {
  constexpr char BUS[] = "org.freedesktop.DBus";
  return message({Type::Call, serial, "/org/freedesktop/DBus", BUS, member, BUS, signature}, body);
}

}  // namespace

std::string refusalOfPortals() {
  constexpr uint32_t DO_NOT_QUEUE = 4;
  Text name, failure;
  name.string("org.freedesktop.systemd1");
  name.number(DO_NOT_QUEUE);
  failure.string("latchkey.service");
  failure.string("org.freedesktop.DBus.Error.ServiceUnknown");
  failure.string("Latchkey's desktop portals do not run");
  return std::string(1, '\0') + "AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n" + toTheBus(1, "Hello", "", {}) +
         toTheBus(2, "RequestName", "su", name) +
         message({Type::Signal, 3, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Activator",
                  "ActivationFailure", "org.freedesktop.DBus", "sss"},
                 failure);
}

}  // namespace latchkey
