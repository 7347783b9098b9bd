// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Whatever comes out of a sandbox's tun. What is read as a packet must be answerable, and the answers must be packets.

#include <kj/debug.h>

#include "portals/network/packet.h"

using namespace latchkey;
using namespace latchkey::network;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto bytes = kj::heapArray<kj::byte>(data, size);  // So that reading beyond it is noticed.
  KJ_IF_MAYBE (packet, packetFrom(bytes)) {
    KJ_ASSERT(packet->whole.size() == size && packet->payload.size() < size);
    auto told = unreachable(packet->whole, packet->flow, Unreachable::Host);
    KJ_ASSERT(packetFrom(told) == nullptr);
    if (packet->protocol == Protocol::Tcp) {
      auto refusal = refusalOf(*packet);
      KJ_IF_MAYBE (answer, packetFrom(refusal)) {
        KJ_ASSERT(answer->flow.app == packet->flow.far && answer->flow.far == packet->flow.app && !answer->opens());
      } else {
        KJ_FAIL_ASSERT("a refusal that is no packet");
      }
    } else if (packet->protocol == Protocol::Udp) {
      auto made = datagram(packet->flow.app, packet->flow.far, packet->payload);
      KJ_IF_MAYBE (again, packetFrom(made)) {
        KJ_ASSERT(again->flow == packet->flow && again->payload == packet->payload);
      } else {
        KJ_FAIL_ASSERT("a datagram that is no packet");
      }
    } else {
      auto made = echo(packet->flow, false, static_cast<uint16_t>(packet->sequence), packet->payload);
      KJ_IF_MAYBE (again, packetFrom(made)) {
        KJ_ASSERT(again->flow == packet->flow && again->payload == packet->payload);
      } else {
        KJ_FAIL_ASSERT("an echo that is no packet");
      }
    }
  }
  return 0;
}
