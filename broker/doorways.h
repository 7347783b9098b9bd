// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The two sockets at which others find the broker: made by it, or listened at for it by the session's service manager
// (sd_listen_fds(3)), which starts it when somebody comes.
//
// Handed over or not, nobody sees a difference: the same places, the same modes, and who comes in is looked at by what
// the kernel says of them (door.h). What is handed over and is anything else than these two sockets is refused whole: a
// broker that listens where nobody looks for it, or where others may, is worse than none. By which names they are
// handed over is not looked at: one unit has one name for all of its sockets.

#include <kj/io.h>
#include <kj/vector.h>

#include <string>

#include "broker/base/places.h"

namespace latchkey {

// How many descriptors, from 3 on, were handed to this very process. Forgets the variables that say so: whoever is
// started by us was handed nothing. Throws if they are nonsense.
int descriptorsHandedOver();

// A name in our runtime directory that is removed when it is not needed any more, if it is still the one that was made:
// another broker may have put its own there since.
class OwnName {
public:
  explicit OwnName(std::string path);
  ~OwnName() noexcept;
  OwnName(OwnName&& other) noexcept;
  OwnName& operator=(OwnName&&) = delete;

private:
  std::string m_path;
  uint64_t m_device = 0, m_inode = 0;
};

struct Doorways {
  kj::AutoCloseFd person, returning;
  kj::Vector<OwnName> names{};  // None of those that were handed over: they are who listened first's.

  // Nothing if somebody else listens there.
  static kj::Maybe<Doorways> tryMake(const Places& places);
  // The `count` descriptors from 3 on. Throws with one line if they are not exactly our two sockets.
  static Doorways takeOver(const Places& places, int count);
};

}  // namespace latchkey
