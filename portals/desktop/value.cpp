// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/value.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <string.h>

namespace latchkey::desktop {
namespace {

void check(int result, const char* what) {
  if (result < 0) KJ_FAIL_REQUIRE("a message could not be handled", what, strerror(-result));
}

// So many values of one message are more than anybody means.
constexpr size_t MOST_VALUES = 1'000'000;

class Reader {
public:
  explicit Reader(sd_bus_message* message) : m_message(message) {}

  Value::List all() {
    Value::List values;
    while (sd_bus_message_at_end(m_message, 0) == 0) values.push_back(one());
    return values;
  }

private:
  Value one() {
    KJ_REQUIRE(++m_count < MOST_VALUES, "a message of too many values");
    char type = 0;
    const char* contents = nullptr;
    check(sd_bus_message_peek_type(m_message, &type, &contents), "peek");
    switch (type) {
      case SD_BUS_TYPE_STRING:
      case SD_BUS_TYPE_OBJECT_PATH:
      case SD_BUS_TYPE_SIGNATURE: {
        const char* text = nullptr;
        check(sd_bus_message_read_basic(m_message, type, &text), "text");
        return Value::text(type, text);
      }
      case SD_BUS_TYPE_DOUBLE: {
        double number = 0;
        check(sd_bus_message_read_basic(m_message, type, &number), "double");
        return Value(number);
      }
      case SD_BUS_TYPE_UNIX_FD: return descriptor();
      case SD_BUS_TYPE_ARRAY: return array(contents);
      case SD_BUS_TYPE_STRUCT:
      case SD_BUS_TYPE_DICT_ENTRY:
      case SD_BUS_TYPE_VARIANT: return container(type, contents);
      default: return number(type);
    }
  }

  Value number(char type) {
    // Every basic type of the wire is at most eight bytes, and a flag is an int.
    union {
      uint8_t y;
      int b;
      int16_t n;
      uint16_t q;
      int32_t i;
      uint32_t u;
      int64_t x;
      uint64_t t;
    } raw{};
    check(sd_bus_message_read_basic(m_message, type, &raw), "number");
    switch (type) {
      case 'y': return Value::byte(raw.y);
      case 'b': return Value(raw.b != 0);
      case 'n': return Value::ofNumber('n', static_cast<uint64_t>(static_cast<int64_t>(raw.n)));
      case 'q': return Value::ofNumber('q', raw.q);
      case 'i': return Value(raw.i);
      case 'u': return Value(raw.u);
      case 'x': return Value::ofNumber('x', static_cast<uint64_t>(raw.x));
      default: return Value::ofNumber('t', raw.t);
    }
  }

  Value descriptor() {
    int fd = -1;
    check(sd_bus_message_read_basic(m_message, SD_BUS_TYPE_UNIX_FD, &fd), "descriptor");
    int own;
    KJ_SYSCALL(own = fcntl(fd, F_DUPFD_CLOEXEC, 3));
    return Value::descriptor(kj::AutoCloseFd(own));
  }

  Value array(const char* contents) {
    std::string of = contents;
    if (of == "y") {
      const void* bytes = nullptr;
      size_t size = 0;
      check(sd_bus_message_read_array(m_message, 'y', &bytes, &size), "bytes");
      return Value::bytes({static_cast<const char*>(bytes), size});
    }
    check(sd_bus_message_enter_container(m_message, 'a', of.c_str()), "array");
    auto items = all();
    check(sd_bus_message_exit_container(m_message), "array");
    return Value::array(of, std::move(items));
  }

  Value container(char type, const char* contents) {
    std::string of = contents;
    check(sd_bus_message_enter_container(m_message, type, of.c_str()), "container");
    auto items = all();
    check(sd_bus_message_exit_container(m_message), "container");
    if (type == SD_BUS_TYPE_STRUCT) return Value::tuple(std::move(items));
    if (type == SD_BUS_TYPE_VARIANT) return Value::variant(std::move(items.at(0)));
    return Value::pair(std::move(items.at(0)), std::move(items.at(1)));
  }

