// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sound/trades.h"

#include <pipewire/pipewire.h>
#include <spa/param/audio/format-utils.h>

namespace latchkey::sound {

bool connect(pw_stream* stream, int direction, unsigned flags) {
  spa_audio_info_raw format{};
  format.format = SPA_AUDIO_FORMAT_S16_LE;
  format.rate = RATE;
  format.channels = 2;
  format.position[0] = SPA_AUDIO_CHANNEL_FL;
  format.position[1] = SPA_AUDIO_CHANNEL_FR;
  uint8_t space[1024];
  spa_pod_builder builder{};
  spa_pod_builder_init(&builder, space, sizeof space);
  const spa_pod* formats[] = {spa_format_audio_raw_build(&builder, SPA_PARAM_EnumFormat, &format)};
  auto all = static_cast<pw_stream_flags>(flags | PW_STREAM_FLAG_MAP_BUFFERS | PW_STREAM_FLAG_RT_PROCESS);
  return pw_stream_connect(stream, static_cast<pw_direction>(direction), PW_ID_ANY, all, formats, 1) >= 0;
}

}  // namespace latchkey::sound
