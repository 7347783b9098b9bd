// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/preamble.h"

#include <kj/debug.h>

#include <string_view>

#include "portals/peer/failure.h"

namespace latchkey::peer {
namespace {

constexpr size_t SIZE = 16;
constexpr std::string_view MAGIC = "LATCHKEY";
constexpr size_t VERSION_AT = 8, PURPOSE_AT = 9, REST_AT = 10;

static_assert(VERSION == schema::PROTOCOL_VERSION && VERSION <= 0xff);

}  // namespace

kj::Promise<void> send(kj::AsyncOutputStream& stream, Preamble preamble) {
  kj::byte bytes[SIZE] = {};
  std::copy(MAGIC.begin(), MAGIC.end(), bytes);
  bytes[VERSION_AT] = static_cast<kj::byte>(preamble.version);
  bytes[PURPOSE_AT] = static_cast<kj::byte>(preamble.purpose);
  co_await stream.write(bytes, SIZE);
}

kj::Promise<kj::Maybe<Preamble>> receive(kj::AsyncInputStream& stream) {
  char bytes[SIZE];
  auto count = co_await stream.tryRead(bytes, SIZE, SIZE);
  if (count == 0) co_return nullptr;
  std::string_view text(bytes, count);
  if (count != SIZE || !text.starts_with(MAGIC)) fail(Why::UNREACHABLE);
  Preamble result{static_cast<Purpose>(text[PURPOSE_AT]), static_cast<unsigned char>(text[VERSION_AT])};
  if (text.substr(REST_AT) != std::string_view("\0\0\0\0\0\0", 6)) fail(Why::UNREACHABLE);
  switch (result.purpose) {
    case Purpose::SESSION:
    case Purpose::WORDS:
    case Purpose::INVITATION: break;
    default: fail(Why::UNREACHABLE);
  }
  if (result.version < 1) fail(Why::TOO_OLD);
  co_return result;
}

}  // namespace latchkey::peer
