// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The session's PipeWire: who may see which pictures of it.
//
// An app gets a connection that we made and of which it sees the nodes it was given and nothing else: no other screen,
// no microphone, no other client. It is made on the manager's socket: clients of that have all rights from the start
// and the session manager leaves them alone, so that what we take away stays away. On the other socket it gives them
// rights in its own time, perhaps after we took them. Where there is no manager's socket nothing is given.
//
// The connection is the app's from then on, but it stays in our hands: a second connection of ours sees all clients,
// notices when the app's has gone, and destroys it when its handle is dropped. The app's descriptor is dead then,
// whoever holds a copy of it, and so are its streams.
//
// Known hole: memory that a producer has shared with an app stays mapped there. If somebody else uses the same camera
// afterwards, PipeWire may use the same buffers. A screen's producer is closed with its session, so it has none.

#include <kj/async-unix.h>
#include <kj/timer.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace latchkey::desktop {

class PipeWire final {
public:
  PipeWire(kj::UnixEventPort& events, kj::Timer& timer);
  ~PipeWire() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(PipeWire);

  // A connection for an app. Dropping it ends what the app does with the descriptor.
  class Remote;
  struct Opened {
    kj::AutoCloseFd fd;
    kj::Own<Remote> remote;
  };
  // Fails where there is no PipeWire that can be told what the app may see.
  kj::Promise<Opened> open(std::string app, std::vector<uint32_t> nodes);

  // `object.serial` of these nodes, as far as there are such: a node's own number is another's when it has gone. Fails
  // where there is no PipeWire.
  kj::Promise<std::map<uint32_t, uint64_t>> serials(std::vector<uint32_t> nodes);

  // Nodes that are cameras. Fails where there is no PipeWire.
  kj::Promise<std::vector<uint32_t>> cameras();

private:
  class Loop;
  class Connection;
  class Manager;
  kj::Promise<Manager*> manager();

  kj::Timer& m_timer;
  kj::Own<Loop> m_loop;
  std::shared_ptr<Manager> m_manager;
};

class PipeWire::Remote final {
public:
  Remote(std::weak_ptr<Manager> manager, uint32_t client, uint64_t number);
  ~Remote() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Remote);

  // Resolves when the app has closed it, or it is ended.
  kj::Promise<void> gone();

private:
  std::weak_ptr<Manager> m_manager;
  uint32_t m_client;
  uint64_t m_number;
};

}  // namespace latchkey::desktop
