// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sound/sound-server.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "broker/base/connection.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "launcher/sandbox/memory-file.h"

namespace latchkey {
namespace {

constexpr const char* PIPEWIRE = "/usr/bin/pipewire";
constexpr const char* WIREPLUMBER = "/usr/bin/wireplumber";
// The last is never the app's: session manager and microphone come in by it.
constexpr const char* NAMES[] = {"pipewire-0", "pulse", "own"};
constexpr const char* PROGRAM = "/run/sound/latchkey-sound";
constexpr const char* SESSION = "/run/sound/pipewire-0";
constexpr unsigned MAX_FAILURES = 3;
constexpr auto TOO_SHORT = 2 * kj::SECONDS;
constexpr int SAMPLES_WAITING = 16 << 10;  // Bytes, 85 ms: what is played is not to lag behind the picture.

// Number 3 to 5 are the listeners, 6 the pipe. Socket activation goes by the name that a listener was bound to.
std::string configurationFor(const std::string& place) {
  return R"(
context.properties = {
  core.daemon = true core.name = latchkey support.dbus = false mem.allow-mlock = false log.level = 1
  default.clock.rate = 48000 default.clock.quantum = 1024 link.max-buffers = 16
}
context.spa-libs = { audio.convert.* = audioconvert/libspa-audioconvert support.* = support/libspa-support }
context.modules = [
  { name = libpipewire-module-protocol-native args = { sockets = [ { name = ")" +
         place + "/" + NAMES[0] + R"(" } { name = ")" + place + "/" + NAMES[2] + R"(" } ] } }
  { name = libpipewire-module-metadata }
  { name = libpipewire-module-spa-node-factory }
  { name = libpipewire-module-client-node }
  { name = libpipewire-module-access }
  { name = libpipewire-module-adapter }
  { name = libpipewire-module-link-factory }
  { name = libpipewire-module-session-manager }
  { name = libpipewire-module-pipe-tunnel args = {
      tunnel.mode = sink pipe.filename = "/proc/self/fd/6"
      audio.format = S16LE audio.rate = 48000 audio.channels = 2 audio.position = [ FL FR ]
      stream.props = { node.name = loudspeaker node.description = "Loudspeaker" } } }
  { name = libpipewire-module-protocol-pulse flags = [ nofail ] args = { server.address = [ "unix:)" +
         place + "/" + NAMES[1] + R"(" ] } }
]
context.objects = [
  { factory = spa-node-factory args = {
      factory.name = support.node.driver node.name = clock node.group = pipewire.dummy priority.driver = 20000 } }
  { factory = metadata args = { metadata.name = default } }
]
pulse.properties = { server.dbus-name = "" pulse.allow-module-loading = false }
)";
}

}  // namespace

bool SoundServer::available() { return access(PIPEWIRE, X_OK) == 0 && access(WIREPLUMBER, X_OK) == 0; }

bool SoundServer::fits(const std::string& directory) {
  return directory.size() + sizeof "/sound/pipewire-0" < sizeof sockaddr_un{}.sun_path;
}

SoundServer::SoundServer(kj::UnixEventPort& events, kj::Timer& timer, SoundOrder order)
    : m_events(events), m_timer(timer), m_order(kj::mv(order)), m_serving(nullptr) {
  // By its whole path, which is the same in the server's sandbox: it makes a lock beside its sockets.
  m_place = m_order.socketDirectory + "/sound";
  KJ_SYSCALL(mkdir(m_place.c_str(), 0700), m_place);
  int raw;
  KJ_SYSCALL(raw = open(m_place.c_str(), O_DIRECTORY | O_CLOEXEC | O_PATH | O_NOFOLLOW), m_place);
  m_directory = kj::AutoCloseFd(raw);
  for (unsigned i = 0; i < std::size(NAMES); ++i) m_listeners[i] = listenAt(m_place + "/" + NAMES[i]);
  m_serving = serve().eagerlyEvaluate([](kj::Exception&& e) { logError("sound of an app: " + reason(e)); });
}

SoundServer::~SoundServer() {
  for (auto name : NAMES) {
    unlinkat(m_directory, name, 0);
    unlinkat(m_directory, (std::string(name) + ".lock").c_str(), 0);
  }
  rmdir(m_place.c_str());
}

