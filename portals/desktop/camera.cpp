// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Camera: ours. The person is asked; the app gets a PipeWire connection that sees the cameras
// that are there then, and nothing else (pipewire.h). It ends with the grant, and with the program that asked for it.

#include <algorithm>

#include "broker/base/log.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {
namespace {

constexpr char INTERFACE[] = "org.freedesktop.portal.Camera";
constexpr char RIGHT[] = "camera";
constexpr unsigned MOST_REMOTES = 16;
const std::vector<OptionRule> NOTHING{};

class Camera {
public:
  Camera(Frontend& frontend, Backends& backends, PipeWire& pipewire)
      : m_frontend(frontend), m_backends(backends), m_pipewire(pipewire) {}

  kj::Promise<Value::List> access(Call& call) {
    auto all = call.argument(0).asDictionary();
    filtered(all, NOTHING);
    if (co_await isLockedDown(m_backends, "disable-camera"))
      throwBusError(error::NOT_ALLOWED, "Camera access disabled");
    co_return m_frontend.request(call, all, [this](const Request& request) { return ask(request); });
  }

  kj::Promise<Value::List> openRemote(Call& call) {
    auto sender = call.message().sender;
    if (co_await isLockedDown(m_backends, "disable-camera"))
      throwBusError(error::NOT_ALLOWED, "Camera access disabled");
    KJ_IF_MAYBE (held, m_grant) {
      auto grant = *held;
      if (m_remotes >= MOST_REMOTES) throwBusError(error::LIMIT, "too many connections");
      ++m_remotes;
      KJ_ON_SCOPE_FAILURE(--m_remotes);
      auto before = m_frontend.endings();
      auto cameras = co_await m_pipewire.cameras();
      if (cameras.empty()) throwBusError(error::FAILED, "there is no camera");
      auto opened = co_await m_pipewire.open(m_frontend.app().id, std::move(cameras));
      if (m_frontend.endedSince(before, grant)) throwBusError(error::NOT_ALLOWED, "Permission denied");
      m_frontend.inBackground(inUse(kj::mv(opened.remote), grant, sender));
      co_return Value::List{Value::descriptor(kj::mv(opened.fd))};
    }
    throwBusError(error::NOT_ALLOWED, "Permission denied");
  }

  kj::Promise<Value> isPresent() {
    try {
      auto cameras = co_await m_pipewire.cameras();
      co_return Value(!cameras.empty());
    } catch (const kj::Exception& exception) {
      logInfo("no cameras: " + reason(exception));
      co_return Value(false);
    }
  }

private:
  kj::Promise<Response> ask(const Request& request) {
    auto before = m_frontend.endings();
    auto permission = co_await m_frontend.desk().permitFor(askingFor(request, "", {}), RIGHT, "");
    if (!permission.granted || m_frontend.endedSince(before, permission.grant)) co_return Response{Response::Cancelled};
    auto known = m_grant;
    KJ_IF_MAYBE (same, known) {
      if (*same == permission.grant) co_return Response{Response::Success};
    }
    m_grant = permission.grant;
    m_frontend.inBackground(forget(permission.grant));
    co_return Response{Response::Success};
  }

  kj::Promise<void> forget(std::string grant) {
    co_await m_frontend.whenGrantEnds(grant, m_frontend.endings());
    auto known = m_grant;
    KJ_IF_MAYBE (same, known) {
      if (*same == grant) m_grant = nullptr;
    }
  }

  kj::Promise<void> inUse(kj::Own<PipeWire::Remote> remote, std::string grant, std::string sender) {
    KJ_DEFER(--m_remotes);
    auto shown = m_frontend.desk().use(RIGHT, grant);
    m_frontend.desk().used(RIGHT, "started");
    KJ_DEFER(m_frontend.desk().used(RIGHT, "ended"));
    co_await remote->gone()
        .exclusiveJoin(m_frontend.whenGrantEnds(grant, m_frontend.endings()))
        .exclusiveJoin(m_frontend.whenGone(sender));
  }

  Frontend& m_frontend;
  Backends& m_backends;
  PipeWire& m_pipewire;
  kj::Maybe<std::string> m_grant;  // That it was given by.
  unsigned m_remotes = 0;
};

}  // namespace

void addCamera(Frontend& frontend, Backends& backends, PipeWire& pipewire) {
  if (!backends.hasSession()) return;
  auto& portal = frontend.keep(std::make_shared<Camera>(frontend, backends, pipewire));
  frontend.add(
      {.name = INTERFACE,
       .version = 1,
       .methods = {{"AccessCamera", "a{sv}", "o", [&portal](Call& call) { return portal.access(call); }},
                   {"OpenPipeWireRemote", "a{sv}", "h", [&portal](Call& call) { return portal.openRemote(call); }}},
       .properties = {{"IsCameraPresent", "b", [&portal] { return portal.isPresent(); }}}});
}

}  // namespace latchkey::desktop
