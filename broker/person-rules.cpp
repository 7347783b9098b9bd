// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Rules by hand: made, changed, kept, explained and taken over from another machine.

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/full-speed.h"
#include "broker/granted-object.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"
#include "broker/named-object.h"
#include "broker/network-wish.h"
#include "broker/person-server.h"

namespace latchkey {
namespace {

constexpr unsigned MOST_IMPORTED = 2000;
using State = schema::ImportOutcome::State;
using Decides = schema::Reason::Verdict;

std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }
kj::StringPtr text(const std::string& words) { return {words.c_str(), words.size()}; }

void toSchema(const Refusal& refusal, const std::string& name, schema::Refusal::Builder builder) {
  builder.setId(text(refusal.id.text()));
  builder.setHolder(text(refusal.holder));
  builder.setHolderName(text(name));
  builder.setKind(latchkey::toSchema(refusal.kind));
  latchkey::toSchema(refusal.object, builder.initObject());
  builder.setAccess(latchkey::toSchema(refusal.access));
  builder.setSince(toNanos(refusal.since));
}

bool isBound(const Lifetime& lifetime) {
  return lifetime.type == Lifetime::Type::Once || lifetime.type == Lifetime::Type::Run;
}

// The same place and extent, whatever thing is there.
bool isSamePlace(Kind kind, const Object& object, Kind otherKind, const Object& other) {
  if (isOfNetwork(kind)) return kind == otherKind && object.target == other.target;
  return kind == otherKind && object.path == other.path && object.scope == other.scope && object.see == other.see;
}

bool isSame(const Grant& one, const Grant& other) {
  return one.holder == other.holder && isSamePlace(one.kind, one.object, other.kind, other.object) &&
         one.access == other.access && one.lifetime == other.lifetime && one.keep == other.keep &&
         one.limits == other.limits;
}

bool isSame(const Refusal& one, const Refusal& other) {
  return one.holder == other.holder && isSamePlace(one.kind, one.object, other.kind, other.object) &&
         one.access == other.access;
}

void requireRefusable(Kind kind) {
  if (!hasPath(kind) && kind != Kind::Network) fail("a refusal by hand is about files, folders and the network");
}

// There is no half of a connection.
Access accessRefused(Kind kind, Access wanted) { return kind == Kind::Network ? Access::Read : wanted; }

template <typename Rule>
bool isAmong(const std::vector<Rule>& rules, const Rule& rule) {
  return std::ranges::any_of(rules, [&](const Rule& one) { return isSame(one, rule); });
}

}  // namespace

// --- rules of a person's own making

Grant PersonServer::grantOf(schema::Rule::Reader rule, const NamedObject& named) const {
  Grant grant;
  grant.holder = Holder::ofApp(text(rule.getHolder())).text();
  grant.kind = named.kind;
  grant.object = named.object;
  grant.access = fromSchema(rule.getAccess());
  grant.lifetime = fromSchema(rule.getLifetime());
  grant.origin = Origin::Added;
  grant.keep = rule.getKeep();
  grant.limits = fromSchema(rule.getLimits());
  requireLimits(grant.kind, grant.limits);
  if (grant.keep && grant.lifetime.type != Lifetime::Type::Always)
    fail("only what stands until you take it back can be kept unused");
  return grant;
}

// Why it may not be given: one line, empty when it may.
std::string PersonServer::faultOf(const Grant& grant) const {
  auto fault = m_parts.ceilings.tooWide(grant.kind, grant.object);
  if (!fault.empty()) return fault;
  return m_parts.ceilings.fault(Holder::parse(grant.holder).app, grant.kind, grant.object, grant.access);
}

kj::Promise<void> PersonServer::refusals(RefusalsContext context) {
  auto app = text(context.getParams().getApp());
  auto refusals = app.empty() ? m_parts.ledger.refusals() : m_parts.ledger.refusalsOf(app);
  auto list = context.getResults().initList(static_cast<unsigned>(refusals.size()));
  for (unsigned i = 0; i < list.size(); ++i) toSchema(refusals[i], m_parts.names.of(refusals[i].holder), list[i]);
  return kj::READY_NOW;
}

