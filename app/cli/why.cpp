// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey why`: which rule decides, who made it, when and how.

#include "app/cli/command.h"
#include "app/cli/names.h"
#include "app/cli/place.h"
#include "app/cli/sentences.h"
#include "broker/base/files.h"
#include "broker/base/json.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

using Verdict = schema::Reason::Verdict;

std::string wordOf(Verdict verdict) { return nameOf(verdict); }

// What is there by now decides which thing was meant; a name of nothing is a name all the same.
void fillThing(schema::Person::WhyParams::Builder ask, const std::string& typed) {
  auto object = ask.initObject();
  KJ_IF_MAYBE (thing, tryResolve(typed)) {
    ask.setKind(thing->directory ? schema::Kind::FOLDER : schema::Kind::FILE);
    object.setPath(asData(thing->path));
    object.setDevice(thing->device);
    object.setInode(thing->inode);
    object.setScope(thing->directory ? schema::Scope::FOLDER : schema::Scope::FILE);
  } else {
    object.setPath(asData(absolutePath(typed)));
  }
  object.setTarget(ptr(escaped(bytes(object.asReader().getPath()))));
}

std::string sentenceIn(schema::Reason::Reader reason, const std::string& home) {
  if (reason.hasGrant()) return sentenceOf(reason.getGrant(), home);
  if (reason.hasRefusal()) return sentenceOf(reason.getRefusal(), home);
  return brief(text(reason.getLine()), 500);
}

std::string explained(schema::Reason::Reader reason, const std::string& home) {
  auto sentence = sentenceIn(reason, home);
  if (reason.hasGrant()) {
    auto grant = reason.getGrant();
    sentence += "\nYou said so " + timeText(grant.getCreated()) + ", " + originWords(grant.getOrigin()) + ".";
    if (grant.getParent().size() > 0) sentence += " It derives from " + escaped(text(grant.getParent())) + ".";
    if (grant.getLapsed()) sentence += "\nIt lapsed " + timeText(grant.getEnded()) + ": nobody used it for 60 days.";
    else if (grant.getEnded() != 0) sentence += "\nIt ended " + timeText(grant.getEnded()) + ".";
    return "Allowed: " + sentence + "\n  latchkey revoke " + escaped(text(grant.getId())) + "\n";
  }
  if (reason.hasRefusal()) {
    auto refusal = reason.getRefusal();
    return "Refused: " + sentence + "\nYou said so " + timeText(refusal.getSince()) + ".\n  latchkey forget " +
           escaped(text(refusal.getId())) + "\n";
  }
  switch (reason.getVerdict()) {
    case Verdict::ALLOWED: return "Allowed: " + sentence + ".\n";
    case Verdict::DENIED: return "Refused: " + sentence + ".\n";
    default: return "No rule decides: you are asked.\n";
  }
}

void jsonReason(JsonArray& json, schema::Reason::Reader reason, const std::string& home) {
  auto grant = reason.getGrant();
  auto refusal = reason.getRefusal();
  json.object()
      .field("verdict", wordOf(reason.getVerdict()))
      .field("grant", text(grant.getId()))
      .field("refusal", text(refusal.getId()))
      .field("sentence", sentenceIn(reason, home))
      .field("since", timeText(reason.hasGrant() ? grant.getCreated() : refusal.getSince()))
      .field("origin", reason.hasGrant() ? nameOf(grant.getOrigin()) : "")
      .field("ended", timeText(grant.getEnded()));
}

}  // namespace

int explainWhy(Call& call) {
  auto ask = call.link.person().whyRequest();
  if (call.typed.has("--journal")) {
    call.atMost(0);
    ask.setSequence(wholeNumber("--journal", call.typed.value("--journal"), ~0ull >> 1));
    if (ask.getSequence() == 0)
      throw UsageError("--journal is the number of a line: the last word of each in `latchkey log`");
  } else {
    bool network = call.typed.words().size() > 2 && call.typed.words()[1] == "network";
    call.atMost(network ? 3 : 2);
    ask.setApp(call.word(0, "APP-ID (or --journal N)"));
    if (network) {
      ask.setKind(schema::Kind::NETWORK);
      ask.initObject().setTarget(call.word(2, "TARGET"));
    } else {
      fillThing(ask, call.word(1, "PATH"));
    }
    ask.setAccess(chosen<schema::Access>("--access", call.typed.value("--access", "read")));
  }
  auto answer = ask.send().wait(call.link.waits());
  auto reason = answer.getReason();
  auto home = call.link.places().home;
  if (!call.json()) {
    call.console.print(explained(reason, home));
    return DONE;
  }
  JsonArray json;
  jsonReason(json, reason, home);
  call.console.print(json.finish());
  return DONE;
}

}  // namespace latchkey::cli
