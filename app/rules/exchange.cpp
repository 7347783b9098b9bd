// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/rules/exchange.h"

#include <kj/debug.h>

#include "app/rules/enum-names.h"
#include "broker/base/text.h"
#include "broker/base/times.h"

namespace latchkey {
namespace {

bool isOfFiles(schema::Kind kind) { return kind == schema::Kind::FILE || kind == schema::Kind::FOLDER; }

capnp::Data::Reader dataOf(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

std::string carried(capnp::Data::Reader bytes, const std::string& home) {
  std::string path(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  if (path == home) return "~";
  return path.starts_with(home + "/") ? "~" + path.substr(home.size()) : path;
}

std::string expanded(const std::string& place, const std::string& home) {
  return place == "~" || place.starts_with("~/") ? home + place.substr(1) : place;
}

bool isCarried(schema::Kind kind) {
  return isOfFiles(kind) || kind == schema::Kind::NETWORK || kind == schema::Kind::LISTEN;
}

template <typename Rule>
FileRule fileRuleOf(Rule rule, const std::string& home, std::string comment) {
  FileRule result;
  result.app.assign(rule.getHolder().begin(), rule.getHolder().size());
  result.comment = std::move(comment);
  auto target = rule.getObject().getTarget();
  if (rule.getKind() == schema::Kind::NETWORK) result.network.assign(target.begin(), target.size());
  else if (rule.getKind() == schema::Kind::LISTEN) result.listen.assign(target.begin(), target.size());
  if (!isOfFiles(rule.getKind())) return result;
  result.place = carried(rule.getObject().getPath(), home);
  result.scope = nameOf(rule.getObject().getScope());
  result.access = nameOf(rule.getAccess());
  return result;
}

void add(FileRule rule, Carried& into) {
  if (faultOf(rule).empty()) into.rules.push_back(std::move(rule));
  else ++into.left;
}

void fillPlace(schema::Rule::Builder rule, const FileRule& from, const std::string& home) {
  auto path = expanded(from.place, home);
  auto target = escaped(path);
  rule.setKind(from.isFolder() ? schema::Kind::FOLDER : schema::Kind::FILE);
  auto object = rule.initObject();
  object.setPath(dataOf(path));
  object.setTarget({target.c_str(), target.size()});
  object.setScope(KJ_ASSERT_NONNULL(named<schema::Scope>(from.scope)));
  object.setSee(from.names);
  rule.setAccess(KJ_ASSERT_NONNULL(named<schema::Access>(from.access)));
}

void fillNetwork(schema::Rule::Builder rule, const FileRule& from) {
  auto& target = from.network.empty() ? from.listen : from.network;
  rule.setKind(from.network.empty() ? schema::Kind::LISTEN : schema::Kind::NETWORK);
  rule.initObject().setTarget({target.c_str(), target.size()});
  rule.getObject().setScope(schema::Scope::HOST);  // The target says it.
  auto limits = rule.initLimits();
  limits.setBytesPerSecond(from.bytesPerSecond);
  limits.setBytes(from.bytes);
  limits.setBytesPerDay(from.bytesPerDay);
}

}  // namespace

void carry(schema::Grant::Reader grant, const std::string& home, std::string comment, Carried& into) {
  auto lifetime = grant.getLifetime();
  bool stays = grant.getParent().size() == 0 && (lifetime.isAlways() || lifetime.isUntil());
  if (!isCarried(grant.getKind()) || !stays) {
    ++into.left;
    return;
  }
  auto rule = fileRuleOf(grant, home, std::move(comment));
  rule.lasting = lifetime.isAlways() ? "always" : formatTime(fromNanos(lifetime.getUntil()));
  rule.keep = grant.getKeep();
  rule.names = grant.getObject().getSee();
  rule.bytesPerSecond = grant.getLimits().getBytesPerSecond();
  rule.bytes = grant.getLimits().getBytes();
  rule.bytesPerDay = grant.getLimits().getBytesPerDay();
  add(std::move(rule), into);
}

void carry(schema::Refusal::Reader refusal, const std::string& home, std::string comment, Carried& into) {
  if (!isCarried(refusal.getKind())) {
    ++into.left;
    return;
  }
  auto rule = fileRuleOf(refusal, home, std::move(comment));
  rule.never = true;
  add(std::move(rule), into);
}

void fill(schema::Rule::Builder rule, const FileRule& from, const std::string& home) {
  rule.setHolder({from.app.c_str(), from.app.size()});
  if (from.isOfNetwork()) fillNetwork(rule, from);
  else fillPlace(rule, from, home);
  if (from.lasting == "always") rule.initLifetime().setAlways();
  else rule.initLifetime().setUntil(toNanos(KJ_ASSERT_NONNULL(parseTime(from.lasting))));
  rule.setKeep(from.keep);
  rule.setNever(from.never);
}

}  // namespace latchkey