kj::Promise<void> PersonServer::refuse(RefuseContext context) {
  auto params = context.getParams();
  auto rule = params.getRule();
  auto named = co_await namedObject(fromSchema(rule.getKind()), fromSchema(rule.getObject()), params.getFile());
  requireRefusable(named.kind);
  Refusal refusal{.id = RequestId::fresh(),
                  .holder = Holder::ofApp(text(rule.getHolder())).text(),
                  .kind = named.kind,
                  .object = kj::mv(named.object),
                  .access = accessRefused(named.kind, fromSchema(rule.getAccess())),
                  .since = m_parts.clock.wall()};
  if (isAmong(m_parts.ledger.refusalsOf(refusal.holder), refusal)) fail("you said never to that already");
  m_parts.ledger.refuse(refusal);
  noteRefusal(refusal);
  context.getResults().setId(text(refusal.id.text()));
  co_await m_parts.enforcement.deny(refusal);
  m_parts.powerbox.reconsider();
}

void PersonServer::noteRefusal(const Refusal& refusal) {
  JournalEntry entry;
  entry.event = "answer";
  entry.app = refusal.holder;
  entry.kind = refusal.kind;
  entry.target = refusal.object.target;
  entry.grant = GrantId(refusal.id.text());
  entry.outcome = "never";
  m_parts.ledger.journal(kj::mv(entry));
}

kj::Promise<void> PersonServer::edit(EditContext context) {
  auto params = context.getParams();
  auto rule = params.getRule();
  GrantId old(text(params.getGrant()));
  auto named = co_await namedObject(fromSchema(rule.getKind()), fromSchema(rule.getObject()), params.getFile());
  if (!hasPath(named.kind) && !isOfNetwork(named.kind))
    fail("only rules about files, folders and the network can be changed");
  auto fresh = grantOf(rule, named);
  fitKind(fresh);
  KJ_IF_MAYBE (before, m_parts.ledger.find(old)) {
    if (isBound(fresh.lifetime) && (before->instance.empty() || before->holder != fresh.holder))
      fail("it is bound to no running program: give it for a time (8h), or always");
    if (isOfNetwork(before->kind) != isOfNetwork(fresh.kind)) fail("that would be a rule about something else");
    if (!rule.hasLimits()) fresh.limits = before->limits;
    // An edit keeps what it does not name: full speed is of one folder, wherever else the edit leads.
    fresh.fast = before->fast && isSamePlace(before->kind, before->object, fresh.kind, fresh.object);
    if (!notFast(m_parts.ceilings, fresh).empty()) fresh.fast = false;
  } else {
    fail("there is no such rule");
  }
  auto fault = faultOf(fresh);
  if (!fault.empty()) fail(fault);
  auto replaced = m_parts.ledger.replace(old, kj::mv(fresh));
  context.getResults().setId(text(replaced.made.text()));
  // First what is new: then what is open goes on, as far as that reaches.
  kj::Maybe<kj::Exception> failure;
  try {
    co_await enforceOrTakeBack(replaced.made, kj::mv(named.fd));
  } catch (...) {
    failure = kj::getCaughtExceptionAsKj();
  }
  auto cut = co_await m_parts.enforcement.cutInTime(kj::mv(replaced.ended.grants));
  context.getResults().setUnanswered(!cut);
  m_parts.powerbox.reconsider();
  KJ_IF_MAYBE (exception, failure) kj::throwFatalException(kj::mv(*exception));
}

kj::Promise<void> PersonServer::keep(KeepContext context) {
  std::vector<GrantId> ids;
  for (auto id : context.getParams().getGrants()) ids.emplace_back(text(id));
  m_parts.ledger.keep(ids, context.getParams().getKeep());
  return kj::READY_NOW;
}

// --- why