  sd_bus_message* m_message;
  size_t m_count = 0;
};

void write(sd_bus_message* message, const Value& value);

void writeContainer(sd_bus_message* message, char type, const std::string& contents, const Value::List& items) {
  check(sd_bus_message_open_container(message, type, contents.c_str()), "container");
  for (auto& item : items) write(message, item);
  check(sd_bus_message_close_container(message), "container");
}

void writeNumber(sd_bus_message* message, const Value& value) {
  auto number = value.asNumber();
  auto type = value.type();
  union {
    uint8_t y;
    int b;
    int16_t n;
    uint16_t q;
    int32_t i;
    uint32_t u;
    int64_t x;
    uint64_t t;
  } raw{};
  switch (type) {
    case 'y': raw.y = static_cast<uint8_t>(number); break;
    case 'b': raw.b = number != 0 ? 1 : 0; break;
    case 'n': raw.n = static_cast<int16_t>(number); break;
    case 'q': raw.q = static_cast<uint16_t>(number); break;
    case 'i': raw.i = static_cast<int32_t>(number); break;
    case 'u': raw.u = static_cast<uint32_t>(number); break;
    default: raw.t = number; break;
  }
  check(sd_bus_message_append_basic(message, type, &raw), "number");
}

void write(sd_bus_message* message, const Value& value) {
  auto& signature = value.signature();
  KJ_REQUIRE(!signature.empty(), "an empty value has no place in a message");
  switch (value.type()) {
    case 's':
    case 'o':
    case 'g': check(sd_bus_message_append_basic(message, value.type(), value.asText().c_str()), "text"); break;
    case 'd': {
      auto number = value.asReal();
      check(sd_bus_message_append_basic(message, 'd', &number), "double");
      break;
    }
    case 'h': {
      int fd = value.asDescriptor();
      check(sd_bus_message_append_basic(message, 'h', &fd), "descriptor");
      break;
    }
    case 'a':
      if (value.is("ay")) {
        auto bytes = value.asBytes();
        check(sd_bus_message_append_array(message, 'y', bytes.data(), bytes.size()), "bytes");
      } else {
        writeContainer(message, 'a', signature.substr(1), value.items());
      }
      break;
    case '(': writeContainer(message, 'r', signature.substr(1, signature.size() - 2), value.items()); break;
    case '{': writeContainer(message, 'e', signature.substr(1, signature.size() - 2), value.items()); break;
    case 'v': writeContainer(message, 'v', value.inside().signature(), value.items()); break;
    default: writeNumber(message, value);
  }
}

std::string signaturesOf(const Value::List& items) {
  std::string all;
  for (auto& item : items) all += item.signature();
  return all;
}

}  // namespace

Value Value::byte(uint8_t number) { return ofNumber('y', number); }

Value Value::ofNumber(char type, uint64_t number) {
  Value value;
  value.m_signature = type;
  value.m_number = number;
  return value;
}

Value Value::text(char type, std::string text) {
  Value value(std::move(text));
  value.m_signature = type;
  return value;
}

Value Value::descriptor(kj::AutoCloseFd fd) {
  Value value;
  value.m_signature = "h";
  value.m_descriptor = std::make_shared<kj::AutoCloseFd>(kj::mv(fd));
  return value;
}

void Value::hold(List items) {
  if (!items.empty()) m_items = std::make_shared<const List>(std::move(items));
}

const Value::List& Value::items() const {
  static const List NONE;
  return m_items == nullptr ? NONE : *m_items;
}

Value Value::array(std::string_view of, List items) {
  Value value;
  value.m_signature = "a" + std::string(of);
  value.hold(std::move(items));
  return value;
}

// Kept as one text: pictures come as bytes, and one value for each would be fifty times their size.
Value Value::bytes(std::string_view bytes) {
  Value value;
  value.m_signature = "ay";
  value.m_text = bytes;
  return value;
}

Value Value::texts(const std::vector<std::string>& texts) {
  List items;
  for (auto& one : texts) items.emplace_back(one);
  return array("s", std::move(items));
}

Value Value::tuple(List items) {
  Value value;
  value.m_signature = "(" + signaturesOf(items) + ")";
  value.hold(std::move(items));
  return value;
}

Value Value::pair(Value key, Value held) {
  Value value;
  value.m_signature = "{" + key.m_signature + held.m_signature + "}";
  List both;
  both.reserve(2);
  both.push_back(std::move(key));
  both.push_back(std::move(held));
  value.hold(std::move(both));
  return value;
}

Value Value::variant(Value held) {
  Value value;
  value.m_signature = "v";
  List one;
  one.push_back(std::move(held));
  value.hold(std::move(one));
  return value;
}

Value Value::dictionary(const std::map<std::string, Value>& entries) {
  List items;
  for (auto& [key, held] : entries) items.push_back(pair(key, held.is("v") ? held : variant(held)));
  return array("{sv}", std::move(items));
}

std::string Value::asBytes() const { return is("ay") ? m_text : std::string(); }

std::vector<std::string> Value::asTexts() const {
  std::vector<std::string> texts;
  for (auto& item : items()) texts.push_back(item.asText());
  return texts;
}

const Value& Value::inside() const { return type() == 'v' ? items().front() : *this; }

std::map<std::string, Value> Value::asDictionary() const {
  std::map<std::string, Value> entries;
  if (!is("a{sv}")) return entries;
  for (auto& item : items()) entries.emplace(item.items()[0].m_text, item.items()[1].inside());
  return entries;
}

bool Value::operator==(const Value& other) const {
  return m_signature == other.m_signature && m_number == other.m_number && m_real == other.m_real &&
         m_text == other.m_text && (m_items == other.m_items || items() == other.items());
}

Value::List readAll(sd_bus_message* message) {
  check(sd_bus_message_rewind(message, 1), "rewind");
  return Reader(message).all();
}

void writeAll(sd_bus_message* message, const Value::List& values) {
  for (auto& value : values) write(message, value);
}

}  // namespace latchkey::desktop
