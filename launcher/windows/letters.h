// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the two threads of latchkey-windows tell each other. The one at the compositor waits for nobody, since the app's
// X server waits for the compositor and the other thread for that server.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace latchkey::windows {

struct Letter {
  enum class Kind : uint8_t {
    // To the compositor.
    Title,
    Offer,     // The app has copied something: its types, one a line.
    Withdraw,  // It is gone again.
    Fetch,     // What is in the clipboard, of this type, into this descriptor.
    // To the windows.
    Screen,   // Its size.
    Close,    // The person wants it.
    Focus,    // 1: the window has the keyboard.
    Offered,  // Types of what is in the clipboard, one a line.
    Wanted    // What the app has copied, of this type, into this descriptor.
  };
  Kind kind = Kind::Title;
  int number = 0, more = 0;  // A descriptor is the reader's to close.
  std::string text = {};
};

// Waits while the reader has too much.
void post(int socket, const Letter& letter);
std::optional<Letter> take(int socket);

// Letters to somebody who may be slow. One that says anew what an earlier one said takes its place; of wishes only so
// many wait.
class Outbox {
public:
  explicit Outbox(int socket) : m_socket(socket) {}
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  void add(Letter letter);
  // Without waiting.
  void send();
  bool isEmpty() const { return m_letters.empty(); }

private:
  int m_socket;
  std::deque<Letter> m_letters;
};

}  // namespace latchkey::windows
