// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Samples are played by the session's PipeWire, under the app's name. It never records, and reads nothing but samples.
// It ends when the pipe does, or PipeWire.

#include <fcntl.h>
#include <pipewire/pipewire.h>
#include <string.h>
#include <unistd.h>

#include <atomic>

#include "launcher/sound/trades.h"

namespace latchkey::sound {
namespace {

constexpr unsigned PATIENCE = 60;  // Silent turns after which the loudspeaker may sleep: some seconds.

struct Player {
  pw_main_loop* loop = nullptr;
  pw_stream* stream = nullptr;
  spa_source* waiting = nullptr;
  unsigned silent = 0;
  std::atomic<bool> ended = false;

  // In the thread of the sound: takes what there is, and never waits.
  void play() {
    auto* buffer = pw_stream_dequeue_buffer(stream);
    if (buffer == nullptr) return;
    auto& data = buffer->buffer->datas[0];
    auto bytes = data.maxsize / FRAME * FRAME;
    if (buffer->requested > 0 && buffer->requested * FRAME < bytes)
      bytes = static_cast<uint32_t>(buffer->requested) * FRAME;
    auto target = static_cast<char*>(data.data);
    uint32_t got = 0;
    while (got < bytes) {
      auto size = read(SAMPLES, target + got, bytes - got);
      if (size == 0) ended = true;
      if (size <= 0) break;
      got += static_cast<uint32_t>(size);
    }
    memset(target + got, 0, bytes - got);
    data.chunk->offset = 0;
    data.chunk->stride = FRAME;
    data.chunk->size = bytes;
    pw_stream_queue_buffer(stream, buffer);
    silent = got > 0 ? 0 : silent + 1;
    if (ended || silent > PATIENCE) pw_loop_invoke(pw_main_loop_get_loop(loop), rest, 0, nullptr, 0, false, this);
  }

  static int rest(spa_loop*, bool, uint32_t, const void*, size_t, void* self) {
    auto player = static_cast<Player*>(self);
    if (player->ended) {
      pw_main_loop_quit(player->loop);
      return 0;
    }
    pw_stream_set_active(player->stream, false);
    pw_loop_update_io(pw_main_loop_get_loop(player->loop), player->waiting, SPA_IO_IN | SPA_IO_HUP);
    return 0;
  }

  void wake(uint32_t what) {
    pw_loop_update_io(pw_main_loop_get_loop(loop), waiting, 0);
    if ((what & SPA_IO_IN) == 0) {
      pw_main_loop_quit(loop);
      return;
    }
    silent = 0;
    pw_stream_set_active(stream, true);
  }
};

}  // namespace

int play(const char* app) {
  fcntl(SAMPLES, F_SETFL, fcntl(SAMPLES, F_GETFL) | O_NONBLOCK);
  Player player;
  player.loop = pw_main_loop_new(nullptr);
  auto loop = pw_main_loop_get_loop(player.loop);
  pw_stream_events events{};
  events.version = PW_VERSION_STREAM_EVENTS;
  events.state_changed = [](void* self, pw_stream_state, pw_stream_state now, const char*) {
    if (now == PW_STREAM_STATE_ERROR || now == PW_STREAM_STATE_UNCONNECTED)
      pw_main_loop_quit(static_cast<Player*>(self)->loop);
  };
  events.process = [](void* self) { static_cast<Player*>(self)->play(); };
  auto properties =
      pw_properties_new(PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Playback", PW_KEY_APP_NAME, app,
                        PW_KEY_APP_ID, app, PW_KEY_NODE_NAME, app, PW_KEY_NODE_LATENCY, "2048/48000", nullptr);
  player.stream = pw_stream_new_simple(loop, app, properties, &events, &player);
  if (player.stream == nullptr) return 1;
  player.waiting = pw_loop_add_io(
      loop, SAMPLES, 0, false, [](void* self, int, uint32_t what) { static_cast<Player*>(self)->wake(what); }, &player);
  if (!connect(player.stream, PW_DIRECTION_OUTPUT, PW_STREAM_FLAG_AUTOCONNECT)) return 1;
  return pw_main_loop_run(player.loop);
}

}  // namespace latchkey::sound
