// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/support/fake-portal.h"

#include <kj/debug.h>
#include <sys/stat.h>

#include <algorithm>

namespace latchkey {
namespace {

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

}  // namespace

int FakeSandbox::holding() const {
  return static_cast<int>(std::ranges::count_if(
      grants, [](auto& one) { return !one.second.revoked && !one.second.suspended && !one.second.deny; }));
}

bool FakeSandbox::holds(const std::string& path) const {
  return std::ranges::any_of(grants, [&](auto& one) {
    return one.second.path == path && !one.second.revoked && !one.second.suspended && !one.second.deny;
  });
}

bool FakeSandbox::denies(const std::string& path) const {
  return std::ranges::any_of(
      grants, [&](auto& one) { return one.second.path == path && one.second.deny && !one.second.revoked; });
}

class FakePortal::Live final : public schema::LiveGrant::Server {
public:
  Live(FakePortal& portal, std::string instance, std::string grant)
      : m_portal(portal), m_instance(kj::mv(instance)), m_grant(kj::mv(grant)) {}
  kj::Promise<void> revoke(RevokeContext) override {
    grant().revoked = true;
    if (m_portal.neverCuts) return kj::NEVER_DONE;
    return kj::READY_NOW;
  }
  kj::Promise<void> lapse(LapseContext) override {
    grant().revoked = grant().lapsed = true;
    return kj::READY_NOW;
  }
  kj::Promise<void> suspend(SuspendContext) override {
    grant().suspended = true;
    return kj::READY_NOW;
  }
  kj::Promise<void> resume(ResumeContext) override {
    grant().suspended = false;
    return kj::READY_NOW;
  }
  kj::Promise<void> counters(CountersContext context) override {
    context.getResults().setUses(1);
    context.getResults().setLive(grant().live);
    return kj::READY_NOW;
  }
  kj::Promise<void> openFiles(OpenFilesContext context) override {
    if (m_portal.neverTells) return kj::NEVER_DONE;
    std::vector<FakeOpen> mine;
    for (auto& one : m_portal.sandbox(m_instance).open) {
      if (one.grant == m_grant) mine.push_back(one);
    }
    auto list = context.getResults().initList(static_cast<unsigned>(mine.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      list[i].setPath(kj::StringPtr(mine[i].path.c_str()).asBytes());
      list[i].initProgram().setPid(mine[i].pid);
      list[i].getProgram().setName(mine[i].program.c_str());
      list[i].setUsed(mine[i].used);
      if (mine[i].mapper.empty()) continue;
      list[i].setMapped(schema::OpenFile::Mapped::YES);
      auto mapper = list[i].initMappers(1)[0];
      mapper.setName(mine[i].mapper.c_str());
      mapper.setPid(mine[i].pid);
    }
    return kj::READY_NOW;
  }

private:
  FakeGrant& grant() { return m_portal.sandbox(m_instance).grants.at(m_grant); }

  FakePortal& m_portal;
  std::string m_instance, m_grant;
};

class FakePortal::Files final : public schema::SandboxFiles::Server {
public:
  Files(FakePortal& portal, std::string instance) : m_portal(portal), m_instance(kj::mv(instance)) {}
  kj::Promise<void> add(AddContext context) override {
    KJ_REQUIRE(!m_portal.refuseAdding, "the portal cannot");
    auto from = context.getParams().getGrant();
    FakeGrant grant{.path = text(from.getPath()),
                    .directory = from.getDirectory(),
                    .write = from.getAccess() == schema::Access::WRITE,
                    .once = from.getOnce(),
                    .see = from.getSee(),
                    .suspended = from.getSuspended(),
                    .deny = from.getDeny()};
    auto id = text(from.getId());
    if (from.hasObject()) {
      auto fd = co_await from.getObject().getFd();
      struct stat status{};
      KJ_IF_MAYBE (number, fd) {
        KJ_SYSCALL(fstat(*number, &status));
      }
      grant.inode = status.st_ino;
    }
    m_portal.sandbox(m_instance).grants[id] = grant;
    context.getResults().setHandle(kj::heap<Live>(m_portal, m_instance, id));
  }
  kj::Promise<void> detach(DetachContext) override {
    m_portal.sandbox(m_instance).detached = true;
    return kj::READY_NOW;
  }
  kj::Promise<void> grants(GrantsContext context) override {
    auto& grants = m_portal.sandbox(m_instance).grants;
    auto list = context.getResults().initList(static_cast<unsigned>(grants.size()));
    unsigned i = 0;
    for (auto& [id, grant] : grants) {
      list[i].setId(id.c_str());
      list[i].setDeny(grant.deny);
      list[i++].setHandle(kj::heap<Live>(m_portal, m_instance, id));
    }
    return kj::READY_NOW;
  }

private:
  FakePortal& m_portal;
  std::string m_instance;
};

class FakePortal::Server final : public schema::FilePortal::Server {
public:
  explicit Server(FakePortal& portal) : m_portal(portal) {}
  kj::Promise<void> attach(AttachContext context) override {
    if (m_portal.diesAttaching > 0) {
      --m_portal.diesAttaching;
      kj::throwFatalException(KJ_EXCEPTION(DISCONNECTED, "it died"));
    }
    auto params = context.getParams();
    FakeSandbox sandbox;
    sandbox.instance = text(params.getInstance());
    sandbox.asker = params.getAsker();
    sandbox.again = params.getLayout().getAgain();
    sandbox.seeHomeNames = params.getLayout().getSeeHomeNames();
    for (auto folder : params.getLayout().getFolders()) sandbox.folders.push_back(text(folder));
    for (auto place : params.getLayout().getHidden()) sandbox.hidden.push_back(text(place));
    auto instance = sandbox.instance;
    m_portal.m_sandboxes.insert_or_assign(instance, kj::mv(sandbox));
    context.getResults().setSandbox(m_portal.files(instance));
    return kj::READY_NOW;
  }
  kj::Promise<void> reconnected(ReconnectedContext context) override {
    for (auto one : context.getParams().getSandboxes())
      m_portal.sandbox(text(one.getInstance())).asker = one.getAsker();
    ++m_portal.reconnections;
    return kj::READY_NOW;
  }

private:
  FakePortal& m_portal;
};

FakePortal::FakePortal() = default;
FakePortal::~FakePortal() = default;

schema::FilePortal::Client FakePortal::client() { return kj::heap<Server>(*this); }
schema::SandboxFiles::Client FakePortal::files(const std::string& instance) { return kj::heap<Files>(*this, instance); }

}  // namespace latchkey
