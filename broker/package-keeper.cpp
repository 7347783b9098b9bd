// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/package-keeper.h"

#include <kj/debug.h>

#include "broker/base/log.h"

namespace latchkey {
namespace {

constexpr auto START_LIMIT = 30 * kj::SECONDS;  // It may have to put a store in order first.
constexpr int TRIES = 3;

}  // namespace

// What it finds on its descriptor 3.
class PackageKeeper::Start final : public schema::PackagesStart::Server {
public:
  explicit Start(kj::Own<kj::PromiseFulfiller<schema::PackagesHost::Client>> began) : m_began(kj::mv(began)) {}
  kj::Promise<void> begin(BeginContext context) override {
    KJ_REQUIRE(m_began->isWaiting(), "it has begun already");
    m_began->fulfill(context.getParams().getHost());
    return kj::READY_NOW;
  }

private:
  kj::Own<kj::PromiseFulfiller<schema::PackagesHost::Client>> m_began;
};

kj::Promise<void> PackageKeeper::start() {
  m_startUnderWay = true;
  KJ_DEFER(m_startUnderWay = false);
  auto began = kj::newPromiseAndFulfiller<schema::PackagesHost::Client>();
  auto helper = m_programs.startPackages(kj::heap<Start>(kj::mv(began.fulfiller)));
  m_tasks.add(kj::mv(helper.ended));
  auto gone = helper.hungUp.fork();
  auto early = gone.addBranch().then([]() -> schema::PackagesHost::Client {
    KJ_FAIL_REQUIRE("the program that keeps installed apps does not start; see the log");
  });
  auto host = co_await m_timer.timeoutAfter(START_LIMIT, began.promise.exclusiveJoin(kj::mv(early)));
  m_running = Running{kj::mv(helper.connection), kj::mv(host)};
  m_tasks.add(forgetWhenGone(gone.addBranch(), ++m_started));
}

kj::Promise<void> PackageKeeper::forgetWhenGone(kj::Promise<void> gone, unsigned number) {
  co_await gone;
  if (number == m_started) m_running = nullptr;
}

kj::Promise<schema::PackagesHost::Client> PackageKeeper::host() {
  if (m_running == nullptr) {
    // One start for all who wait, whoever of them gives up.
    if (!m_startUnderWay) m_starting = start().fork();
    co_await KJ_ASSERT_NONNULL(m_starting).addBranch();
  }
  KJ_IF_MAYBE (running, m_running) co_return running->host;
  KJ_FAIL_REQUIRE("the program that keeps installed apps ended; see the log");
}

kj::Promise<schema::Packages::Client> PackageKeeper::open() {
  for (int tried = 1;; ++tried) {
    auto asked = co_await host();
    auto number = m_started;
    try {
      co_return (co_await asked.openRequest().send()).getPackages();
    } catch (const kj::Exception& exception) {
      // It may have ended just then, since nobody wanted anything.
      if (exception.getType() != kj::Exception::Type::DISCONNECTED || tried == TRIES) throw;
    }
    if (number == m_started) m_running = nullptr;
  }
}

void PackageKeeper::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

}  // namespace latchkey
