// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/program.h"

#include <fcntl.h>
#include <kj/debug.h>

#include "broker/base/files.h"
#include "broker/base/log.h"
#include "portals/desktop/broker-desk.h"
#include "portals/desktop/portals.h"

namespace latchkey::desktop {
namespace {

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

App appOf(schema::DesktopPortal::App::Reader reader) {
  App app{.instance = text(reader.getInstance()),
          .id = text(reader.getApp()),
          .holder = text(reader.getHolder()),
          .name = text(reader.getName()),
          .icon = text(reader.getIcon()),
          .home = text(reader.getHome())};
  for (auto one : reader.getAbsent()) app.absent.insert(text(one));
  return app;
}

// Without a bus apps have what is ours; one that does not answer is as good as none.
kj::Maybe<kj::Own<Bus>> connectTo(kj::UnixEventPort& events, kj::Timer& timer, const std::string& address) {
  if (address.empty()) return nullptr;
  try {
    return kj::heap<Bus>(events, timer, address);
  } catch (const kj::Exception& exception) {
    logWarning("no bus at " + address + ": " + reason(exception));
    return nullptr;
  }
}

kj::Maybe<Bus&> reference(kj::Maybe<kj::Own<Bus>>& held) {
  KJ_IF_MAYBE (bus, held) return **bus;
  return nullptr;
}

}  // namespace

// One app's. The broker holds it; dropped, the app has no portals.
class Program::Attached final : public schema::DesktopSession::Server {
public:
  Attached(Program& program, App app, kj::AutoCloseFd socket, schema::Desk::Client desk)
      : m_bus(program.m_events, program.m_timer, kj::mv(socket)),
        m_desk(kj::mv(desk)),
        m_frontend(m_bus, program.m_timer, std::move(app), m_desk) {
    addPortals(m_frontend, program.m_backends, program.m_common);
    m_serving = m_bus.run().eagerlyEvaluate(nullptr);
    addIntegration(m_frontend, program.m_backends, program.m_buses);
    m_starting = m_frontend.start().eagerlyEvaluate(
        [](kj::Exception&& exception) { logInfo("an app's bus has gone: " + reason(exception)); });
  }

  kj::Promise<void> revoked(RevokedContext context) override {
    m_frontend.grantEnded(text(context.getParams().getGrant()));
    return kj::READY_NOW;
  }

private:
  Bus m_bus;
  BrokerDesk m_desk;
  Frontend m_frontend;
  kj::Promise<void> m_serving = nullptr;
  kj::Promise<void> m_starting = nullptr;
};

class Program::Server final : public schema::DesktopPortal::Server {
public:
  explicit Server(Program& program) : m_program(program) {}

  kj::Promise<void> attach(AttachContext context) override {
    auto params = context.getParams();
    auto fd = co_await params.getBus().getFd();
    auto& raw = KJ_REQUIRE_NONNULL(fd, "no bus");
    context.getResults().setSession(
        kj::heap<Attached>(m_program, appOf(params.getApp()), duplicate(raw), params.getDesk()));
  }

private:
  Program& m_program;
};

Program::Program(kj::UnixEventPort& events, kj::Timer& timer, const std::string& session, const std::string& system,
                 const BackendPlaces& places)
    : m_events(events),
      m_timer(timer),
      m_buses(events, timer, session),
      m_session(connectTo(events, timer, session)),
      m_system(connectTo(events, timer, system)),
      m_backends(reference(m_session), BackendChoice(places)),
      m_common(m_backends, events, timer, reference(m_system)),
      m_tasks(*this) {
  KJ_IF_MAYBE (bus, m_session) m_tasks.add((*bus)->run());
  KJ_IF_MAYBE (bus, m_system) m_tasks.add((*bus)->run());
}

Program::~Program() noexcept(false) = default;

schema::DesktopPortal::Client Program::client() { return kj::heap<Server>(*this); }

void Program::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

}  // namespace latchkey::desktop