void PersonServer::explain(const JournalEntry& entry, schema::Reason::Builder reason) const {
  auto& parts = m_parts;
  toSchema(entry, reason.initEntry());
  reason.setVerdict(Decides::ASKED);
  KJ_IF_MAYBE (grant, parts.ledger.find(entry.grant)) {
    reason.setVerdict(Decides::ALLOWED);
    latchkey::toSchema(*grant, parts.names.of(grant->holder), reason.initGrant());
    return;
  }
  for (auto& refusal : parts.ledger.refusals()) {
    if (refusal.id.text() != entry.grant.text() || entry.grant.empty()) continue;
    reason.setVerdict(Decides::DENIED);
    return toSchema(refusal, parts.names.of(refusal.holder), reason.initRefusal());
  }
  if (!entry.grant.empty()) {
    bool no = entry.outcome == "never" || entry.event == "refuse";
    reason.setVerdict(no ? Decides::DENIED : Decides::ALLOWED);
    reason.setLine(no ? "by a \"never\" of yours that you have taken back since"
                      : "by a rule that ended more than 30 days ago and is forgotten");
    return;
  }
  if (entry.outcome == "ceiling") {
    Object object{.target = entry.target, .path = hasPath(entry.kind) ? entry.target : std::string()};
    auto fault = parts.ceilings.fault(Holder::parse(entry.app).app, entry.kind, object, Access::Write);
    reason.setVerdict(Decides::DENIED);
    return reason.setLine(fault.empty() ? "by a ceiling that is there no more" : text(fault));
  }
  bool refused = entry.event == "refuse" || entry.outcome == "denied";
  if (refused) reason.setVerdict(Decides::DENIED);
  if (refused) reason.setLine("by a no of yours for as long as it ran, or because you took it back");
}

void PersonServer::explain(const std::string& holder, Kind kind, const Object& object, Access access,
                           schema::Reason::Builder reason) const {
  auto& parts = m_parts;
  auto fault = parts.ceilings.fault(Holder::parse(holder).app, kind, object, access);
  if (!fault.empty()) {
    reason.setVerdict(Decides::DENIED);
    return reason.setLine(text(fault));
  }
  auto ruling = parts.ledger.ruling(holder, InstanceId(), kind, object, access);
  for (auto& instance : parts.instances.living()) {
    if (ruling.says == Ruling::Says::Yes || instance->holder.text() != holder) continue;
    ruling = parts.ledger.ruling(holder, instance->id, kind, object, access);
  }
  KJ_IF_MAYBE (grant, ruling.grant) {
    reason.setVerdict(Decides::ALLOWED);
    latchkey::toSchema(*grant, parts.names.of(grant->holder), reason.initGrant());
  }
  KJ_IF_MAYBE (refusal, ruling.refusal) {
    reason.setVerdict(Decides::DENIED);
    toSchema(*refusal, parts.names.of(refusal->holder), reason.initRefusal());
  }
  if (ruling.says == Ruling::Says::Nothing) reason.setVerdict(Decides::ASKED);
}

kj::Promise<void> PersonServer::why(WhyContext context) {
  auto params = context.getParams();
  auto reason = context.getResults().initReason();
  if (params.getSequence() == 0) {
    auto holder = Holder::parse(text(params.getApp())).text();
    auto kind = fromSchema(params.getKind());
    auto object = fromSchema(params.getObject());
    auto access = fromSchema(params.getAccess());
    if (kind == Kind::Network) {
      object = {.target = typedDestination(object.target).text(), .scope = Scope::Port};
      access = Access::Write;
    }
    explain(holder, kind, object, access, reason);
    return kj::READY_NOW;
  }
  auto found = m_parts.ledger.journal({.before = params.getSequence() + 1, .limit = 1});
  if (found.empty() || found[0].sequence != params.getSequence()) fail("there is no such line in the journal");
  explain(found[0], reason);
  return kj::READY_NOW;
}

// --- from another machine