kj::AutoCloseFd SoundServer::pipewireSocket() const { return openPathIn(m_directory, NAMES[0]); }
kj::AutoCloseFd SoundServer::pulseSocket() const { return openPathIn(m_directory, NAMES[1]); }

kj::Promise<void> SoundServer::serve() {
  // Given up: who connects then is refused, and does not wait for ever.
  KJ_DEFER(for (auto& listener : m_listeners) listener = nullptr);
  for (unsigned failures = 0; failures < MAX_FAILURES;) {
    co_await whenWanted();
    auto begun = m_timer.now();
    auto running = start();
    // The player ends with the server: its pipe does.
    auto& server = running.server;
    kj::UnixEventPort::FdObserver ended(m_events, server.pidfd(), kj::UnixEventPort::FdObserver::OBSERVE_READ);
    pollfd wait{server.pidfd(), POLLIN, 0};
    while (poll(&wait, 1, 0) == 0) co_await ended.whenBecomesReadable();
    failures = m_timer.now() - begun < TOO_SHORT ? failures + 1 : 0;
  }
  logWarning("the sound server of an app ends at once again and again: given up");
}

kj::Promise<void> SoundServer::whenWanted() {
  using Observer = kj::UnixEventPort::FdObserver;
  Observer pipewire(m_events, m_listeners[0].get(), Observer::OBSERVE_READ);
  Observer pulse(m_events, m_listeners[1].get(), Observer::OBSERVE_READ);
  for (;;) {
    pollfd wait[] = {{m_listeners[0].get(), POLLIN, 0}, {m_listeners[1].get(), POLLIN, 0}};
    if (poll(wait, 2, 0) > 0) co_return;
    co_await pipewire.whenBecomesReadable().exclusiveJoin(pulse.whenBecomesReadable());
  }
}

SoundServer::Running SoundServer::start() {
  int ends[2];
  KJ_SYSCALL(pipe2(ends, O_CLOEXEC));
  kj::AutoCloseFd hears(ends[0]), plays(ends[1]);
  fcntl(plays, F_SETPIPE_SZ, SAMPLES_WAITING);
  int raw;
  KJ_SYSCALL(raw = open(m_order.program.c_str(), O_PATH | O_CLOEXEC), m_order.program);
  kj::AutoCloseFd program(raw);
  auto player = Confined::start({.program = PROGRAM,
                                 .arguments = {"play", m_order.app},
                                 .environment = {{"PIPEWIRE_REMOTE", SESSION}, {"XDG_RUNTIME_DIR", "/tmp"}},
                                 .places = {{program.get(), PROGRAM, false}, {m_order.session.get(), SESSION, true}},
                                 .descriptors = {-1, -1, -1, hears.get()}});
  auto configuration = sandbox::memoryFile("sound.conf", configurationFor(m_place));
  auto microphone = Microphone::make(m_events, m_timer, m_order.microphone);
  auto channel = microphone->takeFarEnd();
  // The session manager connects the app's streams to loudspeaker and microphone; both end with the server. It comes
  // when the microphone is there: who records before there is any is told that there is none, and gives up.
  constexpr const char* SCRIPT =
      "mkfifo /tmp/there; ln -s /proc/self/fd/7 /tmp/sound.conf; "
      "(/run/sound/latchkey-sound microphone 3</dev/null 4<&8 5<&- 6<&- 7<&- 8<&- >/tmp/there & "
      "read -r there </tmp/there; exec wireplumber -p policy 3<&- 4<&- 5<&- 6<&- 7<&- 8<&-) & "
      "LISTEN_PID=$$ exec pipewire -c /tmp/sound.conf 8<&-";
  auto server = Confined::start(
      {.program = "/bin/sh",
       .arguments = {"-c", SCRIPT},
       .environment = {{"LISTEN_FDS", "3"}, {"XDG_RUNTIME_DIR", "/tmp"}, {"PIPEWIRE_REMOTE", m_place + "/" + NAMES[2]}},
       .places = {{m_directory.get(), m_place, true}, {program.get(), PROGRAM, false}},
       .descriptors = {-1, -1, -1, m_listeners[0].get(), m_listeners[1].get(), m_listeners[2].get(), plays.get(),
                       configuration.get(), channel.get()}});
  return {kj::mv(microphone), kj::mv(player), kj::mv(server)};
}

}  // namespace latchkey
