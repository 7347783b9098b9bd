// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/failure.h"

#include <capnp/schema.h>

#include <string_view>

namespace latchkey::peer {
namespace {

constexpr std::string_view REMOTE = "remote exception: ";

std::string_view textOf(const kj::Exception& exception) {
  auto description = exception.getDescription();
  return {description.begin(), description.size()};
}

template <typename Enum>
kj::StringPtr nameOf(Enum value) {
  auto all = capnp::Schema::from<Enum>().getEnumerants();
  return all[static_cast<unsigned>(value)].getProto().getName();
}

template <typename Enum>
Enum valueOf(const kj::Exception& exception, Enum otherwise) {
  auto text = textOf(exception);
  while (text.starts_with(REMOTE)) text.remove_prefix(REMOTE.size());
  for (auto each : capnp::Schema::from<Enum>().getEnumerants()) {
    auto name = each.getProto().getName();
    if (text == std::string_view(name.begin(), name.size())) return static_cast<Enum>(each.getOrdinal());
  }
  return otherwise;
}

kj::Exception made(kj::StringPtr text) {
  return kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::heapString(text));
}

}  // namespace

kj::Exception failure(Why why) { return made(nameOf(why)); }
kj::Exception failure(ThingWhy why) { return made(nameOf(why)); }

void fail(Why why) {
  kj::throwFatalException(failure(why));
  KJ_UNREACHABLE;
}
void fail(ThingWhy why) {
  kj::throwFatalException(failure(why));
  KJ_UNREACHABLE;
}

Why whyOf(const kj::Exception& exception) { return valueOf(exception, Why::BROKEN); }
ThingWhy thingWhyOf(const kj::Exception& exception) { return valueOf(exception, ThingWhy::UNKNOWN); }

bool isFromAfar(const kj::Exception& exception) { return textOf(exception).starts_with(REMOTE); }

}  // namespace latchkey::peer
