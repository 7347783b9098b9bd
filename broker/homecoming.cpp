// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/homecoming.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/grants/digest.h"
#include "broker/process.h"

namespace latchkey {
namespace {

constexpr auto BETWEEN_REFUSALS = 100 * kj::MILLISECONDS;
constexpr auto LONGEST_WAIT = 5 * kj::SECONDS;

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

}  // namespace

class Homecoming::Door final : public schema::Homecoming::Server {
public:
  Door(Homecoming& home, PeerCredentials peer, kj::Promise<void> hungUp)
      : m_home(home), m_peer(peer), m_hungUp(hungUp.fork()) {}

  kj::Promise<void> launcher(LauncherContext context) override {
    auto turn = takeTurn();
    auto params = context.getParams();
    InstanceId id(text(params.getInstance()));
    auto pidfd = co_await admitted(m_home.digestFor(id), text(params.getCookie()), params.getPidfd());
    auto facts = co_await takeFacts(params.getFacts());
    ReturningLauncher launcher{.instance = id,
                               .helper = m_home.helperFor(m_peer, kj::mv(pidfd), m_hungUp.addBranch()),
                               .control = params.getControl(),
                               .app = params.getApp(),
                               .facts = kj::mv(facts),
                               .running = params.getRunning()};
    context.getResults().setSession(m_home.m_launches.adopt(kj::mv(launcher)));
  }

  kj::Promise<void> filePortal(FilePortalContext context) override {
    auto turn = takeTurn();
    auto params = context.getParams();
    auto pidfd = co_await admitted(m_home.m_ledger.portalDigest(), text(params.getCookie()), params.getPidfd());
    std::vector<FileGrants::ReturningSandbox> sandboxes;
    for (auto one : params.getSandboxes()) {
      sandboxes.push_back({InstanceId(text(one.getInstance())), one.getFiles()});
    }
    co_await m_home.m_files.adopt(m_home.helperFor(m_peer, kj::mv(pidfd), m_hungUp.addBranch()), params.getPortal(),
                                  kj::mv(sandboxes));
  }

  kj::Promise<void> networkPortal(NetworkPortalContext context) override {
    auto turn = takeTurn();
    auto params = context.getParams();
    auto pidfd = co_await admitted(m_home.m_ledger.portalDigest(Ledger::Portal::Network), text(params.getCookie()),
                                   params.getPidfd());
    std::vector<NetworkGrants::ReturningSandbox> sandboxes;
    for (auto one : params.getSandboxes()) {
      sandboxes.push_back({InstanceId(text(one.getInstance())), one.getNetwork()});
    }
    co_await m_home.m_network.adopt(m_home.helperFor(m_peer, kj::mv(pidfd), m_hungUp.addBranch()), params.getPortal(),
                                    kj::mv(sandboxes));
  }

private:
  struct Turn {
    bool& busy;
    ~Turn() { busy = false; }
  };
  kj::Own<Turn> takeTurn() {
    if (m_busy) fail("refused");
    m_busy = true;
    return kj::heap<Turn>(m_busy);
  }

  kj::Promise<kj::AutoCloseFd> admitted(kj::Maybe<Digest> digest, std::string cookie,
                                        schema::Descriptor::Client pidfd) {
    kj::Maybe<kj::AutoCloseFd> proof;
    KJ_IF_MAYBE (known, digest) proof = co_await m_home.proven(m_peer, *known, kj::mv(cookie), kj::mv(pidfd));
    KJ_IF_MAYBE (held, proof) co_return kj::mv(*held);
    co_await m_home.refuse();
    fail("refused");
  }

  Homecoming& m_home;
  PeerCredentials m_peer;
  kj::ForkedPromise<void> m_hungUp;
  bool m_busy = false;
};

schema::Homecoming::Client Homecoming::bootstrapFor(PeerCredentials peer, kj::Promise<void> hungUp) {
  return kj::heap<Door>(*this, peer, kj::mv(hungUp));
}

kj::Promise<kj::Maybe<kj::AutoCloseFd>> Homecoming::proven(PeerCredentials peer, const Digest& digest,
                                                           std::string cookie, schema::Descriptor::Client pidfd) {
  bool known = isCookieOf(digest, cookie);
  auto fd = co_await fdOf(kj::mv(pidfd));
  KJ_IF_MAYBE (held, fd) {
    // The cookie alone does not do: who read it somewhere is not the process that was given it.
    if (known && isPidfdOf(held->get(), peer.pid)) co_return kj::mv(*held);
  }
  co_return nullptr;
}

kj::Promise<void> Homecoming::refuse() {
  auto now = m_timer.now();
  m_nextRefusal = std::clamp(m_nextRefusal + BETWEEN_REFUSALS, now + BETWEEN_REFUSALS, now + LONGEST_WAIT);
  return m_timer.atTime(m_nextRefusal);
}

Helper Homecoming::helperFor(PeerCredentials peer, kj::AutoCloseFd pidfd, kj::Promise<void> hungUp) {
  Helper helper;
  helper.pid = peer.pid;
  KJ_IF_MAYBE (watch, m_watch) helper.ended = (*watch)(duplicate(pidfd.get()));
  helper.pidfd = kj::mv(pidfd);
  helper.hungUp = kj::mv(hungUp);
  return helper;
}

kj::Maybe<Digest> Homecoming::digestFor(const InstanceId& instance) const {
  for (auto& survivor : m_ledger.survivors()) {
    if (survivor.instance == instance) return survivor.cookie;
  }
  return nullptr;
}

}  // namespace latchkey
