// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Exit statuses of `latchkey-far-stream`.

namespace latchkey {

enum class StreamEnd {
  Closed = 0,
  NoAnswer = 10,
  NotRead = 11,
  TooLate = 12,
};

}  // namespace latchkey
