// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey rules`: what stands, one sentence each; making, changing and keeping rules.

#include <algorithm>

#include "app/cli/choose.h"
#include "app/cli/command.h"
#include "app/cli/limits.h"
#include "app/cli/names.h"
#include "app/cli/place.h"
#include "app/cli/rules.h"
#include "app/cli/sentences.h"
#include "app/cli/table.h"
#include "app/rules/preview.h"
#include "broker/base/descriptor.h"
#include "broker/base/json.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

kj::Maybe<schema::Scope> typedScope(Call& call) {
  if (!call.typed.has("--scope")) return nullptr;
  return chosen<schema::Scope>("--scope", call.typed.value("--scope"));
}

schema::Access typedAccess(Call& call, schema::Access otherwise) {
  return call.typed.has("--access") ? chosen<schema::Access>("--access", call.typed.value("--access")) : otherwise;
}

int list(Call& call) {
  call.atMost(1);
  auto home = call.link.places().home;
  auto grants = allGrants(call);
  auto refusals = allRefusals(call);
  if (call.json()) {
    JsonArray json;
    auto field = [&](auto rule, bool never, const std::string& lifetime, bool keep) {
      json.object()
          .field("id", text(rule.getId()))
          .field("holder", text(rule.getHolder()))
          .field("kind", nameOf(rule.getKind()))
          .field("target", targetOf(rule.getObject()))
          .field("scope", nameOf(rule.getObject().getScope()))
          .field("access", nameOf(rule.getAccess()))
          .field("lifetime", lifetime)
          .flag("never", never)
          .flag("keep", keep)
          .field("sentence", sentenceOf(rule, home));
    };
    for (auto grant : grants.getList()) field(grant, false, lifetimeName(grant.getLifetime()), grant.getKeep());
    for (auto refusal : refusals.getList()) field(refusal, true, "always", false);
    call.console.print(json.finish());
    return DONE;
  }
  Table table({"ID", "RULE"});
  for (auto grant : grants.getList())
    table.row({{text(grant.getId()), Tone::Faint}, {sentenceOf(grant, home), Tone::Plain}});
  for (auto refusal : refusals.getList())
    table.row({{text(refusal.getId()), Tone::Faint}, {sentenceOf(refusal, home), Tone::Plain}});
  call.console.print(table.empty() ? "There are no rules: every program asks for everything.\n"
                                   : table.text(call.console));
  return DONE;
}

// Of the network: what is meant is one word more.
int forbidNetwork(Call& call) {
  call.atMost(4);
  auto& target = call.word(3, "TARGET");
  if (!isUtf8(target)) throw UsageError("TARGET is not text");
  auto ask = call.link.person().refuseRequest();
  auto rule = ask.initRule();
  rule.setHolder(call.word(1, "HOLDER"));
  rule.setKind(schema::Kind::NETWORK);
  rule.setNever(true);
  auto object = rule.initObject();
  object.setTarget(target);
  object.setScope(schema::Scope::HOST);
  KJ_IF_MAYBE (scope, typedScope(call)) object.setScope(*scope);
  call.console.print(text(ask.send().wait(call.link.waits()).getId()) + "\n");
  return DONE;
}

int forbid(Call& call) {
  if (call.typed.words().size() > 3 && call.typed.words()[2] == "network") return forbidNetwork(call);
  call.atMost(3);
  auto place = choosePlace(call.word(2, "PLACE"), typedScope(call));
  auto ask = call.link.person().refuseRequest();
  auto rule = ask.initRule();
  rule.setHolder(call.word(1, "HOLDER"));
  rule.setKind(place.kind);
  place.fill(rule.initObject());
  rule.setAccess(typedAccess(call, schema::Access::READ));
  rule.setNever(true);
  ask.setFile(descriptorOf(kj::mv(place.fd)));
  call.console.print(text(ask.send().wait(call.link.waits()).getId()) + "\n");
  return DONE;
}

bool isFast(Call& call, const std::string& id) {
  for (auto grant : allGrants(call).getList()) {
    if (text(grant.getId()) == id) return grant.getFast();
  }
  return false;
}

