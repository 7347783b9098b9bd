// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/link-failure.h"

#include <capnp/schema.h>

#include "broker/base/log.h"

namespace latchkey {
namespace {

int weightOf(LinkWhy why) {
  switch (why) {
    case LinkWhy::REFUSED: return 9;
    case LinkWhy::TOO_OLD: return 8;
    case LinkWhy::TOO_NEW: return 7;
    case LinkWhy::KEY_CHANGED: return 6;
    case LinkWhy::BROKEN: return 5;
    case LinkWhy::SILENT: return 4;
    case LinkWhy::CROSSED: return 3;
    default: return 1;
  }
}

}  // namespace

LinkWhy whyOf(const kj::Exception& exception) {
  auto text = reason(exception);
  auto name = text.substr(text.rfind(' ') + 1);
  for (auto enumerant : capnp::Schema::from<LinkWhy>().getEnumerants()) {
    if (enumerant.getProto().getName() == name.c_str()) return static_cast<LinkWhy>(enumerant.getOrdinal());
  }
  return exception.getType() == kj::Exception::Type::OVERLOADED ? LinkWhy::SILENT : LinkWhy::BROKEN;
}

LinkState stateFor(LinkWhy why) {
  switch (why) {
    case LinkWhy::REFUSED: return LinkState::REFUSED;
    case LinkWhy::KEY_CHANGED: return LinkState::KEY_CHANGED;
    case LinkWhy::TOO_OLD:
    case LinkWhy::TOO_NEW: return LinkState::TOO_OLD;
    default: return LinkState::OFFLINE;
  }
}

std::string wordsFor(LinkWhy why) {
  switch (why) {
    case LinkWhy::UNREACHABLE: return "nothing answers there";
    case LinkWhy::REFUSED: return "it does not know this computer any more";
    case LinkWhy::KEY_CHANGED: return "another machine answers in its place";
    case LinkWhy::TOO_OLD: return "it speaks an older version than it did before";
    case LinkWhy::TOO_NEW: return "this computer's Latchkey is too old for it";
    case LinkWhy::NOT_ADMITTING: return "it is not adding a machine";
    case LinkWhy::DIFFER: return "the words differ";
    case LinkWhy::CROSSED: return "another connection with it goes on";
    case LinkWhy::BROKEN: return "the connection broke";
    case LinkWhy::SILENT: return "no answer in time";
  }
  return "the connection broke";
}

bool saysMore(LinkWhy one, LinkWhy other) { return weightOf(one) > weightOf(other); }

bool mayPass(LinkWhy why) { return stateFor(why) == LinkState::OFFLINE; }

std::string pairingWordsFor(LinkWhy why) {
  switch (why) {
    case LinkWhy::UNREACHABLE:
      return "nothing answers there: is Latchkey running on the other computer, and reachable?";
    case LinkWhy::REFUSED: return "the other computer refused";
    case LinkWhy::KEY_CHANGED: return "the computer that answers there is not the one that made the invitation";
    case LinkWhy::TOO_OLD: return "the other computer's Latchkey is too old";
    case LinkWhy::TOO_NEW: return "this computer's Latchkey is too old for the other one";
    case LinkWhy::NOT_ADMITTING:
      return "nobody there is adding a machine; or the invitation is over, used, or taken back";
    case LinkWhy::DIFFER: return "not added: the words differ, here or there";
    case LinkWhy::CROSSED: return "the other computer is busy with another connection of this one";
    case LinkWhy::BROKEN: return "the connection broke: try again";
    case LinkWhy::SILENT: return "no answer in time";
  }
  return "the connection broke: try again";
}

}  // namespace latchkey
