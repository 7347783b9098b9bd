// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Cap'n Proto over Unix sockets, with descriptors, for programs of this machine.

#include <capnp/rpc-twoparty.h>
#include <kj/async-unix.h>

#include <string>

namespace latchkey {

// A launch carries one for each thing the person named, besides the three of stdio.
constexpr unsigned MAX_FDS_PER_MESSAGE = 48;

// One end of a two-party connection. Dropping it hangs up.
class Connection {
public:
  // `side` CLIENT for who asks for the other's bootstrap, SERVER for who offers `bootstrap`. A socket pair of ours uses
  // SERVER on the broker's side and CLIENT on the other.
  Connection(kj::Own<kj::AsyncCapabilityStream> stream, capnp::rpc::twoparty::Side side,
             capnp::Capability::Client bootstrap = nullptr, capnp::ReaderOptions limits = {});

  capnp::Capability::Client bootstrap();
  // Resolves when the other side has gone. Never fails.
  kj::Promise<void> disconnected();

private:
  kj::Own<kj::AsyncCapabilityStream> m_stream;
  capnp::TwoPartyVatNetwork m_network;
  capnp::RpcSystem<capnp::rpc::twoparty::VatId> m_rpc;
};

struct PeerCredentials {
  int pid = 0;
  unsigned uid = 0;
  unsigned gid = 0;
};

// Of a connected Unix socket, from the kernel.
PeerCredentials peerCredentials(int fd);

// A listening socket at `path` (mode 0600). Replaces a socket nobody listens on; throws if somebody does. Where a path
// may be too long for a socket's address: "/proc/self/fd/N/NAME", in an open directory.
kj::AutoCloseFd listenAt(const std::string& path);

// Connects; nothing if nobody listens there.
kj::Maybe<kj::AutoCloseFd> tryConnect(const std::string& path);

struct SocketPair {
  kj::AutoCloseFd ours;
  kj::AutoCloseFd theirs;
};
SocketPair socketPair();

}  // namespace latchkey
