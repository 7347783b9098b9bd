// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The microphone in an app's own PipeWire: always there, silent unless it has been given samples. It says when somebody
// begins to record from it, and when nobody does any more; whether that gets an answer is not known here. Its output
// ends when there is something to record from.

#include <fcntl.h>
#include <pipewire/pipewire.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "launcher/sound/trades.h"

namespace latchkey::sound {
namespace {

// Two clocks: so much is kept between them, and what is beyond is left out.
constexpr int ENOUGH = 1024 * FRAME * 3 / 2, MOST = 1024 * FRAME * 4;

struct Microphone {
  pw_main_loop* loop = nullptr;
  pw_stream* stream = nullptr;
  bool announced = false;
  bool recorded = false;
  bool flows = false;

  void say(char word) {
    if (send(CHANNEL, &word, 1, MSG_NOSIGNAL) != 1) pw_main_loop_quit(loop);
  }

  void changed(pw_stream_state now) {
    if (now == PW_STREAM_STATE_PAUSED && !announced) {
      announced = true;
      int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
      dup2(nothing, STDOUT_FILENO);
      close(nothing);
    }
    bool records = now == PW_STREAM_STATE_STREAMING;
    if (records != recorded) say(records ? RECORDED : LEFT);
    recorded = records;
    if (now == PW_STREAM_STATE_ERROR || now == PW_STREAM_STATE_UNCONNECTED) pw_main_loop_quit(loop);
  }

  void hear() {
    char word = 0;
    iovec part{&word, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    auto size = recvmsg(CHANNEL, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) return static_cast<void>(pw_main_loop_quit(loop));
    auto first = CMSG_FIRSTHDR(&message);
    if (first == nullptr || first->cmsg_level != SOL_SOCKET || first->cmsg_type != SCM_RIGHTS) return;
    int samples;
    memcpy(&samples, CMSG_DATA(first), sizeof samples);
    // In one step: the thread of the sound reads from that number.
    if (word == SPEAK) dup3(samples, SAMPLES, O_CLOEXEC);
    close(samples);
  }

  // In the thread of the sound: never waits.
  uint32_t take(char* target, uint32_t bytes) {
    int waiting = 0;
    if (ioctl(SAMPLES, FIONREAD, &waiting) != 0) waiting = 0;
    char old[1024 * FRAME];
    while (waiting > MOST) {
      auto size =
          recv(SAMPLES, old, std::min<size_t>(sizeof old, static_cast<size_t>(waiting - ENOUGH) / FRAME * FRAME),
               MSG_DONTWAIT);
      if (size <= 0) break;
      waiting -= static_cast<int>(size);
    }
    if (waiting == 0 || (!flows && waiting < ENOUGH)) {
      flows = false;
      return 0;
    }
    uint32_t got = 0;
    while (got < bytes) {
      auto size = recv(SAMPLES, target + got, bytes - got, MSG_DONTWAIT);
      if (size <= 0) break;
      got += static_cast<uint32_t>(size);
    }
    flows = got == bytes;
    return got;
  }

  void speak() {
    auto* buffer = pw_stream_dequeue_buffer(stream);
    if (buffer == nullptr) return;
    auto& data = buffer->buffer->datas[0];
    auto bytes = data.maxsize / FRAME * FRAME;
    if (buffer->requested > 0 && buffer->requested * FRAME < bytes)
      bytes = static_cast<uint32_t>(buffer->requested) * FRAME;
    auto target = static_cast<char*>(data.data);
    auto got = take(target, bytes);
    memset(target + got, 0, bytes - got);
    data.chunk->offset = 0;
    data.chunk->stride = FRAME;
    data.chunk->size = bytes;
    pw_stream_queue_buffer(stream, buffer);
  }
};

}  // namespace

int beMicrophone() {
  Microphone microphone;
  microphone.loop = pw_main_loop_new(nullptr);
  auto loop = pw_main_loop_get_loop(microphone.loop);
  pw_stream_events events{};
  events.version = PW_VERSION_STREAM_EVENTS;
  events.state_changed = [](void* self, pw_stream_state, pw_stream_state now, const char*) {
    static_cast<Microphone*>(self)->changed(now);
  };
  events.process = [](void* self) { static_cast<Microphone*>(self)->speak(); };
  auto properties = pw_properties_new(PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CLASS, "Audio/Source", PW_KEY_NODE_NAME,
                                      "microphone", PW_KEY_NODE_DESCRIPTION, "Microphone", PW_KEY_NODE_LATENCY,
                                      "1024/48000", PW_KEY_PRIORITY_SESSION, "1000", nullptr);
  microphone.stream = pw_stream_new_simple(loop, "microphone", properties, &events, &microphone);
  if (microphone.stream == nullptr) return 1;
  pw_loop_add_io(
      loop, CHANNEL, SPA_IO_IN | SPA_IO_HUP, false,
      [](void* self, int, uint32_t) { static_cast<Microphone*>(self)->hear(); }, &microphone);
  if (!connect(microphone.stream, PW_DIRECTION_OUTPUT, 0)) return 1;
  return pw_main_loop_run(microphone.loop);
}

}  // namespace latchkey::sound
