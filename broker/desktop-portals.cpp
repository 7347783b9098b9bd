// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/desktop-portals.h"

#include <kj/debug.h>
#include <sys/socket.h>

#include "broker/absent-portals.h"
#include "broker/base/descriptor.h"
#include "broker/base/log.h"

namespace latchkey {
namespace {

constexpr auto START_LIMIT = 10 * kj::SECONDS;
constexpr auto BETWEEN_STARTS = 1 * kj::SECONDS;  // One that dies at once is not to keep the machine busy.
// While there are no portals, whoever asks for one waits for the end of the next try.
constexpr auto BETWEEN_TRIES = 1 * kj::SECONDS;

capnp::Data::Reader bytes(const std::string& text) { return kj::StringPtr(text.c_str(), text.size()).asBytes(); }

}  // namespace

// What the portal finds on its descriptor 3.
class DesktopPortals::Start final : public schema::DesktopStart::Server {
public:
  explicit Start(kj::Own<kj::PromiseFulfiller<schema::DesktopPortal::Client>> began) : m_began(kj::mv(began)) {}

  kj::Promise<void> begin(BeginContext context) override {
    KJ_REQUIRE(m_began->isWaiting(), "it has begun already");
    m_began->fulfill(context.getParams().getPortal());
    return kj::READY_NOW;
  }

private:
  kj::Own<kj::PromiseFulfiller<schema::DesktopPortal::Client>> m_began;
};

DesktopPortals::DesktopPortals(Programs& programs, Instances& instances, Names& names, const Places& places,
                               kj::Timer& timer)
    : m_programs(programs), m_instances(instances), m_names(names), m_places(places), m_timer(timer), m_tasks(*this) {}

DesktopPortals::~DesktopPortals() noexcept(false) = default;

void DesktopPortals::busUsed(const InstanceId& instance) {
  if (m_served.try_emplace(instance).second) m_tasks.add(serve(instance));
}

void DesktopPortals::forget(const InstanceId& instance) { m_served.erase(instance); }

kj::Promise<void> DesktopPortals::revoked(const InstanceId& instance, const GrantId& grant) {
  auto served = m_served.find(instance);
  if (served == m_served.end()) co_return;
  KJ_IF_MAYBE (session, served->second.session) {
    auto call = session->revokedRequest();
    call.setGrant(grant.text().c_str());
    co_await call.send().ignoreResult().catch_([](kj::Exception&&) {});
  }
}

// A portal that does not start, or dies while it is told, is tried again as long as the instance runs.
kj::Promise<void> DesktopPortals::serve(InstanceId id) {
  std::string known;
  while (m_served.contains(id)) {
    kj::Maybe<std::string> failure;
    try {
      co_await attach(id);
    } catch (const kj::Exception& exception) {
      failure = reason(exception);
    }
    KJ_IF_MAYBE (why, failure) {
      if (known != *why) logWarning("an app has no desktop portals: " + *why);
      known = *why;
    } else {
      co_return;
    }
    auto refusing = co_await refuse(id);
    co_await m_timer.afterDelay(BETWEEN_TRIES);
  }
}

// Holds as long as the connection does, so that its bus has read it.
kj::Promise<kj::AutoCloseFd> DesktopPortals::refuse(InstanceId id) {
  kj::AutoCloseFd result;
  try {
    result = KJ_REQUIRE_NONNULL(co_await fdOf(co_await connectBus(id)), "it has no bus");
    static const auto REFUSAL = refusalOfPortals();
    auto sent = send(result, REFUSAL.data(), REFUSAL.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    KJ_REQUIRE(sent == static_cast<ssize_t>(REFUSAL.size()), "its bus takes nothing");
  } catch (const kj::Exception& exception) {
    logInfo("an app waits for desktop portals: " + reason(exception));
  }
  co_return kj::mv(result);
}

bool DesktopPortals::runs(const InstanceId& id) const {
  KJ_IF_MAYBE (instance, m_instances.find(id)) return !instance->ended();
  return false;
}

kj::Promise<schema::Descriptor::Client> DesktopPortals::connectBus(InstanceId id) {
  auto& instance = KJ_REQUIRE_NONNULL(m_instances.find(id), "it has ended");
  auto answer = co_await KJ_REQUIRE_NONNULL(instance.control, "its launcher has gone").connectBusRequest().send();
  co_return answer.getBus();
}

kj::Promise<void> DesktopPortals::attach(InstanceId id) {
  auto portal = co_await ensurePortal();
  if (!runs(id)) co_return;
  auto bus = co_await connectBus(id);
  KJ_IF_MAYBE (instance, m_instances.find(id)) {
    auto call = portal.attachRequest();
    auto app = call.initApp();
    auto holder = instance->holder.text();
    app.setInstance(id.text().c_str());
    app.setApp(instance->holder.app.c_str());
    app.setHolder(holder.c_str());
    app.setName(m_names.of(holder).c_str());
    app.setIcon(instance->icon.c_str());
    app.setHome(bytes(m_places.home));
    KJ_IF_MAYBE (desks, m_desks) {
      auto absent = desks->absentFor(instance->holder.app);
      auto list = app.initAbsent(static_cast<unsigned>(absent.size()));
      for (unsigned i = 0; i < list.size(); ++i) list.set(i, absent[i].c_str());
      call.setDesk(desks->deskFor(id));
    }
    call.setBus(bus);
    auto answer = co_await call.send();
    auto served = m_served.find(id);
    if (served != m_served.end()) served->second.session = answer.getSession();
  }
}

kj::Promise<schema::DesktopPortal::Client> DesktopPortals::ensurePortal() {
  while (m_portal == nullptr) {
    if (!m_startUnderWay) m_starting = start().fork();
    co_await KJ_ASSERT_NONNULL(m_starting).addBranch();
  }
  co_return KJ_ASSERT_NONNULL(m_portal).client;
}

kj::Promise<void> DesktopPortals::start() {
  m_startUnderWay = true;
  KJ_DEFER(m_startUnderWay = false);
  if (m_timer.now() < m_mayStart) co_await m_timer.atTime(m_mayStart);
  m_mayStart = m_timer.now() + BETWEEN_STARTS;
  auto began = kj::newPromiseAndFulfiller<schema::DesktopPortal::Client>();
  auto helper = m_programs.startDesktopPortal(kj::heap<Start>(kj::mv(began.fulfiller)));
  auto gone = helper.hungUp.fork();
  auto early = gone.addBranch().then(
      []() -> schema::DesktopPortal::Client { KJ_FAIL_REQUIRE("the desktop portal does not start; see the log"); });
  auto client = co_await m_timer.timeoutAfter(START_LIMIT, began.promise.exclusiveJoin(kj::mv(early)));
  auto generation = ++m_generation;
  m_tasks.add(untilGone(generation, gone.addBranch()));
  m_portal = Portal{kj::mv(helper), kj::mv(client)};
}

kj::Promise<void> DesktopPortals::untilGone(uint64_t generation, kj::Promise<void> gone) {
  co_await gone;
  if (generation != m_generation) co_return;
  logWarning("the desktop portal has ended: starting another");
  KJ_IF_MAYBE (portal, m_portal) {
    auto ended = kj::mv(portal->helper.ended);
    m_portal = nullptr;
    m_tasks.add(kj::mv(ended));  // So that it does not stay a zombie.
  }
  for (auto& [id, served] : m_served) {
    served.session = nullptr;
    m_tasks.add(serve(id));
  }
}

void DesktopPortals::taskFailed(kj::Exception&& exception) { logWarning("desktop portals: " + reason(exception)); }

}  // namespace latchkey
