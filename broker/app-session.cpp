// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/app-session.h"

#include <kj/debug.h>

#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/disk-look.h"
#include "broker/file-asker.h"
#include "broker/granted-object.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"
#include "broker/network-wish.h"
#include "broker/version.h"

namespace latchkey {
namespace {

constexpr size_t CLAIM_CHARACTERS = 200;

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

bool isFiles(Kind kind) { return kind == Kind::File || kind == Kind::Folder; }

// Names below the home that begin with a dot do not exist for apps: asking for one is not a way around that.
bool isHidden(const std::string& path, const std::string& home) {
  return path.find("/.", liesIn(path, home) ? home.size() : 0) != path.npos;
}

}  // namespace

class AppSessions::Handle final : public schema::Powerbox::Handle::Server {
public:
  Handle(AppSessions& sessions, GrantId grant) : m_sessions(sessions), m_grant(kj::mv(grant)) {}
  ~Handle() noexcept(false) { m_sessions.giveBack(m_grant); }

private:
  AppSessions& m_sessions;
  GrantId m_grant;
};

class AppSessions::Box final : public schema::Powerbox::Server {
public:
  Box(AppSessions& sessions, InstanceId instance) : m_sessions(sessions), m_instance(kj::mv(instance)) {}

  kj::Promise<void> request(RequestContext context) override {
    co_await m_sessions.request(m_instance, context.getParams(), context.getResults().initOutcome());
  }

private:
  AppSessions& m_sessions;
  InstanceId m_instance;
};

class AppSessions::Session final : public schema::AppSession::Server {
public:
  Session(AppSessions& sessions, InstanceId instance)
      : m_sessions(sessions), m_instance(instance), m_box(kj::heap<Box>(sessions, kj::mv(instance))) {}

  kj::Promise<void> about(AboutContext context) override {
    auto results = context.getResults();
    KJ_IF_MAYBE (instance, m_sessions.m_instances.find(m_instance)) {
      results.setApp(instance->holder.app.c_str());
      results.setProfile(instance->holder.profile.c_str());
    }
    results.setVersion(VERSION);
    return kj::READY_NOW;
  }

  // The same one each time: asking for it a million times makes one.
  kj::Promise<void> powerbox(PowerboxContext context) override {
    context.getResults().setPowerbox(m_box);
    return kj::READY_NOW;
  }

private:
  AppSessions& m_sessions;
  InstanceId m_instance;
  schema::Powerbox::Client m_box;
};

void AppSessions::Errors::taskFailed(kj::Exception&& exception) {
  logWarning("an app's connection: " + reason(exception));
}

schema::AppSession::Client AppSessions::session(const InstanceId& instance) {
  return kj::heap<Session>(*this, instance);
}

kj::Promise<AskedThing> AppSessions::look(InstanceId id, std::string path, bool directory) {
  ++m_looking[id];
  KJ_DEFER(if (--m_looking[id] == 0) m_looking.erase(id));
  co_return co_await lookAtDisk([path = kj::mv(path), directory] {
    kj::Maybe<kj::AutoCloseFd> fd;
    KJ_IF_MAYBE (thing, tryResolve(path)) fd = kj::mv(thing->fd);
    return askedThing(path, directory, kj::mv(fd));
  });
}

kj::Promise<void> AppSessions::request(InstanceId id, schema::Powerbox::RequestParams::Reader params,
                                       schema::Powerbox::Outcome::Builder outcome) {
  outcome.setDeclined();
  auto query = params.getQuery();
  auto kind = fromSchema(query.getKind());
  auto path = text(query.getPath());
  Question question;
  KJ_IF_MAYBE (instance, m_instances.find(id)) question.holder = instance->holder.text();
  else co_return;
  if (kind == Kind::Network) {
    auto destination = destinationFrom(text(query.getTarget()));
    KJ_IF_MAYBE (wanted, destination) {
      KJ_REQUIRE(isOneHost(*wanted), "one host is asked for at a time");
      question.instance = id;
      question.kind = kind;
      question.object = {.target = wanted->text(), .scope = Scope::Port};
      question.access = Access::Write;
      question.claim = brief(text(params.getClaim()), CLAIM_CHARACTERS);
      question.network = wishFor(*wanted, wanted->host == Destination::Host::Address, {});
      co_return co_await answer(kj::mv(question), nullptr, outcome);
    }
    KJ_FAIL_REQUIRE("not a destination: write HOST:PORT");
  }
  // Nothing provides the other kinds yet, and choosing needs a chooser: the app hears what it hears from a person.
  if (!isFiles(kind) || path.empty()) co_return;
  KJ_REQUIRE(isCleanPath(path), "not an absolute path");
  if (isHidden(path, m_places.home)) co_return;
  if (m_looking[id] >= MOST_LOOKS_OF_ONE) co_return;
  auto thing = co_await look(id, path, kind == Kind::Folder);
  if (isHidden(thing.object.path, m_places.home)) co_return;
  // What the rest of a grant gives would be said to be given, and is not.
  if (m_files.isStopped(id, thing.object)) {
    if (m_files.isFirstNo(id, thing.object)) {
      m_ledger.journal({.event = "refuse",
                        .app = question.holder,
                        .instance = id,
                        .kind = thing.directory ? Kind::Folder : Kind::File,
                        .target = thing.object.target,
                        .outcome = "denied"});
    }
    co_return;
  }
  question.instance = id;
  question.kind = thing.directory ? Kind::Folder : Kind::File;
  question.object = kj::mv(thing.object);
  question.access = fromSchema(query.getAccess());
  question.directory = thing.directory;
  question.create = thing.fd == nullptr && question.access == Access::Write;
  question.claim = brief(text(params.getClaim()), CLAIM_CHARACTERS);
  co_await answer(kj::mv(question), kj::mv(thing.fd), outcome);
}

kj::Promise<void> AppSessions::answer(Question question, kj::Maybe<kj::AutoCloseFd> object,
                                      schema::Powerbox::Outcome::Builder outcome) {
  auto decision = co_await m_powerbox.ask(kj::mv(question), kj::mv(object));
  auto found = m_ledger.find(decision.grant);
  KJ_IF_MAYBE (grant, found) {
    if (decision.outcome != Decision::Outcome::Granted) co_return;
    auto granted = outcome.initGranted();
    granted.setPath(kj::StringPtr(grant->object.path.c_str(), grant->object.path.size()).asBytes());
    granted.setTarget(grant->object.target.c_str());
    granted.setAccess(toSchema(grant->access));
    granted.setHandle(kj::heap<Handle>(*this, grant->id));
  }
}

void AppSessions::giveBack(const GrantId& id) {
  KJ_IF_MAYBE (grant, m_ledger.find(id)) {
    if (grant->hasEnded() || grant->lifetime.type != Lifetime::Type::Once) return;
    auto ended = m_ledger.complete(id);
    m_tasks.add(m_enforcement.cut(kj::mv(ended.grants)));
  }
}

}  // namespace latchkey
