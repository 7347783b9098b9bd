// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What `latchkey-launch` (outside) and `latchkey-enter` (process 1 of the sandbox) say to each other, over a pair of
// SOCK_SEQPACKET sockets. Both are of one build, so this is memory layout, not a format. What comes from inside is
// never trusted further than what it is about: the exit status of the app itself.
//
//   inside   Ready        + listener of the app socket; the kernel's credentials say which process spoke
//   outside  StartBus, or not: it runs from now on, and has started when the program wants it
//   outside  Go           + order (a sealed memory file), stdin, stdout, stderr
//   inside   Running | Refused(stage, errno)
//   outside  Signal(number), any number of times
//   inside   BusUsed, once: somebody in the sandbox has connected to its message bus, or is certain to; it runs from
//            now on
//   outside  ConnectBus, any number of times, each answered by
//   inside   Bus + a connection to it, or without one if it does not run
//   inside   Ended(wait status) when the program ends; process 1 itself ends when the last process has
//
// A closed socket means the launcher has died: process 1 ends, and the kernel ends everything else with it.

#include <stdint.h>

namespace latchkey::enter {

enum class Word : uint32_t { Ready = 1, StartBus, Go, Running, Refused, Signal, Ended, BusUsed, ConnectBus, Bus };
enum class Stage : uint32_t { None = 0, Order, Terminal, Directory, Limits, Execute, Socket };

struct Message {
  Word word;
  Stage stage;     // Refused
  int32_t number;  // Refused: errno. Signal: which. Ended: status as wait() gives it.
};

constexpr unsigned MAX_LIMITS = 8;

// Start of the order. What follows: `strings` texts ended by NUL: working directory, program, then its arguments.
struct OrderHeader {
  uint32_t size;       // Of everything.
  uint32_t arguments;  // Number of arguments, argv[0] among them.
  uint32_t terminal;   // Make stdin the controlling terminal.
  uint32_t limits;
  struct {
    uint32_t resource;
    uint32_t unused;
    uint64_t value;
  } limit[MAX_LIMITS];
};

constexpr unsigned GO_DESCRIPTORS = 4;

}  // namespace latchkey::enter
