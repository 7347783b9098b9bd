// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/windows/letters.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace latchkey::windows {
namespace {

constexpr size_t MOST_LETTERS = 32;
constexpr size_t LONGEST = 32 << 10;
constexpr size_t HEAD = 1 + 2 * sizeof(int);

bool isWish(Letter::Kind kind) { return kind == Letter::Kind::Close || kind == Letter::Kind::Wanted; }

bool write(int socket, const Letter& letter, int flags) {
  std::string bytes(HEAD, static_cast<char>(letter.kind));
  memcpy(bytes.data() + 1, &letter.number, sizeof letter.number);
  memcpy(bytes.data() + 1 + sizeof(int), &letter.more, sizeof letter.more);
  bytes.append(letter.text, 0, LONGEST - HEAD);
  return ::send(socket, bytes.data(), bytes.size(), flags | MSG_NOSIGNAL) >= 0;
}

}  // namespace

void post(int socket, const Letter& letter) {
  bool sent = write(socket, letter, 0);
  if (!sent && letter.kind == Letter::Kind::Fetch) close(letter.number);
}

std::optional<Letter> take(int socket) {
  char bytes[LONGEST];
  auto size = recv(socket, bytes, sizeof bytes, MSG_DONTWAIT);
  if (size < static_cast<ssize_t>(HEAD)) return {};
  Letter letter{.kind = static_cast<Letter::Kind>(bytes[0])};
  memcpy(&letter.number, bytes + 1, sizeof letter.number);
  memcpy(&letter.more, bytes + 1 + sizeof(int), sizeof letter.more);
  letter.text.assign(bytes + HEAD, static_cast<size_t>(size) - HEAD);
  return letter;
}

Outbox::~Outbox() {
  for (auto& letter : m_letters) {
    if (letter.kind == Letter::Kind::Wanted) close(letter.number);
  }
}

void Outbox::add(Letter letter) {
  auto same = std::ranges::find(m_letters, letter.kind, &Letter::kind);
  if (!isWish(letter.kind) && same != m_letters.end()) {
    m_letters.erase(same);
  } else if (m_letters.size() >= MOST_LETTERS) {
    if (letter.kind == Letter::Kind::Wanted) close(letter.number);
    return;
  }
  m_letters.push_back(std::move(letter));
}

void Outbox::send() {
  while (!m_letters.empty() && write(m_socket, m_letters.front(), MSG_DONTWAIT)) m_letters.pop_front();
}

}  // namespace latchkey::windows
