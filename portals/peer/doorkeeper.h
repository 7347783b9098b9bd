// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Who is let in before it is known who they are: how many at once, how often they may try to pair.

#include <kj/async.h>
#include <kj/timer.h>

#include <list>
#include <map>
#include <string>

namespace latchkey::peer {

class Doorkeeper {
public:
  explicit Doorkeeper(kj::Timer& timer) : m_timer(timer) {}

  // A place among those nobody knows. Who has waited longest makes room when all are taken: whoever is in earnest needs
  // a few milliseconds.
  class Place {
  public:
    Place(Doorkeeper& keeper, std::string from);
    ~Place() noexcept(false) { leave(); }
    KJ_DISALLOW_COPY_AND_MOVE(Place);
    // Fails when somebody else needs the place.
    kj::Promise<void> whenNeeded() { return kj::mv(m_needed); }
    void leave();

  private:
    friend class Doorkeeper;
    Doorkeeper& m_keeper;
    std::string m_from;
    bool m_here = true;
    kj::Own<kj::PromiseFulfiller<void>> m_cut;
    kj::Promise<void> m_needed;
  };

  // Whether somebody there may try once more to pair.
  bool mayTry(const std::string& from);
  // They did, and are known now.
  void succeeded(const std::string& from);
  // Whether one more refusal is worth a line.
  bool mayTell();
  unsigned waiting() const { return static_cast<unsigned>(m_waiting.size()); }

private:
  struct Tries {
    unsigned count = 0;
    kj::TimePoint first;
  };

  kj::Timer& m_timer;
  std::list<Place*> m_waiting;  // Longest first.
  std::map<std::string, Tries> m_tries;
  Tries m_told{0, kj::origin<kj::TimePoint>()};
};

}  // namespace latchkey::peer