int edit(Call& call) {
  call.atMost(2);
  auto grants = allGrants(call);
  auto id = chooseGrants(call, {call.word(1, "GRANT")}, false).at(0);
  for (auto grant : grants.getList()) {
    if (text(grant.getId()) != id) continue;
    auto ask = call.link.person().editRequest();
    ask.setGrant(id);
    auto rule = ask.initRule();
    rule.setHolder(call.typed.has("--app") ? call.typed.value("--app") : text(grant.getHolder()));
    rule.setKind(grant.getKind());
    rule.setObject(grant.getObject());
    rule.setAccess(typedAccess(call, grant.getAccess()));
    rule.setLifetime(grant.getLifetime());
    if (call.typed.has("--for")) readLifetime(call.typed.value("--for"), call.clock, rule.initLifetime());
    bool always = rule.getLifetime().isAlways();
    rule.setKeep(always && (call.typed.has("--keep") || (grant.getKeep() && !call.typed.has("--may-lapse"))));
    requireNetwork(call, grant.getKind());
    rule.setLimits(grant.getLimits());
    changeLimits(call, rule.getLimits());
    bool ofFiles = grant.getKind() == schema::Kind::FILE || grant.getKind() == schema::Kind::FOLDER;
    if (!ofFiles && call.typed.has("--place")) {
      rule.getObject().setTarget(call.typed.value("--place"));
    } else if (call.typed.has("--place") || call.typed.has("--scope")) {
      auto scope = typedScope(call);
      // Another place of the same kind keeps how far it reaches.
      auto target = call.typed.value("--place", bytes(grant.getObject().getPath()));
      auto place = choosePlace(target, scope);
      rule.setKind(place.kind);
      place.fill(rule.initObject());
      ask.setFile(descriptorOf(kj::mv(place.fd)));
    }
    auto sentence = sentenceOf(rule.asReader(), call.link.places().home);
    auto answer = ask.send().wait(call.link.waits());
    call.console.print(text(answer.getId()) + "  " + sentence + "\n");
    if (grant.getFast() && !isFast(call, text(answer.getId())))
      Console::complain("it is no longer at full speed: that is chosen for one folder, when it is given");
    if (!answer.getUnanswered()) return DONE;
    Console::complain("recorded; the file portal does not answer - the program may still hold what it had open");
    return FAILED;
  }
  throw UsageError("there is no such rule");
}

int keep(Call& call, bool stays) {
  auto& words = call.typed.words();
  call.word(1, "GRANT");
  auto ids = chooseGrants(call, {words.begin() + 1, words.end()}, false);
  auto ask = call.link.person().keepRequest();
  auto list = ask.initGrants(static_cast<unsigned>(ids.size()));
  for (unsigned i = 0; i < ids.size(); ++i) list.set(i, ids[i]);
  ask.setKeep(stays);
  ask.send().wait(call.link.waits());
  return DONE;
}

int preview(Call& call) {
  call.atMost(2);
  auto scope = typedScope(call);
  auto place = choosePlace(call.word(1, "PLACE"), scope == nullptr ? schema::Scope::PATTERN : scope);
  if (place.scope != schema::Scope::PATTERN && place.scope != schema::Scope::SIBLINGS)
    throw UsageError("a preview is of a pattern, or of siblings");
  auto shape = place.scope == schema::Scope::PATTERN ? Shape::Pattern : Shape::Siblings;
  PreviewLimits limits{.names = wholeNumber("--limit", call.typed.value("--limit", "20"), 10'000)};
  auto found = previewOf(Where{shape, place.path}, limits);
  if (call.json()) {
    JsonArray json;
    for (auto& name : found.names) json.object().field("name", name);
    call.console.print(json.finish());
    return DONE;
  }
  for (auto& name : found.names) call.console.print(escaped(name) + "\n");
  auto total = std::to_string(found.total);
  call.console.print((found.more ? "At least " + total : total) +
                     (found.total == 1 ? " file matches now.\n" : " files match now.\n"));
  return DONE;
}

}  // namespace

capnp::Response<schema::Person::GrantsResults> allGrants(Call& call) {
  auto ask = call.link.person().grantsRequest();
  if (call.typed.words().empty() || call.typed.words()[0] != "edit") ask.setApp(call.typed.value("--app"));
  ask.setEnded(false);
  return ask.send().wait(call.link.waits());
}

capnp::Response<schema::Person::RefusalsResults> allRefusals(Call& call) {
  auto ask = call.link.person().refusalsRequest();
  ask.setApp(call.typed.value("--app"));
  return ask.send().wait(call.link.waits());
}

int ruleOver(Call& call) {
  auto& words = call.typed.words();
  auto what = words.empty() ? std::string("list") : words[0];
  if (what == "list") return list(call);
  if (what == "never") return forbid(call);
  if (what == "edit") return edit(call);
  if (what == "keep") return keep(call, true);
  if (what == "may-lapse") return keep(call, false);
  if (what == "preview") return preview(call);
  if (what == "export") return exportRules(call);
  if (what == "import") return importRules(call);
  throw UsageError("say list, never, edit, keep, may-lapse, preview, export or import");
}

}  // namespace latchkey::cli
