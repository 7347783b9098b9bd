// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-sound play APP: samples from number 3 are heard in the session.
// latchkey-sound record APP: what the session's microphone hears goes to number 3.
// latchkey-sound microphone: in an app's own PipeWire, a source of what comes on number 4.

#include <pipewire/pipewire.h>

#include <string_view>

#include "launcher/sound/trades.h"

int main(int count, char** arguments) {
  using namespace latchkey::sound;
  std::string_view trade = count > 1 ? arguments[1] : "";
  pw_init(nullptr, nullptr);
  if (trade == "play" && count == 3) return play(arguments[2]);
  if (trade == "record" && count == 3) return record(arguments[2]);
  if (trade == "microphone" && count == 2) return beMicrophone();
  return 2;
}
