// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the reader and its client say to each other over a stream socket. Fixed-size words, no lengths to trust blindly:
// the client takes the reader for compromised from its first byte of input on.

#include <cstdint>

namespace latchkey::reader {

constexpr int CHANNEL = 3;           // In the reader.
constexpr uint32_t MAX_SIDE = 1024;  // Pixels of an image that is answered.
constexpr uint64_t MAX_TEXT = 64 << 10;

enum class Task : uint32_t { Icon = 1, Preview = 2 };
enum class Kind : uint32_t { Nothing = 0, Pixels = 1, Text = 2, Listing = 3 };

struct Request {  // With one descriptor: the file.
  Task task;
  uint32_t side;  // Longest side wanted.
};

struct Reply {  // `length` bytes follow.
  Kind kind;
  uint32_t width;
  uint32_t height;
  uint32_t spare;
  uint64_t length;
};

}  // namespace latchkey::reader
