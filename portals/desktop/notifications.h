// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Notifications of one app: shown by the desktop's backend, or else by the session's notification service, in either
// case with the name and the icon that we know the app by. What the person presses comes back to who asked.

#include <deque>

#include "portals/desktop/backends.h"
#include "portals/desktop/notice.h"

namespace latchkey::desktop {

struct Notice {
  Options content;  // As the portal describes it.
  std::function<void(const Pressed&)> pressed;
  std::function<void(uint32_t reason)> closed = {};  // By the person or by time, as far as anybody says so.
};

class Notifications final {
public:
  Notifications(Frontend& frontend, Backends& backends);
  KJ_DISALLOW_COPY_AND_MOVE(Notifications);

  // Throws the bus error for what is not allowed. One of the same id is replaced.
  kj::Promise<void> add(std::string id, Notice notice);
  kj::Promise<void> remove(std::string id);
  // What the backend can show beyond the rest.
  kj::Promise<Value> supported();

private:
  struct Standing {
    Notice notice;
    uint64_t number = 0;  // With the session's service.
  };
  void checkPace();
  kj::Promise<uint64_t> show(std::string id, Options notice);
  kj::Promise<bool> readsMarkup();
  std::string bodyOf(const Options& notice) const;
  Options hintsOf(const Options& notice) const;
  void closed(const Message& message);
  void backendPressed(const Message& message);
  void servicePressed(const Message& message);
  void pressed(const Pressed& what);

  Frontend& m_frontend;
  Backends& m_backends;
  kj::Maybe<std::string> m_backend;
  kj::Maybe<bool> m_markup;  // Whether the session's service reads it.
  std::map<std::string, Standing> m_standing;
  std::deque<kj::TimePoint> m_recent;
  std::vector<kj::Own<Bus::Match>> m_matches;
};

}  // namespace latchkey::desktop
