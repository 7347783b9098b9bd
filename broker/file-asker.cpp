// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/file-asker.h"

#include <kj/debug.h>

#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/text.h"
#include "broker/disk-look.h"
#include "broker/granted-object.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

using Outcome = schema::FileAsker::Outcome;

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

Outcome outcomeOf(const Decision& decision) {
  switch (decision.outcome) {
    case Decision::Outcome::Granted: return Outcome::GRANTED;
    case Decision::Outcome::Declined: return Outcome::DECLINED;
    case Decision::Outcome::DeniedForRun: return Outcome::DENIED_FOR_RUN;
  }
  return Outcome::DECLINED;
}

}  // namespace

class FileAskers::Asker final : public schema::FileAsker::Server {
public:
  Asker(FileAskers& askers, InstanceId instance) : m_askers(askers), m_instance(kj::mv(instance)) {}

  kj::Promise<void> ask(AskContext context) override {
    auto wanted = context.getParams().getWanted();
    auto fd = co_await fdOf(wanted.getObject());
    if (m_looking >= MOST_LOOKS_OF_ONE) fail("its disk does not answer");
    auto thing = co_await look(text(wanted.getPath()), wanted.getDirectory(), kj::mv(fd));
    Question question;
    KJ_IF_MAYBE (instance, m_askers.m_instances.find(m_instance)) question.holder = instance->holder.text();
    question.instance = m_instance;
    question.kind = thing.directory ? Kind::Folder : Kind::File;
    question.object = kj::mv(thing.object);
    question.access = fromSchema(wanted.getAccess());
    question.directory = thing.directory;
    question.create = wanted.getCreate() && thing.fd == nullptr;
    question.pid = wanted.getPid();
    question.program = brief(text(wanted.getProgram()), 64);
    question.size = wanted.getSize();
    question.modified = fromNanos(wanted.getModified());
    auto decision = co_await m_askers.m_powerbox.ask(kj::mv(question), kj::mv(thing.fd));
    context.getResults().setOutcome(outcomeOf(decision));
  }

  kj::Promise<void> used(UsedContext context) override {
    auto params = context.getParams();
    Usage usage{.live = params.getLive(),
                .uses = params.getUses(),
                .bytesRead = params.getBytesRead(),
                .bytesWritten = params.getBytesWritten(),
                .used = fromNanos(params.getUsed())};
    auto ended = m_askers.m_ledger.recordUse(GrantId(text(params.getGrant())), m_instance, usage);
    co_await m_askers.m_enforcer.cut(kj::mv(ended.grants));
  }

  kj::Promise<void> refused(RefusedContext context) override {
    auto params = context.getParams();
    JournalEntry entry;
    entry.event = "refuse";
    KJ_IF_MAYBE (instance, m_askers.m_instances.find(m_instance)) entry.app = instance->holder.text();
    entry.instance = m_instance;
    entry.target = targetOf(text(params.getPath()));
    entry.outcome = "denied";
    Object object{.path = text(params.getPath())};
    auto access = fromSchema(params.getAccess());
    KJ_IF_MAYBE (refusal, m_askers.m_ledger.refusing(entry.app, Kind::File, object, access)) {
      entry.grant = GrantId(refusal->id.text());
      entry.outcome = "never";
    }
    m_askers.m_ledger.journal(kj::mv(entry));
    return kj::READY_NOW;
  }

  kj::Promise<void> ended(EndedContext context) override {
    GrantId id(text(context.getParams().getGrant()));
    m_askers.m_files.dropped(m_instance, id);
    auto found = m_askers.m_ledger.find(id);
    KJ_IF_MAYBE (grant, found) {
      // What expired is the ledger's own to end, everywhere at once.
      auto over =
          grant->lifetime.type == Lifetime::Type::Once ? m_askers.m_ledger.complete(id) : m_askers.m_ledger.tick();
      co_await m_askers.m_enforcer.cut(kj::mv(over.grants));
    }
  }

  kj::Promise<void> moved(MovedContext context) override {
    auto params = context.getParams();
    GrantId id(text(params.getGrant()));
    bool own = params.getOwn();
    // No path leads there: it cannot have been moved by anybody here.
    if (m_askers.m_files.isElsewhere(id)) co_return;
    auto fd = co_await fdOf(params.getObject());
    KJ_REQUIRE(fd != nullptr, "moved, but nothing came along");
    if (m_looking >= MOST_LOOKS_OF_ONE) fail("its disk does not answer");
    auto thing = co_await look({}, false, kj::mv(fd));
    co_await m_askers.m_files.moved(m_instance, kj::mv(id), kj::mv(thing), own);
  }

private:
  kj::Promise<AskedThing> look(std::string path, bool directory, kj::Maybe<kj::AutoCloseFd> fd) {
    ++m_looking;
    KJ_DEFER(--m_looking);
    co_return co_await lookAtDisk([path = kj::mv(path), directory, fd = kj::mv(fd)]() mutable {
      return askedThing(kj::mv(path), directory, kj::mv(fd));
    });
  }

  FileAskers& m_askers;
  InstanceId m_instance;
  int m_looking = 0;
};

schema::FileAsker::Client FileAskers::askerFor(const InstanceId& instance) { return kj::heap<Asker>(*this, instance); }

AskedThing askedThing(std::string path, bool directory, kj::Maybe<kj::AutoCloseFd> fd) {
  AskedThing thing;
  thing.directory = directory;
  KJ_IF_MAYBE (held, fd) {
    auto resolved = resolve(kj::mv(*held));
    path = resolved.path;
    thing.directory = resolved.directory;
    thing.object.device = resolved.device;
    thing.object.inode = resolved.inode;
    thing.fd = kj::mv(resolved.fd);
  }
  KJ_REQUIRE(isCleanPath(path), "not a path");
  thing.object.target = targetOf(path);
  thing.object.path = kj::mv(path);
  thing.object.scope = thing.directory ? Scope::Folder : Scope::File;
  return thing;
}

}  // namespace latchkey