kj::Promise<void> PersonServer::importRules(ImportRulesContext context) {
  auto params = context.getParams();
  auto rules = params.getRules();
  if (rules.size() > MOST_IMPORTED) fail("that is more than 2000 rules");
  auto outcomes = context.getResults().initOutcomes(rules.size());
  std::vector<Grant> grants;
  std::vector<Refusal> refusals;
  bool sound = true;
  for (unsigned i = 0; i < rules.size(); ++i) {
    kj::Maybe<kj::Exception> failure;
    try {
      outcomes[i].setState(co_await importOne(rules[i], grants, refusals));
    } catch (...) {
      failure = kj::getCaughtExceptionAsKj();
    }
    KJ_IF_MAYBE (exception, failure) {
      outcomes[i].setState(State::REFUSED);
      outcomes[i].setFault(text(reason(*exception)));
      sound = false;
    }
  }
  if (params.getApply() && sound) co_await takeOver(kj::mv(grants), kj::mv(refusals));
}

kj::Promise<State> PersonServer::importOne(schema::Rule::Reader rule, std::vector<Grant>& grants,
                                           std::vector<Refusal>& refusals) {
  auto wanted = fromSchema(rule.getObject());
  auto kind = fromSchema(rule.getKind());
  auto path = wanted.path;
  auto named = co_await namedObject(kind, kj::mv(wanted), nullptr);
  if (named.kind != kind) fail(named.kind == Kind::Folder ? "it is a folder here" : "it is a file here");
  if (named.object.path != path) fail("it leads elsewhere here: to " + named.object.target);
  if (rule.getNever()) {
    requireRefusable(kind);
    Refusal refusal{.id = RequestId::fresh(),
                    .holder = Holder::ofApp(text(rule.getHolder())).text(),
                    .kind = kind,
                    .object = kj::mv(named.object),
                    .access = accessRefused(kind, fromSchema(rule.getAccess())),
                    .since = m_parts.clock.wall()};
    if (isAmong(m_parts.ledger.refusals(), refusal) || isAmong(refusals, refusal)) co_return State::PRESENT;
    refusals.push_back(kj::mv(refusal));
    co_return State::ADDED;
  }
  auto grant = grantOf(rule, named);
  fitKind(grant);
  if (isBound(grant.lifetime)) fail("a rule lasts always, or until a time");
  if (grant.lifetime.type == Lifetime::Type::Until && grant.lifetime.until <= m_parts.clock.wall())
    fail("its time is over");
  auto fault = faultOf(grant);
  if (!fault.empty()) fail(fault);
  auto living = m_parts.ledger.all(Ledger::Which::Living);
  if (isAmong(living, grant) || isAmong(grants, grant)) co_return State::PRESENT;
  grants.push_back(kj::mv(grant));
  co_return State::ADDED;
}

// What a running app's portal cannot give takes all of it back.
kj::Promise<void> PersonServer::takeOver(std::vector<Grant> grants, std::vector<Refusal> refusals) {
  auto made = m_parts.ledger.addAll(kj::mv(grants), refusals);
  for (auto& refusal : refusals) {
    noteRefusal(refusal);
    co_await m_parts.enforcement.deny(refusal);
  }
  kj::Maybe<kj::Exception> failure;
  for (auto& id : made) {
    try {
      co_await enforceOrTakeBack(id, nullptr);
    } catch (...) {
      failure = kj::getCaughtExceptionAsKj();
    }
    if (failure != nullptr) break;
  }
  KJ_IF_MAYBE (exception, failure) {
    auto ended = m_parts.ledger.revoke(made);
    co_await m_parts.enforcement.cut(kj::mv(ended.grants));
    for (auto& refusal : refusals) {
      m_parts.ledger.forget(refusal.id);
      co_await m_parts.enforcement.lift(refusal.id);
    }
    kj::throwFatalException(kj::mv(*exception));
  }
  m_parts.powerbox.reconsider();
}

}  // namespace latchkey
