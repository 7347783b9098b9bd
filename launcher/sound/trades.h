// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The three trades of `latchkey-sound`, each in a sandbox of its own. Samples are 48000 Hz, two channels, 16 bits.

#include <stdint.h>

struct pw_stream;

namespace latchkey::sound {

constexpr int SAMPLES = 3, CHANNEL = 4;
constexpr uint32_t FRAME = 4, RATE = 48000;

// Words on the channel between the microphone in an app's PipeWire and the launcher: a message of one byte each.
constexpr char RECORDED = 'r', LEFT = 'l';  // From the microphone: somebody records, nobody does any more.
constexpr char SPEAK = 's';                 // To it: samples come from the descriptor that comes along.

int play(const char* app);
int record(const char* app);
int beMicrophone();

// In the one format there is. `direction` and `flags` are PipeWire's.
bool connect(pw_stream* stream, int direction, unsigned flags);

}  // namespace latchkey::sound
