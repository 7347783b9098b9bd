// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sound/microphone.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker/base/log.h"
#include "broker/base/send-descriptors.h"
#include "launcher/sound/trades.h"

namespace latchkey {
namespace {

constexpr const char* PROGRAM = "/run/sound/latchkey-sound";
constexpr const char* SESSION = "/run/sound/pipewire-0";
constexpr int SAMPLES_WAITING = 32 << 10;  // Bytes, with the kernel's own beside them.
// However fast something inside begins and ends to record.
constexpr auto BETWEEN_WORDS = 20 * kj::MILLISECONDS;
constexpr auto BETWEEN_RECORDERS = 500 * kj::MILLISECONDS;

struct Ends {
  kj::AutoCloseFd one, other;
};

Ends socketsOf(int type) {
  int ends[2];
  KJ_SYSCALL(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends));
  return {kj::AutoCloseFd(ends[0]), kj::AutoCloseFd(ends[1])};
}

void sendSamplesTo(int channel, int samples) {
  char word = sound::SPEAK;
  KJ_SYSCALL(sendWithDescriptors(channel, {&word, 1}, kj::arrayPtr(&samples, 1), MSG_DONTWAIT));
}

}  // namespace

std::shared_ptr<Microphone> Microphone::make(kj::UnixEventPort& events, kj::Timer& timer, MicrophoneOrder& order) {
  auto made = std::shared_ptr<Microphone>(new Microphone(events, timer, order));
  made->m_listening = made->listen(made).eagerlyEvaluate(
      [](kj::Exception&& exception) { logWarning("an app's microphone: " + reason(exception)); });
  return made;
}

Microphone::Microphone(kj::UnixEventPort& events, kj::Timer& timer, MicrophoneOrder& order)
    : m_events(events), m_timer(timer), m_order(order), m_listening(nullptr) {
  auto ends = socketsOf(SOCK_SEQPACKET);
  m_channel = kj::mv(ends.one);
  m_farEnd = kj::mv(ends.other);
}

Microphone::~Microphone() {
  m_recorded = nullptr;
  close();
}

// One word at a time and not too fast: who floods this is kept waiting, and nobody else.
kj::Promise<void> Microphone::listen(std::weak_ptr<Microphone> self) {
  kj::UnixEventPort::FdObserver words(m_events, m_channel, kj::UnixEventPort::FdObserver::OBSERVE_READ);
  for (;;) {
    char word;
    auto size = recv(m_channel, &word, 1, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
      co_await words.whenBecomesReadable();
      continue;
    }
    m_recorded = nullptr;
    close();
    if (size <= 0) co_return;
    if (word == sound::RECORDED) {
      m_recorded = m_order.recorded(self).eagerlyEvaluate(
          [](kj::Exception&& exception) { logWarning("an app's microphone: " + reason(exception)); });
    }
    co_await m_timer.afterDelay(BETWEEN_WORDS);
  }
}

void Microphone::open() {
  if (m_flow != nullptr) return;
  if (m_order.session.get() < 0) {
    logInfo("an app hears nothing: the session's PipeWire has no manager's socket");
    return;
  }
  m_flow = flow().eagerlyEvaluate(
      [](kj::Exception&& exception) { logWarning("an app's microphone: " + reason(exception)); });
}

void Microphone::close() {
  cut();
  m_flow = nullptr;
}

// A recorder ends when the session's microphone is another one, and the next takes that.
kj::Promise<void> Microphone::flow() {
  for (;;) {
    auto recorder = startRecorder();
    kj::UnixEventPort::FdObserver ended(m_events, recorder.pidfd(), kj::UnixEventPort::FdObserver::OBSERVE_READ);
    pollfd wait{recorder.pidfd(), POLLIN, 0};
    while (poll(&wait, 1, 0) == 0) co_await ended.whenBecomesReadable();
    cut();
    co_await m_timer.afterDelay(BETWEEN_RECORDERS);
  }
}

Confined Microphone::startRecorder() {
  auto samples = socketsOf(SOCK_STREAM);
  m_spoken = kj::mv(samples.one);
  m_heard = kj::mv(samples.other);
  KJ_SYSCALL(setsockopt(m_spoken, SOL_SOCKET, SO_SNDBUF, &SAMPLES_WAITING, sizeof SAMPLES_WAITING));
  KJ_SYSCALL(shutdown(m_heard, SHUT_WR));
  int raw;
  KJ_SYSCALL(raw = ::open(m_order.program.c_str(), O_PATH | O_CLOEXEC), m_order.program);
  kj::AutoCloseFd program(raw);
  auto recorder = Confined::start({.program = PROGRAM,
                                   .arguments = {"record", m_order.app},
                                   .environment = {{"PIPEWIRE_REMOTE", SESSION}, {"XDG_RUNTIME_DIR", "/tmp"}},
                                   .places = {{program.get(), PROGRAM, false}, {m_order.session.get(), SESSION, true}},
                                   .descriptors = {-1, -1, -1, m_spoken.get()}});
  sendSamplesTo(m_channel, m_heard);
  return recorder;
}

void Microphone::cut() {
  if (m_spoken.get() >= 0) shutdown(m_spoken, SHUT_RDWR);
  char old[4096];
  while (m_heard.get() >= 0 && recv(m_heard, old, sizeof old, MSG_DONTWAIT) > 0) {}
  m_spoken = nullptr;
  m_heard = nullptr;
}

}  // namespace latchkey
